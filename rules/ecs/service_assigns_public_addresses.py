from scanner import ABSENT, PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.ecs import Service, ServiceSettings
from scanner.model.service_exposure import EcsServiceExposure


@rule("ECS-001", Severity.HIGH, controls=("ecs-no-public-ip",))
def service_assigns_public_addresses(
    service: Service, settings: ServiceSettings, exposure: EcsServiceExposure
) -> Verdict:
    """
    Service gives its tasks public addresses.

    Tasks are then one rule of a security group away from the internet, each by itself and past the load balancer. Run them in
    private subnets, behind a load balancer, and let them reach out through endpoints or a NAT gateway.

    The setting alone fails. Whether the internet gets in today is reasoned over the subnets, their routes and network ACLs, and
    the security groups, and the message tells the way or what stops it.

    ```evidence bad
    ecs:ListClusters: {clusterArns: ["arn:aws:ecs:eu-west-1:123456789012:cluster/shop"]}
    ecs:ListServices:
      - parameters: {cluster: shop, maxResults: 100}
        response: {serviceArns: ["arn:aws:ecs:eu-west-1:123456789012:service/shop/web"]}
    ecs:DescribeServices:
      services:
        - serviceArn: "arn:aws:ecs:eu-west-1:123456789012:service/shop/web"
          networkConfiguration:
            awsvpcConfiguration: {subnets: [subnet-1], securityGroups: [sg-1], assignPublicIp: ENABLED}
    ```
    ```evidence good
    ecs:ListClusters: {clusterArns: ["arn:aws:ecs:eu-west-1:123456789012:cluster/shop"]}
    ecs:ListServices:
      - parameters: {cluster: shop, maxResults: 100}
        response: {serviceArns: ["arn:aws:ecs:eu-west-1:123456789012:service/shop/web"]}
    ecs:DescribeServices:
      services:
        - serviceArn: "arn:aws:ecs:eu-west-1:123456789012:service/shop/web"
          networkConfiguration:
            awsvpcConfiguration: {subnets: [subnet-1], securityGroups: [sg-1], assignPublicIp: DISABLED}
    ```
    ```terraform bad
    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = "web:1"

      network_configuration {
        subnets          = ["subnet-1"]
        security_groups  = ["sg-1"]
        assign_public_ip = true
      }
    }
    ```
    ```terraform good
    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = "web:1"

      network_configuration {
        subnets         = ["subnet-1"]
        security_groups = ["sg-1"]
      }
    }
    ```
    """
    if settings.public_address == ABSENT:
        return Skip("its tasks have no network interfaces of their own")
    if not settings.public_address:
        return PASS
    evidence = facts("public addresses", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{service.label} gives its tasks public addresses; {exposure.account()}", evidence)
