"""Scans of one account, small enough to count by hand: a bucket's name says how it is judged."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.aws.readers import READERS
from scanner.config import AcceptedGap, Config, Criticality
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.model.s3 import Bucket, BucketLogging
from scanner.plan import Plan
from scanner.rule import Rule
from scanner.scan import Scan, audit, profile_of
from scanner.testing import evidence_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = date(2026, 6, 30)


@rule("TEST-001", Severity.HIGH, controls=("test-named-badly",))
def named_badly(bucket: Bucket) -> Verdict:
    """
    Bucket is named badly.

    The name decides.
    """
    match bucket.id.partition("-")[0]:
        case "bad":
            return Fail(f"{bucket.id} is bad", facts("name", bucket.id))
        case "moot":
            return Skip("does not apply")
        case "dim":
            raise UnknownAsked(Why(Reason.UNRESOLVED, "the name is computed"))
        case "broken":
            raise ValueError("no such name")
        case _:
            return PASS


@rule("TEST-002", Severity.LOW, controls=("test-logs",))
def unlogged(bucket: Bucket, logging: BucketLogging) -> Verdict:
    """
    Bucket is not logged.

    Needs a call for each bucket, so that there can be gaps.
    """
    return PASS if logging.target_bucket else Fail(f"{bucket.id} has no access log")


@rule("OTHER-001", Severity.CRITICAL, controls=("test-other",))
def never(bucket: Bucket) -> Verdict:
    """
    Bucket is never this.

    Always passes.
    """
    return PASS


RULES = (named_badly, unlogged, never)


def scan_of(
    *names: str,
    rules: Sequence[Rule] = (named_badly,),
    denied: Sequence[str] = (),
    unlisted: bool = False,
    waivers: tuple[object, ...] = (),
    accepted: tuple[AcceptedGap, ...] = (),
    config: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
    partial: bool = False,
) -> Scan:
    """Scan an account with these buckets; `denied` ones do not tell their logging, `unlisted` hides them all."""
    calls: dict[str, Any] = {
        "s3:ListBuckets": {"Buckets": [{"Name": name, "BucketRegion": "eu-west-1"} for name in names]},
        "s3:GetBucketLogging": [
            {
                "parameters": {"Bucket": name},
                **({"error": "AccessDenied", "message": "no"} if name in denied else {"response": {}}),
            }
            for name in names
        ],
        "s3:GetBucketTagging": [
            {
                "parameters": {"Bucket": name},
                "response": {"TagSet": [{"Key": k, "Value": v} for k, v in (tags or {}).items()]},
            }
            for name in names
        ],
    }
    if unlisted:
        calls["s3:ListBuckets"] = [{"parameters": {}, "error": "AccessDenied", "message": "not authorized"}]
    chosen = tuple(rules)
    settings = Config(accept_gap=accepted, **(config or {}))
    return audit(
        profile_of(chosen, settings, chosen, partial=partial),
        Plan.of(chosen, READERS),
        evidence_of(calls, taken_at=NOW),
        settings,
        now=None,
        waivers=waivers,
        source_kind="evidence",
        source_name="small.json.gz",
    )


def waiver(resource: str, rule_id: str = "TEST-001", until: date = UNTIL) -> dict[str, object]:
    return {"rule": rule_id, "resource": resource, "owner": "ops", "reason": "known", "until": until}


def accepted_gap(source: str) -> AcceptedGap:
    return AcceptedGap(source, "ops", "not ours", UNTIL)


CRITICAL_DATA = Criticality("data", {"secret": 4.0, "public": 1.0})
