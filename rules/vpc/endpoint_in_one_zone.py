from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.gateways import VpcEndpoint


@rule("VPC-028", Severity.LOW, controls=("vpc-endpoint-multi-az",))
def endpoint_in_one_zone(endpoint: VpcEndpoint) -> Verdict:
    """
    Interface endpoint lies in one Availability Zone.

    When that zone fails, nothing in the VPC reaches the service any more. Add subnets of other zones; an endpoint has
    at most one subnet in each zone.

    ```evidence bad
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - {VpcEndpointId: vpce-1, VpcId: vpc-1, VpcEndpointType: Interface, State: available, SubnetIds: [subnet-1]}
    ```
    ```evidence good
    ec2:DescribeVpcEndpoints:
      VpcEndpoints:
        - VpcEndpointId: vpce-1
          VpcId: vpc-1
          VpcEndpointType: Interface
          State: available
          SubnetIds: [subnet-1, subnet-2]
        - {VpcEndpointId: vpce-2, VpcId: vpc-1, VpcEndpointType: Gateway, State: available}
    ```
    """
    if endpoint.endpoint_type != "Interface":
        return Skip("it is not an interface endpoint")
    subnets = known(endpoint.subnets)
    if len(subnets) > 1:
        return PASS
    return Fail(f"{endpoint.label} lies in one subnet only", facts("subnet", *subnets))
