from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.gateways import TransitGateway
from scanner.remedies.vpc import accept_attachments_by_hand


@rule("VPC-033", Severity.HIGH, controls=("tgw-no-auto-accept",), remedy=accept_attachments_by_hand)
def transit_gateway_accepts_anyone(gateway: TransitGateway) -> Verdict:
    """
    Transit gateway accepts shared attachments by itself.

    Every account that the gateway is shared with can join its VPC to the network without anyone looking. Turn
    `AutoAcceptSharedAttachments` off and accept attachments by hand.

    ```evidence bad
    ec2:DescribeTransitGateways:
      TransitGateways:
        - TransitGatewayId: tgw-1
          OwnerId: "123456789012"
          State: available
          Options: {AutoAcceptSharedAttachments: enable}
    ```
    ```evidence good
    ec2:DescribeTransitGateways:
      TransitGateways:
        - TransitGatewayId: tgw-1
          OwnerId: "123456789012"
          State: available
          Options: {AutoAcceptSharedAttachments: disable}
    ```
    ```terraform bad
    resource "aws_ec2_transit_gateway" "hub" {
      description                    = "Hub"
      auto_accept_shared_attachments = "enable"
    }
    ```
    ```terraform good
    resource "aws_ec2_transit_gateway" "hub" {
      description                    = "Hub"
      auto_accept_shared_attachments = "disable"
    }
    ```
    """
    if not gateway.auto_accepts_attachments:
        return PASS
    return Fail(f"{gateway.label} accepts shared attachments by itself", facts("auto-accept", "on"))
