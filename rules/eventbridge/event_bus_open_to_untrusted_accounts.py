from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.eventbridge import EventBus
from scanner.model.publicaccess import BusAccess, atoms, sentences


@rule("EVENTBRIDGE-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def event_bus_open_to_untrusted_accounts(bus: EventBus, access: BusAccess) -> Verdict:
    """
    Event bus lets in accounts that are not trusted.

    Events that another account sends start what your rules start. Remove the grant, or name the account, organization
    or network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    events:ListEventBuses:
      EventBuses:
        - Name: orders
          Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/orders"
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "events:PutEvents", "Resource":
            "arn:aws:events:eu-west-1:123456789012:event-bus/orders"}]}
    ```
    ```evidence good
    events:ListEventBuses:
      EventBuses:
        - Name: orders
          Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/orders"
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "events:PutEvents", "Resource":
            "arn:aws:events:eu-west-1:123456789012:event-bus/orders"}]}
    ```
    ```terraform bad
    resource "aws_cloudwatch_event_bus" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_bus_policy" "orders" {
      event_bus_name = aws_cloudwatch_event_bus.orders.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "events:PutEvents"
          Resource  = aws_cloudwatch_event_bus.orders.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_cloudwatch_event_bus" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_bus_policy" "orders" {
      event_bus_name = aws_cloudwatch_event_bus.orders.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "events:PutEvents"
          Resource  = aws_cloudwatch_event_bus.orders.arn
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{bus.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
