from scanner import PASS, Fail, Severity, Skip, Verdict, any_of, facts, rule
from scanner.model.iam import Group, Policy, User, UserCredentials
from scanner.model.iam_grants import administers_by
from scanner.model.kind import All


@rule("IAM-007", Severity.HIGH, controls=("iam-admin-mfa",))
def administrator_lacks_mfa(user: User, own: UserCredentials, groups: All[Group], policies: All[Policy]) -> Verdict:
    """
    Administrator has no MFA device.

    One leaked password or key of this user is the whole account. Give the user a device and require it, or take the
    rights away.

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
        alice,arn:aws:iam::123456789012:user/alice,TRUE,FALSE
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
    ```

    Not an administrator:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice", GroupList: [readers]}]
      GroupDetailList:
        - GroupName: readers
          Arn: arn:aws:iam::123456789012:group/readers
          GroupPolicyList:
            - PolicyName: all
              PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:List*", Resource: "*"}}
    iam:GetCredentialReport:
      Content: |
        user,arn,password_enabled,mfa_active
        alice,arn:aws:iam::123456789012:user/alice,TRUE,FALSE
    ```
    """
    if own.mfa_active:
        return PASS
    policy = administers_by(user, groups, policies)
    if not policy:
        return PASS
    if not any_of(lambda: own.password_enabled, lambda: own.active_keys):
        return Skip(f"{user.name} has no credentials")
    return Fail(f"{user.name} can do everything by {policy.label}, and has no MFA device", facts("mfa", "none"))
