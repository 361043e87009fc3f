from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import covers, document_of, is_own
from scanner.model.lint import LintKind, PolicyLint, beside_full_access


@rule("IAM-202", Severity.HIGH, controls=("iam-no-privilege-escalation",))
def policy_passes_roles_freely(policy: Policy, lint: PolicyLint) -> Verdict:
    """
    Policy lets its holders pass any role.

    With iam:PassRole on every role, who may also start an instance, a function or a build gives it the account's most
    powerful role and acts as that. Name the roles that may be passed, or at least the service, with the condition
    iam:PassedToService.

    Wildcards in actions, NotAction and NotResource count as they do for IAM Access Analyzer; a statement with every
    action is left to the rules on administrators, and boundaries and other policies are not weighed.

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
                Statement: {Effect: Allow, Action: "iam:Pass*", Resource: "arn:aws:iam::123456789012:role/*"}
    ```
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
                Statement:
                  Effect: Allow
                  Action: "iam:PassRole"
                  NotResource: "arn:aws:iam::123456789012:role/admin"
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
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Action = "iam:PassRole"
          Resource = "arn:aws:iam::123456789012:role/app"
          Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } }
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    document = document_of(policy)
    if any(
        covers(deny, "iam:PassRole") and deny.has_every_resource and not deny.conditions for deny in document.denies
    ):
        return PASS
    warnings = beside_full_access(lint.of_kind(LintKind.SECURITY_WARNING), document)
    found = [one for one in warnings if one.code.startswith("PASS_ROLE_")]
    if not found:
        return PASS
    return Fail(
        f"{policy.label} lets its holders pass any role of the account", facts("finding", *(one.atom for one in found))
    )
