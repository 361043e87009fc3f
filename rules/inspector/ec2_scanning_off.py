from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus
from scanner.remedies.detectors import scan_instances


@rule("INSPECTOR-001", Severity.MEDIUM, controls=("inspector-ec2",), remedy=scan_instances)
def ec2_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan instances.

    Instances that nobody scans keep known vulnerabilities until somebody else finds them. Turn EC2 scanning on in every
    region in use, best for the whole organization from its delegated administrator.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: DISABLED}
            ecr: {status: ENABLED}
            lambda: {status: ENABLED}
            lambdaCode: {status: ENABLED}
      failedAccounts: []
    ```
    ```evidence good
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
            lambda: {status: ENABLED}
            lambdaCode: {status: ENABLED}
      failedAccounts: []
    ```
    ```terraform bad
    data "aws_caller_identity" "current" {}

    resource "aws_inspector2_enabler" "this" {
      account_ids    = [data.aws_caller_identity.current.account_id]
      resource_types = ["ECR"]
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_inspector2_enabler" "this" {
      account_ids    = [data.aws_caller_identity.current.account_id]
      resource_types = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
    }
    ```
    """
    if inspector.ec2 in SCANNING:
        return PASS
    return Fail(f"Amazon Inspector scans no instances in {region.id}", facts("scanning", f"{inspector.ec2}"))
