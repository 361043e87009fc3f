from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus
from scanner.remedies.detectors import scan_function_code


@rule("INSPECTOR-004", Severity.MEDIUM, controls=("inspector-lambda-code",), remedy=scan_function_code)
def lambda_code_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan the code of Lambda functions.

    Code scanning finds injection, secrets and weak cryptography in what you wrote yourselves, which package scanning
    cannot. Turn Lambda code scanning on where it is offered; it needs Lambda standard scanning.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
            lambda: {status: ENABLED}
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
      resource_types = ["EC2", "LAMBDA"]
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
    if inspector.lambda_code in SCANNING:
        return PASS
    return Fail(
        f"Amazon Inspector scans no code of Lambda functions in {region.id}",
        facts("scanning", f"{inspector.lambda_code}"),
    )
