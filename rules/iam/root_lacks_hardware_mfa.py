from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.iam import AccountSummary, VirtualMfaDevice
from scanner.model.kind import All
from scanner.model.proof import proven


@rule("IAM-003", Severity.MEDIUM, controls=("iam-root-hardware-mfa",))
def root_lacks_hardware_mfa(account: Account, summary: AccountSummary, devices: All[VirtualMfaDevice]) -> Verdict:
    """
    Root user has no hardware MFA device alone.

    The seed of a virtual device lies on a phone, in its backups and in whatever photographed the QR code. Use
    security keys for the root user, keep them locked away, and remove its virtual devices: the weakest device that is
    accepted decides.

    ```evidence bad
    iam:GetAccountSummary:
      SummaryMap: {AccountMFAEnabled: 1}
    iam:ListVirtualMFADevices:
      VirtualMFADevices:
        - SerialNumber: arn:aws:iam::123456789012:mfa/root-account-mfa-device
          User: {Arn: "arn:aws:iam::123456789012:root"}
    ```
    ```evidence good
    iam:GetAccountSummary:
      SummaryMap: {AccountMFAEnabled: 1}
    iam:ListVirtualMFADevices:
      VirtualMFADevices: [{SerialNumber: "arn:aws:iam::123456789012:mfa/phone", User: {UserName: alice}}]
    ```
    """
    if not summary.root_password:
        return Skip("the root user has no password to sign in with")
    if not summary.root_mfa:
        return Fail(f"the root user of {account.id} has no MFA device", facts("mfa", "none"))
    virtual = proven(device.id for device in devices if device.of_root)
    if not virtual:
        return PASS
    return Fail(f"the root user of {account.id} has a virtual MFA device", facts("mfa", *virtual))
