from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.config import ConfigRecorder

_LINKED = ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


@rule("CONFIG-002", Severity.LOW, controls=("config-service-role",))
def service_role_missing(recorder: ConfigRecorder) -> Verdict:
    """
    Recorder does not use the service-linked role.

    A role of one's own misses the permissions of new types of resources, which are then not recorded, and can be
    taken for other ends. Let the recorder use AWSServiceRoleForConfig.

    ```evidence bad
    config:DescribeConfigurationRecorders:
      ConfigurationRecorders:
        - name: default
          roleARN: arn:aws:iam::123456789012:role/config
          recordingGroup: {allSupported: true, includeGlobalResourceTypes: true, resourceTypes: []}
    config:DescribeConfigurationRecorderStatus:
      ConfigurationRecordersStatus: [{name: default, recording: true, lastStatus: Success}]
    ```
    ```evidence good
    config:DescribeConfigurationRecorders:
      ConfigurationRecorders:
        - name: default
          roleARN: arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig
          recordingGroup: {allSupported: true, includeGlobalResourceTypes: true, resourceTypes: []}
    config:DescribeConfigurationRecorderStatus:
      ConfigurationRecordersStatus: [{name: default, recording: true, lastStatus: Success}]
    ```
    ```terraform bad
    resource "aws_config_configuration_recorder" "this" {
      name     = "default"
      role_arn = "arn:aws:iam::111122223333:role/config"
    }

    resource "aws_config_configuration_recorder_status" "this" {
      name       = aws_config_configuration_recorder.this.name
      is_enabled = true
    }
    ```
    ```terraform good
    resource "aws_config_configuration_recorder" "this" {
      name     = "default"
      role_arn = "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    }

    resource "aws_config_configuration_recorder_status" "this" {
      name       = aws_config_configuration_recorder.this.name
      is_enabled = true
    }
    ```
    """
    if recorder.service_principal:
        return Skip(f"{recorder.service_principal} made it for itself")
    if f"{recorder.role}".endswith(_LINKED):
        return PASS
    return Fail(f"{recorder.id} records by {recorder.role}", facts("role", f"{recorder.role}"))
