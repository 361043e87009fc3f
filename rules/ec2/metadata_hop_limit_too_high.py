from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.ec2 import Instance
from scanner.remedies.ec2 import lower_hop_limit


@rule("EC2-003", Severity.LOW, controls=("ec2-imds-hop-limit",), remedy=lower_hop_limit)
def metadata_hop_limit_too_high(instance: Instance, *, most_hops: int = 2) -> Verdict:
    """
    Instance metadata travels too many hops.

    The hop limit keeps the session token of IMDSv2 from leaving the instance: 1 for plain instances, 2 where
    containers need it. A higher limit lets the answer pass through a proxy or a routed container network on the
    instance. Lower `HttpPutResponseHopLimit` to at most 2 (option `most_hops`).

    ```evidence bad
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              MetadataOptions: {HttpEndpoint: enabled, HttpTokens: required, HttpPutResponseHopLimit: 64}
    ```
    ```evidence good
    ec2:DescribeInstances:
      Reservations:
        - OwnerId: "123456789012"
          Instances:
            - InstanceId: i-1
              State: {Name: running}
              MetadataOptions: {HttpEndpoint: enabled, HttpTokens: required, HttpPutResponseHopLimit: 2}
    ```
    ```terraform bad
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      metadata_options {
        http_put_response_hop_limit = 3
      }
    }
    ```
    ```terraform good
    resource "aws_instance" "app" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      metadata_options {
        http_put_response_hop_limit = 1
      }
    }
    ```
    """
    options = known(instance.metadata_options)
    if options.http_endpoint == "disabled":
        return Skip("its metadata service is off")
    limit = options.hop_limit
    if isinstance(limit, Absent) or known(limit) <= most_hops:
        return PASS
    return Fail(f"{instance.label} lets metadata travel {limit} hops", facts("hops", str(limit)))
