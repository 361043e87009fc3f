from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.glob import matches
from scanner.model.policy import Condition, Quantifier, Statement
from scanner.model.s3 import Bucket, BucketPolicy
from scanner.remedies.bucket_access import require_tls

_ANY_KEYS = ("\x00", "\x00" * 40)
"""Keys that only wildcards match: a pattern that matches the short and the long one matches every key."""
_ALL_OF_S3 = {"*", "*:*", "s3:*"}


@rule("S3-008", Severity.MEDIUM, controls=("s3-deny-http",), remedy=require_tls)
def tls_not_required(bucket: Bucket, policy: BucketPolicy) -> Verdict:
    """
    Bucket accepts requests without TLS.

    S3 answers plain HTTP, so a client that is set up wrongly sends data and signed requests in the clear, and whoever
    sits on the way can read or change them. Add a statement that denies every action to everyone, on the bucket and on
    its objects, when aws:SecureTransport is false.

    The policy is read literally: one Deny, or several together, must cover the bucket and all its objects, for all
    principals and all actions of S3, and depend on nothing else.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        error: NoSuchBucketPolicy
    ```
    A denial that leaves the bucket itself out does not do:
    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": "arn:aws:s3:::invoices/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Deny"
          Principal = "*"
          Action = "s3:*"
          Resource = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        }]
      })
    }
    ```
    """
    arn, document = f"{bucket.arn}", policy.document
    denials = [] if isinstance(document, Absent) else [one for one in document.denies if _denies_all_http(one)]
    accepted = []
    if not any(_covers(one, (arn,)) for one in denials):
        accepted.append("the bucket")
    if not any(_covers(one, tuple(f"{arn}/{key}" for key in _ANY_KEYS)) for one in denials):
        accepted.append("its objects")
    if accepted:
        return Fail(
            f"{bucket.name} does not refuse plain HTTP for {' and '.join(accepted)}", facts("accepts_http", *accepted)
        )
    return PASS


def _denies_all_http(statement: Statement) -> bool:
    """Whether it denies plain HTTP to all principals for all actions, on the resources it covers."""
    everyone = statement.principals
    if everyone is None or not everyone.is_everyone:
        return False
    return _has_every_action(statement) and all(_holds_for_http(one) for one in statement.conditions)


def _has_every_action(statement: Statement) -> bool:
    if statement.actions is not None:
        return any(action.lower() in _ALL_OF_S3 for action in statement.actions)
    services = [action.partition(":")[0].lower() for action in statement.not_actions or ()]
    return all(service != "s3" and not set(service) & {"*", "?"} for service in services)


def _holds_for_http(condition: Condition) -> bool:
    return (
        condition.operator == "Bool"
        and condition.key.lower() == "aws:securetransport"
        and condition.quantifier in (Quantifier.ONE, Quantifier.FOR_ANY_VALUE)
        and any(value.lower() == "false" for value in condition.values)
    )


def _covers(statement: Statement, arns: tuple[str, ...]) -> bool:
    if statement.resources is not None:
        return any(all(matches(pattern, arn) for arn in arns) for pattern in statement.resources)
    return not any(_may_match(pattern, arns[0]) for pattern in statement.not_resources or ())


def _may_match(pattern: str, arn: str) -> bool:
    """Whether a pattern may match the ARN or one that begins alike; true when in doubt."""
    stem = arn.partition("/")[0]
    start = min((pattern.index(mark) for mark in ("*", "?", "${") if mark in pattern), default=len(pattern))
    return stem.startswith(pattern[:start]) or pattern[:start].startswith(stem)
