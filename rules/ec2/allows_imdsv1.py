from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.ec2 import Instance
from scanner.remedies.ec2 import require_imdsv2


@rule("EC2-001", Severity.HIGH, controls=("ec2-imdsv2",), remedy=require_imdsv2)
def allows_imdsv1(instance: Instance) -> Verdict:
    """
    Instance answers IMDSv1.

    With version 1 of the metadata service one forged request of an application on the instance (SSRF) is enough to
    read the credentials of its role. Set `HttpTokens` to `required`, once no software on it uses version 1 (metric
    `MetadataNoToken`), or switch the metadata service off where nothing needs it.

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              MetadataOptions: {HttpEndpoint: enabled, HttpTokens: optional, HttpPutResponseHopLimit: 1}
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              MetadataOptions: {HttpEndpoint: enabled, HttpTokens: required, HttpPutResponseHopLimit: 1}
            - InstanceId: i-2
              State: {Name: running}
              MetadataOptions: {HttpEndpoint: disabled, HttpTokens: optional, HttpPutResponseHopLimit: 1}
    ```
    ```terraform bad
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"
    }
    ```
    ```terraform good
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      metadata_options {
        http_tokens = "required"
      }
    }
    ```
    """
    options = known(instance.metadata_options)
    if options.http_tokens == "required":
        return PASS
    if options.http_endpoint == "disabled":
        return Skip("its metadata service is off")
    return Fail(f"{instance.label} answers IMDSv1: HttpTokens is {options.http_tokens}", facts("metadata", "imdsv1"))
