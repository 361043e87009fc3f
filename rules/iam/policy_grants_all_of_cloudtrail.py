from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, is_own, whole_services
from scanner.remedies.iam import drop_broad_statements


@rule("IAM-031", Severity.MEDIUM, controls=("iam-no-cloudtrail-full-access",), remedy=drop_broad_statements)
def policy_grants_all_of_cloudtrail(policy: Policy) -> Verdict:
    """
    Policy grants every action of CloudTrail.

    Its holders can stop, redirect or delete the trail that would tell what they did. Let people look up events; leave
    the trails to those who keep them.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: full
          Arn: arn:aws:iam::123456789012:policy/full
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "cloudtrail:*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: some
          Arn: arn:aws:iam::123456789012:policy/some
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "cloudtrail:Describe*", Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "cloudtrail:*", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "cloudtrail:LookupEvents", Resource = "*" }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if "cloudtrail" not in whole_services(document_of(policy)):
        return PASS
    return Fail(f"{policy.label} allows cloudtrail:*", facts("service", "cloudtrail"))
