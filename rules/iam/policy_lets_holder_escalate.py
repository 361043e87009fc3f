from typing import Final

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own

_ACTIONS: Final = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
)


@rule("IAM-033", Severity.HIGH, controls=("iam-no-privilege-escalation",))
def policy_lets_holder_escalate(policy: Policy) -> Verdict:
    """
    Policy lets its holders grant themselves more.

    Each of these actions of IAM, on every resource, is enough alone to become administrator: a new version of a
    policy that one holds, a policy put on oneself, a place in a stronger group, a role made to trust oneself. Keep
    them to the few who manage identities, limit them by resource, and set a permissions boundary.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: tools
          Arn: arn:aws:iam::123456789012:policy/tools
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:Put*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: tools
          Arn: arn:aws:iam::123456789012:policy/tools
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: ["iam:Get*", "iam:List*"], Resource: "*"}
    ```

    A Deny in the same policy takes it back:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: tools
          Arn: arn:aws:iam::123456789012:policy/tools
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: "iam:Attach*", Resource: "*"}
                  - {Effect: Deny, Action: "iam:*", Resource: "*"}
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), _ACTIONS)
    if not granted:
        return PASS
    return Fail(f"{policy.label} allows {', '.join(granted)} on every resource", facts("action", *granted))
