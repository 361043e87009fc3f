from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import TopicAccess, atoms, sentences
from scanner.model.sns import Topic


@rule("SNS-003", Severity.LOW, controls=("iam-role-confused-deputy",))
def topic_open_through_services(topic: Topic, access: TopicAccess) -> Verdict:
    """
    Topic lets a service in for whomever it acts.

    A service that acts for any account is a confused deputy: whoever tells it to use your topic comes in by its name.
    Limit the statement by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
              "events.amazonaws.com"}, "Action": "sns:Publish", "Resource":
              "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    ```
    ```evidence good
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
              "events.amazonaws.com"}, "Action": "sns:Publish", "Resource":
              "arn:aws:sns:eu-west-1:123456789012:orders", "Condition": {"StringEquals":
              {"aws:SourceAccount": "123456789012"}}}]}
    ```
    ```terraform bad
    resource "aws_sns_topic" "uploads" {
      name = "uploads"
    }

    resource "aws_sns_topic_policy" "uploads" {
      arn = aws_sns_topic.uploads.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sns:Publish"
          Resource  = aws_sns_topic.uploads.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_sns_topic" "uploads" {
      name = "uploads"
    }

    resource "aws_sns_topic_policy" "uploads" {
      arn = aws_sns_topic.uploads.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sns:Publish"
          Resource  = aws_sns_topic.uploads.arn
          Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
        }]
      })
    }
    ```
    """
    found = access.deputies.every
    if found:
        return Fail(f"{topic.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
