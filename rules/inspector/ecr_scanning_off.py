from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.inspector2 import SCANNING, InspectorStatus
from scanner.remedies.detectors import scan_images


@rule("INSPECTOR-002", Severity.MEDIUM, controls=("inspector-ecr",), remedy=scan_images)
def ecr_scanning_off(region: AccountRegion, inspector: InspectorStatus) -> Verdict:
    """
    Amazon Inspector does not scan container images.

    An image carries the vulnerabilities of all its layers to every place it runs. Turn ECR scanning on in every
    region in use, so that images are scanned when pushed and again when new vulnerabilities become known.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: DISABLED}
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
    if inspector.ecr in SCANNING:
        return PASS
    return Fail(f"Amazon Inspector scans no container images in {region.id}", facts("scanning", f"{inspector.ecr}"))
