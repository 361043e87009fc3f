from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import VpcEndpoint


@rule("VPC-024", Severity.MEDIUM, controls=("vpc-endpoint-trust-boundary",))
def endpoint_policy_open(endpoint: VpcEndpoint) -> Verdict:
    """
    VPC endpoint lets anyone do anything.

    The default policy of an endpoint allows every principal every action on every resource of the service: stolen
    data can leave through it into a stranger's bucket. Limit the policy to principals and resources of your
    organization, for example by `aws:PrincipalOrgID` and `aws:ResourceOrgID`. This is literal: a statement with any
    condition counts as limited.

    ```evidence bad
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - VpcEndpointId: vpce-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          VpcEndpointType: Gateway
          ServiceName: com.amazonaws.eu-west-1.s3
          State: available
          PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
    ```
    ```evidence good
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - VpcEndpointId: vpce-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          VpcEndpointType: Gateway
          ServiceName: com.amazonaws.eu-west-1.s3
          State: available
          PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-1234567890"}}}]}'
    ```
    ```terraform bad
    resource "aws_vpc_endpoint" "s3" {
      vpc_id       = "vpc-0a1b2c3d"
      service_name = "com.amazonaws.eu-west-1.s3"
    }
    ```
    ```terraform good
    resource "aws_vpc_endpoint" "s3" {
      vpc_id       = "vpc-0a1b2c3d"
      service_name = "com.amazonaws.eu-west-1.s3"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = "*"
          Action = "s3:GetObject"
          Resource = "arn:aws:s3:::invoices/*"
        }]
      })
    }
    ```
    """
    if endpoint.requester_managed:
        return Skip("an AWS service manages it")
    policy = endpoint.policy
    if isinstance(policy, Absent):
        return Skip("its type takes no policy")
    wide = [
        statement.label
        for statement in known(policy).allows
        if statement.allows_everything
        and not statement.conditions
        and statement.principals
        and statement.principals.is_everyone
    ]
    if not wide:
        return PASS
    named = f"{endpoint.label} ({endpoint.service_name})"
    return Fail(f"{named} lets anyone do anything in statement {', '.join(wide)}", facts("statement", *wide))
