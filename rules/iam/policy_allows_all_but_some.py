from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, is_own


@rule("IAM-032", Severity.MEDIUM, controls=("iam-no-unconstrained-write",))
def policy_allows_all_but_some(policy: Policy) -> Verdict:
    """
    Policy allows all actions except some, on every resource.

    Allow with NotAction grants every action that is not listed, those of services that do not exist yet included.
    Where the list is meant to forbid something, write an Allow for what is needed and a Deny for the list.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: dev
          Arn: arn:aws:iam::123456789012:policy/dev
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, NotAction: ["iam:*", "organizations:*"], Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: dev
          Arn: arn:aws:iam::123456789012:policy/dev
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "ec2:Describe*", Resource: "*"}
    ```

    Deny with NotAction grants nothing:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: dev
          Arn: arn:aws:iam::123456789012:policy/dev
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Deny, NotAction: "iam:*", Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", NotAction = "iam:*", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::invoices/*" }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    left_out = [
        " ".join(sorted(statement.not_actions))
        for statement in document_of(policy).allows
        if isinstance(statement.not_actions, tuple) and statement.has_every_resource and not statement.conditions
    ]
    if not left_out:
        return PASS
    return Fail(f"{policy.label} allows every action but {'; '.join(left_out) or 'none'}", facts("all_but", *left_out))
