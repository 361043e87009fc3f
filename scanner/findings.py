"""A finding: rule x resource x outcome, with an identity that survives re-runs."""

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from scanner.model.glob import matches
from scanner.model.kind import Origin, Resource, Source
from scanner.model.maybe import Absent, why_unknown
from scanner.rule import Rule
from scanner.verdict import Crashed, Fail, Outcome, Pass, Severity, Skip, Undecided
from scanner.waivers import Waiver

_STATUS: Final[dict[type, str]] = {
    Pass: "pass",
    Fail: "fail",
    Skip: "skip",
    Undecided: "undecided",
    Crashed: "crashed",
}


class Finding(msgspec.Struct):
    """What a rule said of a resource."""

    rule: Rule
    resource: Resource
    outcome: Outcome
    facet_origins: tuple[Origin, ...] = ()
    scope_wide: bool = False
    """Whether it stands for every resource of the rule's kind in a scope that could not be listed."""
    severity_override: Severity | None = None
    waiver: Waiver | None = None
    witnesses: tuple[str, ...] = ()
    """Who else says so, in words."""
    disputes: tuple[str, ...] = ()
    """Who says otherwise, in words."""

    @property
    def status(self) -> str:
        """`fail`, `pass`, `undecided`, `skip` or `crashed`."""
        return _STATUS[type(self.outcome)]

    @property
    def severity(self) -> Severity:
        """The rule's severity, unless configuration sets another."""
        return self.severity_override or self.rule.severity

    @property
    def message(self) -> str:
        """What there is to say, in a sentence without markup."""
        match self.outcome:
            case Fail(message=text) | Skip(reason=text) | Crashed(error=text):
                return text
            case Undecided(why=why):
                return str(why)
            case Pass():
                return ""

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the facts were read: the resource's own origin first."""
        return tuple(dict.fromkeys((self.resource.origin, *self.facet_origins)))

    @property
    def fingerprint(self) -> str:
        """The identity of rule and resource: evidence, message and time are no part of it."""
        resource = self.resource
        where: tuple[str, ...] = (resource.scope.partition, resource.scope.account, resource.scope.region)
        return fingerprint(self.rule.id, *where, type(resource).__name__, resource.id)


def fingerprint(*parts: str) -> str:
    """Return 128 bits of SHA-256 over the parts, as hexadecimal text. The parts are delimited, so none can imitate two."""
    return hashlib.sha256(
        "\x1f".join(part.replace("\x1f", "\x1f\x1f") for part in parts).encode("utf-8", "surrogatepass")
    ).hexdigest()[:32]


def arn_of(resource: Resource) -> str:
    """Return the ARN as text: empty where there is none or it is unknown."""
    arn = resource.arn
    return "" if why_unknown(arn) is not None or isinstance(arn, Absent) else str(arn)


def address_of(resource: Resource) -> str:
    """Return the IaC address, or the empty text for what was read from an API."""
    return resource.origin.address if isinstance(resource.origin, Source) else ""


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> None:
    """Mark each failing finding that a waiver covers. Undecided and crashed ones cannot be waived: nobody knows what they hide."""
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        by_rule.setdefault(waiver.rule, []).append(waiver)
    if not by_rule:
        return
    for finding in findings:
        if isinstance(finding.outcome, Fail):
            covering = (waiver for waiver in by_rule.get(finding.rule.id, ()) if _covers(waiver, finding))
            finding.waiver = next(covering, None)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    """Whether the waiver speaks of the finding, whatever its dates; its globs match whole names."""
    resource = finding.resource
    if waiver.fingerprint:
        return waiver.fingerprint == finding.fingerprint
    if waiver.account:
        return waiver.account == resource.scope.account
    if waiver.region:
        return waiver.region in (resource.scope.region, resource.shown_region)
    names = (resource.id, arn_of(resource), address_of(resource))
    return any(name and matches(waiver.resource, name) for name in names)
