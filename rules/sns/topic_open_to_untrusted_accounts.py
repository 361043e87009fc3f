from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import TopicAccess, atoms, sentences
from scanner.model.sns import Topic


@rule("SNS-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def topic_open_to_untrusted_accounts(topic: Topic, access: TopicAccess) -> Verdict:
    """
    Topic lets in accounts that are not trusted.

    Subscribers of another account receive every message; publishers there reach every subscriber. Remove the grant, or
    name the account, organization or network as trusted in the configuration; the accounts of one scan trust each
    other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::210987654321:root"}, "Action": "sns:Publish", "Resource":
              "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    ```
    ```evidence good
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::123456789012:root"}, "Action": "sns:Publish", "Resource":
              "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    ```
    ```terraform bad
    resource "aws_sns_topic" "alerts" {
      name = "alerts"
    }

    resource "aws_sns_topic_policy" "alerts" {
      arn = aws_sns_topic.alerts.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "sns:Publish"
          Resource  = aws_sns_topic.alerts.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_sns_topic" "alerts" {
      name = "alerts"
    }

    resource "aws_sns_topic_policy" "alerts" {
      arn = aws_sns_topic.alerts.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "sns:Publish"
          Resource  = aws_sns_topic.alerts.arn
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{topic.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
