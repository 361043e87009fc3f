from scanner import PASS, Fail, Severity, Verdict, all_of, facts, known, rule
from scanner.model.gateways import EndpointService, EndpointServicePermissions
from scanner.remedies.vpc import name_endpoint_consumers


@rule("VPC-029", Severity.MEDIUM, controls=("vpc-endpoint-service-acceptance",), remedy=name_endpoint_consumers)
def endpoint_service_admits_anyone(service: EndpointService, allowed: EndpointServicePermissions) -> Verdict:
    """
    Endpoint service admits anyone without acceptance.

    Every AWS account may connect its network to the load balancer behind the service, and nobody is asked. Name the
    accounts that may, or require that connections be accepted.

    ```evidence bad
    ec2:DescribeVpcEndpointServiceConfigurations:
      ServiceConfigurations: [{ServiceId: vpce-svc-1, ServiceName: svc, AcceptanceRequired: false}]
    ec2:DescribeVpcEndpointServicePermissions:
      - parameters: {ServiceId: vpce-svc-1, MaxResults: 1000}
        response: {AllowedPrincipals: [{Principal: "*"}]}
    ```
    ```evidence good
    ec2:DescribeVpcEndpointServiceConfigurations:
      ServiceConfigurations: [{ServiceId: vpce-svc-1, ServiceName: svc, AcceptanceRequired: false}]
    ec2:DescribeVpcEndpointServicePermissions:
      - parameters: {ServiceId: vpce-svc-1, MaxResults: 1000}
        response: {AllowedPrincipals: [{Principal: "arn:aws:iam::210987654321:root"}]}
    ```
    ```terraform bad
    resource "aws_vpc_endpoint_service" "orders" {
      acceptance_required        = false
      network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/orders/50dc6c495c0c9188"]
      allowed_principals         = ["*"]
    }
    ```
    ```terraform good
    resource "aws_vpc_endpoint_service" "orders" {
      acceptance_required        = true
      network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/orders/50dc6c495c0c9188"]
      allowed_principals         = ["arn:aws:iam::444455556666:root"]
    }
    ```
    """
    if all_of(lambda: not service.acceptance_required, lambda: "*" in known(allowed.principals)):
        return Fail(f"{service.label} admits every AWS account without acceptance", facts("principal", "*"))
    return PASS
