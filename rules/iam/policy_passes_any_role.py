from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own


@rule("IAM-027", Severity.HIGH, controls=("iam-no-privilege-escalation",))
def policy_passes_any_role(policy: Policy) -> Verdict:
    """
    Policy lets its holders pass any role.

    With iam:PassRole on every role, who may also start an instance, a function or a build gives it the account's most
    powerful role and acts as that. Name the roles that may be passed, or at least the service, with the condition
    iam:PassedToService.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:PassRole", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "iam:PassRole"
                  Resource: "arn:aws:iam::123456789012:role/build"
    ```

    Limited to a service:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "iam:PassRole"
                  Resource: "*"
                  Condition: {StringEquals: {"iam:PassedToService": lambda.amazonaws.com}}
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), ("iam:PassRole",))
    if not granted:
        return PASS
    return Fail(f"{policy.label} lets its holders pass any role of the account", facts("action", *granted))
