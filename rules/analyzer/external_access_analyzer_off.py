from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.accessanalyzer import Analyzer
from scanner.model.account import AccountRegion
from scanner.model.kind import All
from scanner.remedies.detectors import create_analyzer


@rule("ANALYZER-001", Severity.MEDIUM, controls=("iam-access-analyzer-enabled",), remedy=create_analyzer)
def external_access_analyzer_off(region: AccountRegion, analyzers: All[Analyzer]) -> Verdict:
    """
    Region has no active external access analyzer.

    Access Analyzer proves which buckets, roles, keys, queues and functions can be used from outside the account or the
    organization, and costs nothing for that. It looks at one region only, so create an analyzer of type account (or
    organization) in each region. An analyzer of the organization that belongs to another account is not seen here.

    ```evidence bad
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside
          name: outside
          type: ACCOUNT
          status: FAILED
          createdAt: "2025-01-01T00:00:00+00:00"
    ```
    ```evidence good
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside
          name: outside
          type: ACCOUNT
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_accessanalyzer_analyzer" "a" {
      analyzer_name = "account"
      type          = "ACCOUNT_UNUSED_ACCESS"
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_accessanalyzer_analyzer" "a" {
      analyzer_name = "account"
      type          = "ACCOUNT"
    }
    ```
    """
    if any(one.watches_external_access for one in analyzers):
        return PASS
    return Fail(f"{region.id} has no active external access analyzer", facts("external_access_analyzer", "none"))
