from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, is_own, whole_services


@rule("IAM-026", Severity.LOW, controls=("iam-no-service-wildcard-actions",))
def policy_allows_whole_services(policy: Policy) -> Verdict:
    """
    Policy allows every action of a service.

    `service:*` includes what nobody thought of: deletion, the change of permissions, and every action that AWS adds
    to the service later. List the actions that are needed; the last accessed information of IAM tells which are used.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: store
          Arn: arn:aws:iam::123456789012:policy/store
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: store
          Arn: arn:aws:iam::123456789012:policy/store
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: ["s3:Get*", "s3:List*"], Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::invoices/*" }]
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
    services = whole_services(document_of(policy))
    if not services:
        return PASS
    return Fail(f"{policy.label} allows every action of {', '.join(services)}", facts("service", *services))
