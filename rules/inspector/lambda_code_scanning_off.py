from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus


@rule("INSPECTOR-004", Severity.MEDIUM, controls=("inspector-lambda-code",))
def lambda_code_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan the code of Lambda functions.

    Code scanning finds injection, secrets and weak cryptography in what you wrote yourselves, which package scanning
    cannot. Turn Lambda code scanning on where it is offered; it needs Lambda standard scanning.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED, errorCode: "", errorMessage: ""}
          resourceState:
            ec2: {status: ENABLED, errorCode: "", errorMessage: ""}
            ecr: {status: ENABLED, errorCode: "", errorMessage: ""}
            lambda: {status: ENABLED, errorCode: "", errorMessage: ""}
            lambdaCode: {status: DISABLED, errorCode: "", errorMessage: ""}
      failedAccounts: []
    ```
    ```evidence good
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED, errorCode: "", errorMessage: ""}
          resourceState:
            ec2: {status: ENABLED, errorCode: "", errorMessage: ""}
            ecr: {status: ENABLED, errorCode: "", errorMessage: ""}
            lambda: {status: ENABLED, errorCode: "", errorMessage: ""}
            lambdaCode: {status: ENABLED, errorCode: "", errorMessage: ""}
      failedAccounts: []
    ```
    """
    if inspector.lambda_code in SCANNING:
        return PASS
    return Fail(
        f"Amazon Inspector scans no code of Lambda functions in {region.id}",
        facts("scanning", f"{inspector.lambda_code}"),
    )
