from typing import Final

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own

_ACTIONS: Final = (
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
)


@rule("IAM-035", Severity.MEDIUM, controls=("iam-no-data-exfiltration",))
def policy_reads_all_data(policy: Policy) -> Verdict:
    """
    Policy lets its holders read all data of a service.

    Objects of every bucket, every secret, every parameter, every table: one such holder in wrong hands and all of it
    is copied. Name the buckets, secrets and tables that the holders work with.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

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
                Statement:
                  Effect: Allow
                  Action: ["s3:GetObject", "secretsmanager:*"]
                  Resource: "*"
    ```
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
                  Effect: Allow
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::reports/*"
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), _ACTIONS)
    if not granted:
        return PASS
    return Fail(f"{policy.label} allows {', '.join(granted)} on every resource", facts("action", *granted))
