from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import QueueAccess, atoms, sentences
from scanner.model.sqs import Queue


@rule("SQS-003", Severity.LOW, controls=("iam-role-confused-deputy",))
def queue_open_through_services(queue: Queue, access: QueueAccess) -> Verdict:
    """
    Queue lets a service in for whomever it acts.

    A service that acts for any account is a confused deputy: whoever tells it to use your queue comes in by its name.
    Limit the statement by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
              "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource":
              "arn:aws:sqs:eu-west-1:123456789012:orders"}]}
    ```
    ```evidence good
    sqs:ListQueues: {QueueUrls: ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}
    sqs:GetQueueAttributes:
      - parameters: {QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", AttributeNames: [All]}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
              "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource":
              "arn:aws:sqs:eu-west-1:123456789012:orders", "Condition": {"StringEquals":
              {"aws:SourceAccount": "123456789012"}}}]}
    ```
    ```terraform bad
    resource "aws_sqs_queue" "uploads" {
      name = "uploads"
    }

    resource "aws_sqs_queue_policy" "uploads" {
      queue_url = aws_sqs_queue.uploads.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.uploads.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_sqs_queue" "uploads" {
      name = "uploads"
    }

    resource "aws_sqs_queue_policy" "uploads" {
      queue_url = aws_sqs_queue.uploads.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.uploads.arn
          Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
        }]
      })
    }
    ```
    """
    found = access.deputies.every
    if found:
        return Fail(f"{queue.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
