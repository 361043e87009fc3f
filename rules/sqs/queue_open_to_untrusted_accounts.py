from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import QueueAccess, atoms, sentences
from scanner.model.sqs import Queue


@rule("SQS-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def queue_open_to_untrusted_accounts(queue: Queue, access: QueueAccess) -> Verdict:
    """
    Queue lets in accounts that are not trusted.

    Messages that others may send are orders that they give; those that they may read are data that leave. Remove the
    grant, or name the account, organization or network as trusted in the configuration; the accounts of one scan trust
    each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::210987654321:root"}, "Action": "sqs:SendMessage", "Resource":
              "arn:aws:sqs:eu-west-1:123456789012:orders"}]}
    ```
    ```evidence good
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::123456789012:root"}, "Action": "sqs:SendMessage", "Resource":
              "arn:aws:sqs:eu-west-1:123456789012:orders"}]}
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
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{queue.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
