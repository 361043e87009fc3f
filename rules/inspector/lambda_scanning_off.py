from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus
from scanner.remedies.detectors import scan_functions


@rule("INSPECTOR-003", Severity.MEDIUM, controls=("inspector-lambda-standard",), remedy=scan_functions)
def lambda_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan Lambda functions.

    Functions bring packages of their own, and nobody patches them unless told. Turn Lambda standard scanning on in
    every region in use.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
            lambda: {status: DISABLED}
            lambdaCode: {status: DISABLED}
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
      resource_types = ["EC2"]
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
    if inspector.lambda_standard in SCANNING:
        return PASS
    return Fail(
        f"Amazon Inspector scans no Lambda functions in {region.id}", facts("scanning", f"{inspector.lambda_standard}")
    )
