from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus


@rule("INSPECTOR-002", Severity.MEDIUM, controls=("inspector-ecr",))
def ecr_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan container images.

    An image carries the vulnerabilities of all its layers to every place it runs. Turn ECR scanning on in every
    region in use, so that images are scanned when pushed and again when new vulnerabilities become known.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED, errorCode: "", errorMessage: ""}
          resourceState:
            ec2: {status: ENABLED, errorCode: "", errorMessage: ""}
            ecr: {status: DISABLED, errorCode: "", errorMessage: ""}
            lambda: {status: ENABLED, errorCode: "", errorMessage: ""}
            lambdaCode: {status: ENABLED, errorCode: "", errorMessage: ""}
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
    if inspector.ecr in SCANNING:
        return PASS
    return Fail(f"Amazon Inspector scans no container images in {region.id}", facts("scanning", f"{inspector.ecr}"))
