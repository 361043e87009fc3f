from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy, PolicyForm
from scanner.model.iam_grants import allows_everything, document_of


@rule("IAM-022", Severity.LOW, controls=("iam-no-full-admin-policy-unattached",))
def unattached_policy_allows_everything(policy: Policy) -> Verdict:
    """
    Unattached policy of the account allows everything.

    Nobody holds the policy today, but a principal that may attach policies makes itself administrator with one call,
    under a name that looks familiar. Delete the policy.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ops
          Arn: arn:aws:iam::123456789012:policy/ops
          AttachmentCount: 0
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ops
          Arn: arn:aws:iam::123456789012:policy/ops
          AttachmentCount: 0
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::reports/*"
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
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
    if policy.form != PolicyForm.CUSTOMER_MANAGED:
        return Skip(f"{policy.label} is not a managed policy of the account")
    if not allows_everything(document_of(policy)):
        return PASS
    if policy.attachments:
        return Skip(f"{policy.label} is attached")
    return Fail(
        f"{policy.label} allows every action on every resource, for whoever attaches it", facts("allows", "* on *")
    )
