from typing import Final

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own

_ACTIONS: Final = (
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
)


@rule("IAM-034", Severity.MEDIUM, controls=("iam-no-credentials-exposure",))
def policy_hands_out_credentials(policy: Policy) -> Verdict:
    """
    Policy lets its holders obtain credentials of others.

    With these actions on every resource the holders make keys or passwords for any user, or log in to any database,
    and then act as somebody else. Limit them to one's own user (`arn:aws:iam::*:user/${aws:username}`) or to named
    resources.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: desk
          Arn: arn:aws:iam::123456789012:policy/desk
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:CreateAccessKey", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: desk
          Arn: arn:aws:iam::123456789012:policy/desk
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "iam:CreateAccessKey"
                  Resource: "arn:aws:iam::*:user/${aws:username}"
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), _ACTIONS)
    if not granted:
        return PASS
    return Fail(f"{policy.label} allows {', '.join(granted)} for everybody", facts("action", *granted))
