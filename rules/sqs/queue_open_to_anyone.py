from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import QueueAccess, atoms, sentences
from scanner.model.sqs import Queue
from scanner.remedies.policies import close_queue


@rule(
    "SQS-001", Severity.HIGH, controls=("sqs-not-public", "resource-policy-no-wildcard-principal"), remedy=close_queue
)
def queue_open_to_anyone(queue: Queue, access: QueueAccess) -> Verdict:
    """
    Queue is open to anyone.

    Anyone on the internet can send, read or delete messages. Name the principals, or limit the statement by
    aws:SourceArn, aws:SourceAccount or organization.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:orders"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:orders"}, {"Effect":
              "Deny", "Principal": "*", "Action": "*", "Resource":
              "arn:aws:sqs:eu-west-1:123456789012:orders", "Condition": {"StringNotEquals":
              {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```
    ```terraform bad
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.orders.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "orders" {
      queue_url = aws_sqs_queue.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.orders.arn
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{queue.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
