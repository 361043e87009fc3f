"""Findings as people read them: failures by rule, and what is undecided by its reason."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import msgspec

from reports.entries import FindingEntry, ResourceEntry
from scanner.verdict import Atom, Severity


class Group(msgspec.Struct, frozen=True):
    """The findings of one rule."""

    rule: str
    title: str
    severity: Severity
    findings: tuple[FindingEntry, ...]

    @property
    def points(self) -> float:
        """The exposure points that fixing all of them takes away."""
        return sum(one.points for one in self.findings)


class Doubt(msgspec.Struct, frozen=True):
    """Verdicts that are missing for one reason."""

    reason: str
    detail: str
    """The first one's detail."""
    accepted: bool
    findings: tuple[FindingEntry, ...]

    @property
    def rules(self) -> tuple[tuple[str, int], ...]:
        """How many verdicts of which rule."""
        return tuple(sorted(Counter(one.rule for one in self.findings).items()))

    @property
    def severity(self) -> Severity:
        """The worst severity among them."""
        return max((one.severity for one in self.findings), key=lambda severity: severity.weight)


def failures(findings: Iterable[FindingEntry]) -> tuple[Group, ...]:
    """Group what fails and is not waived by rule, in the order given: the worst first."""
    failing = (one for one in findings if one.status == "fail" and one.waiver is None)
    return by_rule(failing)


def waived(findings: Iterable[FindingEntry]) -> tuple[Group, ...]:
    """Group what fails and is waived by rule."""
    return by_rule(one for one in findings if one.waiver is not None)


def doubts(findings: Iterable[FindingEntry]) -> tuple[Doubt, ...]:
    """Group what is undecided or crashed by its reason and its gist, most first."""
    groups: dict[tuple[str, str, bool], list[FindingEntry]] = {}
    for one in findings:
        if one.status in ("undecided", "crashed"):
            reason = one.reason or "Crashed"
            key = (reason, gist(one), one.gap == "accepted")
            groups.setdefault(key, []).append(one)
    found = [Doubt(reason, group[0].message, accepted, tuple(group)) for (reason, _, accepted), group in groups.items()]
    return tuple(sorted(found, key=lambda doubt: (-len(doubt.findings), doubt.reason, doubt.detail)))


def gist(finding: FindingEntry) -> str:
    """Return what the message says of others alike: an error's code, or the text without its resource and place."""
    text, colon, _ = finding.message.partition(": ")
    resource = finding.resource
    for name in (resource.id, resource.name, resource.region, resource.account):
        text = text.replace(name, "…") if name else text
    return text + colon


def disputed(findings: Iterable[FindingEntry]) -> tuple[FindingEntry, ...]:
    """Return the findings of other sources that ours contradict: each disagreement once, though both sides carry it."""
    return tuple(one for one in findings if one.disputes and one.status != "pass")


def witnesses_text(finding: FindingEntry) -> str:
    """Return who else tells the defect, each in a few words: `Security Hub S3.8, Trusted Advisor`."""
    return ", ".join(dict.fromkeys(one.partition(":")[0] for one in finding.witnesses))


def label(resource: ResourceEntry) -> str:
    """Return what people call the resource: its id, with its name where that is another."""
    return f"{resource.id} ({resource.name})" if resource.name and resource.name != resource.id else resource.id


def place(resource: ResourceEntry) -> str:
    """Return account and region, as far as they are known."""
    return "/".join(part for part in (resource.account, resource.region) if part)


def atom_text(atom: Atom) -> str:
    """Return an atom of evidence as `name value`."""
    fields = msgspec.to_builtins(atom)
    return " ".join(str(value) for key, value in fields.items() if key != "type")


def by_rule(findings: Iterable[FindingEntry]) -> tuple[Group, ...]:
    """Group neighbours of the same rule and severity."""
    groups = []
    for (rule, title, severity), group in groupby(findings, key=lambda one: (one.rule, one.title, one.severity)):
        groups.append(Group(rule, title, severity, tuple(group)))
    return tuple(groups)
