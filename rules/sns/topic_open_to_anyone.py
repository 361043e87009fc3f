from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import TopicAccess, atoms, sentences
from scanner.model.sns import Topic
from scanner.remedies.policies import close_topic


@rule(
    "SNS-001", Severity.HIGH, controls=("sns-not-public", "resource-policy-no-wildcard-principal"), remedy=close_topic
)
def topic_open_to_anyone(topic: Topic, access: TopicAccess) -> Verdict:
    """
    Topic is open to anyone.

    Anyone on the internet can publish to the topic or subscribe to it. Name the principals, or limit the statement by
    aws:SourceOwner, aws:SourceArn or organization.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    sns:ListTopics: {Topics: [{TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}]}
    sns:GetTopicAttributes:
      - parameters: {TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders"}
        response:
          Attributes:
            Policy: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:123456789012:orders"}, {"Effect":
              "Deny", "Principal": "*", "Action": "*", "Resource":
              "arn:aws:sns:eu-west-1:123456789012:orders", "Condition": {"StringNotEquals":
              {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
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
          Principal = "*"
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
    found = access.public.every
    if found:
        return Fail(f"{topic.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
