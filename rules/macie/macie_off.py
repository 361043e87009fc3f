from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.macie import MacieSession


@rule("MACIE-001", Severity.LOW, controls=("macie-enabled",))
def macie_off(region: AccountRegion, macie: MacieSession) -> Verdict:
    """
    Amazon Macie is off.

    Macie looks into the objects of buckets and tells where personal data, credentials and secrets lie, so that these
    buckets can be guarded first. Turn it on where buckets hold what nobody has classified.

    ```evidence bad
    macie2:GetMacieSession:
      - {parameters: {}, error: AccessDeniedException, message: Macie is not enabled.}
    ```
    ```evidence good
    macie2:GetMacieSession: {status: ENABLED}
    ```
    ```terraform bad
    resource "aws_macie2_account" "this" {
      status = "PAUSED"
    }
    ```
    ```terraform good
    resource "aws_macie2_account" "this" {
      status = "ENABLED"
    }
    ```
    """
    if macie.status == "ENABLED":
        return PASS
    state = "paused" if macie.status else "off"
    return Fail(f"Amazon Macie is {state} in {region.id}", facts("macie", state))
