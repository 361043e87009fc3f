from scanner import PASS, Fail, Severity, Skip, Verdict, all_of, facts, rule
from scanner.model.iam import Group, Policy, User, UserCredentials, VirtualMfaDevice
from scanner.model.iam_grants import administers_by
from scanner.model.kind import All
from scanner.model.proof import proven


@rule("IAM-008", Severity.LOW, controls=("iam-user-hardware-mfa",))
def administrator_uses_virtual_mfa(
    user: User, own: UserCredentials, groups: All[Group], policies: All[Policy], devices: All[VirtualMfaDevice]
) -> Verdict:
    """
    Administrator uses a virtual MFA device.

    A code from a phone can be phished together with the password; a passkey or security key cannot. Give
    administrators security keys and remove the virtual devices.

    An administrator is who holds a policy, of its own or of a group, that allows everything without a condition;
    boundaries and the like are not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice", GroupList: [admins]}]
      GroupDetailList:
        - GroupName: admins
          Arn: arn:aws:iam::123456789012:group/admins
          GroupPolicyList:
            - PolicyName: all
              PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*"}}
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,TRUE
    iam:ListVirtualMFADevices:
      VirtualMFADevices: [{SerialNumber: "arn:aws:iam::123456789012:mfa/phone", User: {UserName: alice}}]
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice", GroupList: [admins]}]
      GroupDetailList:
        - GroupName: admins
          Arn: arn:aws:iam::123456789012:group/admins
          GroupPolicyList:
            - PolicyName: all
              PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*"}}
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,TRUE
    iam:ListVirtualMFADevices:
      VirtualMFADevices: []
    ```
    """
    if not own.mfa_active:
        return Skip(f"{user.name} has no MFA device")
    if not all_of(
        lambda: administers_by(user, groups, policies),
        lambda: any(device.user == user.id for device in devices),
    ):
        return PASS
    virtual = proven(device.id for device in devices if device.user == user.id)
    return Fail(f"{user.name} is an administrator with a virtual MFA device", facts("mfa", *virtual))
