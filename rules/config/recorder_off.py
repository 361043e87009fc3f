from scanner import PASS, Fail, Severity, Verdict, all_of, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.config import ConfigRecorder, ConfigRecorderStatus
from scanner.model.kind import All
from scanner.model.quantifiers import some

_ALL = "ALL_SUPPORTED_RESOURCE_TYPES"


@rule("CONFIG-001", Severity.MEDIUM, controls=("config-recorder-enabled",))
def recorder_off(
    region: AccountRegion,
    recorders: All[ConfigRecorder],
    statuses: All[ConfigRecorderStatus],
    *,
    all_types: bool = True,
) -> Verdict:
    """
    AWS Config does not record every change.

    Without a recorder at work nobody can tell afterwards what was changed, when and by whom, and neither AWS Config's
    rules nor Security Hub's controls see the region. Record all supported types of resources in every region. With the
    option `all_types` off, a recorder of some types will do. Recorders that a service made for itself do not count.

    ```evidence bad
    config:DescribeConfigurationRecorders:
      ConfigurationRecorders:
        - name: default
          roleARN: arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig
          recordingGroup: {allSupported: true, includeGlobalResourceTypes: true, resourceTypes: []}
    config:DescribeConfigurationRecorderStatus:
      ConfigurationRecordersStatus: [{name: default, recording: false, lastStatus: Success}]
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
      role_arn = "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    }

    resource "aws_config_configuration_recorder_status" "this" {
      name       = aws_config_configuration_recorder.this.name
      is_enabled = false
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
    if not some(recorders, lambda one: not one.service_principal):
        return Fail(f"AWS Config has no recorder in {region.id}", facts("recorder", "none"))
    own = [one for one in recorders if not one.service_principal]
    at_work = {
        one.id: lambda one=one: some(statuses, lambda status: status.id == one.id and status.recording) for one in own
    }
    whole = {one.id: lambda one=one: not all_types or one.strategy == _ALL for one in own}
    if some(own, lambda one: all_of(at_work[one.id], whole[one.id])):
        return PASS
    if some(own, lambda one: at_work[one.id]()):
        return Fail(f"AWS Config records some types of resources only in {region.id}", facts("recorder", "partial"))
    return Fail(f"AWS Config's recorder is stopped in {region.id}", facts("recorder", "stopped"))
