from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import PolicyPowers
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own

_SHOWN = 5


@rule("IAM-109", Severity.LOW, controls=("iam-no-unconstrained-write",))
def policy_writes_everywhere(policy: Policy, powers: PolicyPowers) -> Verdict:
    """
    Policy lets its holders change anything of a service.

    The actions could name what they change, and do not: whoever takes over a holder deletes and overwrites everything
    of that kind in the account. Name the resources, or limit the statement by tags.

    The policy is evaluated by itself, by what it means: denials count, a condition that a usual request does not meet
    is a limit. What allows every action, or all but some, is told by other rules.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: app
          Arn: arn:aws:iam::123456789012:policy/app
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: ["sqs:*", "s3:Get*"], Resource: "*"}
    ```

    Named resources, and actions that take none:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: app
          Arn: arn:aws:iam::123456789012:policy/app
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: "sqs:*", Resource: "arn:aws:sqs:*:123456789012:orders-*"}
                  - {Effect: Allow, Action: ["ec2:Describe*", "xray:PutTraceSegments"], Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "app" {
      name = "app"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "dynamodb:DeleteItem", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "app" {
      name = "app"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "dynamodb:DeleteItem"
          Resource = "arn:aws:dynamodb:*:*:table/orders"
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if not powers.writes:
        return PASS
    written = known(powers.writes)
    more = f" and {len(written) - _SHOWN} more" if len(written) > _SHOWN else ""
    return Fail(f"{policy.label} allows {', '.join(written[:_SHOWN])}{more} on anything", facts("action", *written))
