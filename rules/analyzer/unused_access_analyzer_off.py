from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.accessanalyzer import Analyzer
from scanner.model.account import Account
from scanner.model.kind import All


@rule("ANALYZER-002", Severity.LOW, controls=("iam-unused-access-analyzer-enabled",))
def unused_access_analyzer_off(account: Account, analyzers: All[Analyzer]) -> Verdict:
    """
    Account has no active unused access analyzer.

    Roles, keys, passwords and permissions that nobody uses are what an intruder uses unnoticed. An unused access
    analyzer names them. Identities are global, so one in any region of the account is enough; it is paid for by the
    number of identities. An analyzer of the organization that belongs to another account is not seen here.

    ```evidence bad
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside
          name: outside
          type: ACCOUNT
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
    ```
    ```evidence good
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused
          name: unused
          type: ACCOUNT_UNUSED_ACCESS
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
          configuration: {unusedAccess: {unusedAccessAge: 90}}
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_accessanalyzer_analyzer" "a" {
      analyzer_name = "account"
      type          = "ACCOUNT"
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_accessanalyzer_analyzer" "a" {
      analyzer_name = "account"
      type          = "ACCOUNT_UNUSED_ACCESS"
    }
    ```
    """
    if any(one.watches_unused_access for one in analyzers):
        return PASS
    return Fail(f"account {account.id} has no active unused access analyzer", facts("unused_access_analyzer", "none"))
