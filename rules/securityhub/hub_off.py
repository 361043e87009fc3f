from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.securityhub import SecurityHub, SecurityHubV2


@rule("SECURITYHUB-001", Severity.MEDIUM, controls=("securityhub-enabled",))
def hub_off(region: AccountRegion, standards: SecurityHub, joined: SecurityHubV2) -> Verdict:
    """
    AWS Security Hub is off.

    Security Hub checks the region against AWS's own controls all day and keeps the findings of the other services in one
    place. Turn it on in every region in use, best for the whole organization from its delegated administrator. Either
    of its two generations will do.

    ```evidence bad
    securityhub:DescribeHub:
      - parameters: {}
        error: InvalidAccessException
        message: Account 123456789012 is not subscribed to AWS Security Hub
    securityhub:DescribeSecurityHubV2:
      - {parameters: {}, error: ResourceNotFoundException}
    ```
    ```evidence good
    securityhub:DescribeHub: {HubArn: "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}
    securityhub:DescribeSecurityHubV2:
      - {parameters: {}, error: ResourceNotFoundException}
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "frankfurt"
      region = "eu-central-1"
    }

    resource "aws_securityhub_account" "dublin" {}

    resource "aws_sqs_queue" "orders" {
      provider = aws.frankfurt
      name     = "orders"
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "frankfurt"
      region = "eu-central-1"
    }

    resource "aws_securityhub_account" "dublin" {}

    resource "aws_sqs_queue" "orders" {
      provider = aws.frankfurt
      name     = "orders"
    }

    resource "aws_securityhub_account" "frankfurt" {
      provider = aws.frankfurt
    }
    ```
    """
    if any_of(lambda: standards.enabled, lambda: joined.enabled):
        return PASS
    return Fail(f"AWS Security Hub is off in {region.id}", facts("security_hub", "off"))
