from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.eventbridge import EventBus
from scanner.model.publicaccess import BusAccess, atoms, sentences


@rule("EVENTBRIDGE-001", Severity.HIGH, controls=("resource-policy-no-wildcard-principal",))
def event_bus_open_to_anyone(bus: EventBus, access: BusAccess) -> Verdict:
    """
    Event bus is open to anyone.

    Anyone with an AWS account can put events on the bus, and so start whatever its rules start. Name the accounts, or
    limit the statement by organization.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    events:ListEventBuses:
      EventBuses:
        - Name: orders
          Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/orders"
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "events:PutEvents", "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/orders"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    events:ListEventBuses:
      EventBuses:
        - Name: orders
          Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/orders"
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "events:PutEvents", "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/orders"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource":
            "arn:aws:events:eu-west-1:123456789012:event-bus/orders", "Condition": {"StringNotEquals":
            {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
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
          Principal = { AWS = "*" }
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
    found = access.public.every
    if found:
        return Fail(f"{bus.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
