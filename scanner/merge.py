"""One defect, one finding: what several sources say of the same control and resource is told once, with its witnesses.

Findings that repeat what another service says make *claims*: that a check of that service fails for a resource. By the
claim's controls, the resource under any of its names, and the account, each claim meets our own findings:

* one of ours fails: ours stands, the claim is its witness and counts nowhere else;
* ours pass: the disagreement is shown on both. Our own verdict counts, for it is the one whose facts can be seen, and
  so that correcting a defect raises the score before the other service has looked again;
* ours are undecided: the claim stands by itself, and the undecided ones name it. Nobody knows whether they are one;
* there is none of ours: the claim stands, and those of other services of the same defect are its witnesses.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from scanner.findings import Finding, address_of, arn_of
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import Resource
from scanner.model.maybe import why_unknown
from scanner.verdict import Crashed, Fail, Pass, Skip, Undecided, facts

_MOST_NAMED: Final = 50


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """That a check of another source fails for a resource."""

    said: str
    """Who says what, in words: `Security Hub S3.8: Buckets should block public access`."""
    controls: tuple[str, ...]
    """The controls that the check looks at; with none it meets no other finding."""
    resource: str
    """What the source calls the resource."""
    names: frozenset[str]
    """Every name under which others may know it: see `names_in`."""
    account: str
    region: str = ""
    """Empty where the source does not say, or the resource lies in none."""
    firm: bool = True
    """Whether the claim is wrong if our own finding passes."""


class Claims(msgspec.Struct, frozen=True):
    """What a finding repeats of another source: all that it fails for."""

    said: str
    """The beginning of the finding's message, before it names the resources."""
    claims: tuple[Claim, ...]
    rank: int
    """Whose word stands where several other sources tell one defect: the lowest's."""


def merge(findings: Sequence[Finding], claims_of: Callable[[Finding], Claims | None]) -> None:
    """Make each claim a witness of the finding that tells the same defect; what is told nowhere else stays as it is.

    `claims_of` is asked for failing findings. The findings are changed in place: a finding all of whose claims are told
    elsewhere is skipped for that reason; one with some left fails for these.
    """
    outside = [
        (finding, claims)
        for finding in findings
        if type(finding.outcome) is Fail and (claims := claims_of(finding)) is not None
    ]
    if not outside:
        return
    outside.sort(key=lambda pair: pair[1].rank)
    claiming = {id(finding) for finding, _ in outside}
    wanted = {control for _, claims in outside for claim in claims.claims for control in claim.controls}
    own = _Book()
    for finding in findings:
        if id(finding) not in claiming and not finding.scope_wide and wanted.intersection(finding.rule.controls):
            own.enter(finding, finding.rule.controls, names_of(finding.resource), finding.resource.scope.account)
    standing = _Book()
    for finding, claims in outside:
        _settle(finding, claims, own, standing)


def tell_once(findings: Iterable[Finding]) -> None:
    """Let the gravest rule tell a resource that is a defect by itself, such as a vulnerability; the others point to it."""
    failing: dict[int, list[Finding]] = {}
    for finding in findings:
        if type(finding.outcome) is Fail and type(finding.resource).is_defect:
            failing.setdefault(id(finding.resource), []).append(finding)
    for several in failing.values():
        if len(several) > 1:
            first, *rest = sorted(several, key=lambda one: (-one.severity.weight, one.rule.id))
            for other in rest:
                first.witnesses = (*first.witnesses, f"{other.rule.id}: {other.rule.title}")
                other.outcome = Skip(f"the same defect is told by {first.rule.id}")


class _Book:
    """Findings by control, account and name of the resource."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str, str], list[tuple[Finding, str]]] = {}

    def enter(
        self, finding: Finding, controls: Iterable[str], names: Iterable[str], account: str, region: str | None = None
    ) -> None:
        """Note a finding; `region` is that of its resource unless given."""
        scope = finding.resource.scope
        at = region if region is not None else ("" if scope.is_global else scope.region)
        for control in controls:
            for name in names:
                self._pages.setdefault((control, account, name), []).append((finding, at))

    def find(self, claim: Claim) -> list[Finding]:
        """Return the findings of the same defect, each once."""
        found: dict[int, Finding] = {}
        for control in claim.controls:
            for name in claim.names:
                for finding, region in self._pages.get((control, claim.account, name), ()):
                    if not region or not claim.region or region == claim.region:
                        found[id(finding)] = finding
        return list(found.values())


def _settle(finding: Finding, claims: Claims, own: _Book, standing: _Book) -> None:
    left: list[Claim] = []
    told: dict[str, None] = {}
    passing: dict[str, None] = {}
    for claim in claims.claims:
        met = own.find(claim)
        tellers = [one for one in met if type(one.outcome) is Fail] or standing.find(claim)
        if tellers:
            for one in tellers:
                _witness(one, claim.said)
            told.update(dict.fromkeys(one.rule.id for one in tellers))
            continue
        doubtful = [one for one in met if isinstance(one.outcome, Undecided | Crashed)]
        agreed = [one for one in met if type(one.outcome) is Pass]
        for one in doubtful:
            _witness(one, claim.said)
        if doubtful or not agreed or not claim.firm:
            left.append(claim)
            continue
        for one in agreed:
            one.disputes = (*one.disputes, f"it fails by {claim.said}")
            passing[one.rule.id] = None
            finding.disputes = (*finding.disputes, f"{one.rule.id} passes for {one.resource.label}")
    for claim in left:
        standing.enter(finding, claim.controls, claim.names, claim.account, claim.region)
    if left and len(left) < len(claims.claims):
        finding.outcome = _failing_for(claims.said, left, told, passing)
    elif not left:
        finding.outcome = Skip("; ".join(_elsewhere(told, passing)))


def _witness(finding: Finding, said: str) -> None:
    if said not in finding.witnesses:
        finding.witnesses = (*finding.witnesses, said)


def _failing_for(said: str, left: list[Claim], told: Iterable[str], passing: Iterable[str]) -> Fail:
    names = sorted({claim.resource for claim in left})
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    rest = "; ".join(_elsewhere(told, passing))
    return Fail(
        f"{said}: {', '.join(names[:_MOST_NAMED])}{more}; of the others: {rest}",
        facts("resource", *names[:_MOST_NAMED]),
    )


def _elsewhere(told: Iterable[str], passing: Iterable[str]) -> Iterator[str]:
    if names := ", ".join(told):
        yield f"the same defect is told by {names}"
    if names := ", ".join(passing):
        yield f"{names} passes: the sources disagree"


def names_of(resource: Resource) -> frozenset[str]:
    """Return the names under which other sources may know a resource of ours."""
    names = {resource.id, arn_of(resource), address_of(resource)}
    if isinstance(resource, Account | AccountRegion):
        names.add(resource.scope.account)
    unique = getattr(resource, "unique_id", None)
    if why_unknown(unique) is None and isinstance(unique, str):
        names.add(unique)
    return frozenset(names - {""})


def names_in(text: str) -> frozenset[str]:
    """Return the names that a source's text for a resource may mean.

    That is the text itself, its first word (`sg-1 (vpc-1)`), and of an ARN its last part: `arn:aws:ec2:…:instance/i-1`
    is `i-1`. The root user's ARN and `AWS::::Account:…` are the account.
    """
    first = text.split(" ", 1)[0]
    names = {text, first}
    if first.startswith(("arn:", "AWS::::")):
        parts = first.removesuffix(":$LATEST").split(":")
        names |= {":".join(parts), parts[-1], parts[-1].rpartition("/")[2]}
        if parts[-1] == "root" and len(parts) > _ACCOUNT_PART:
            names.add(parts[_ACCOUNT_PART])
    return frozenset(names - {"", "*"})


_ACCOUNT_PART: Final = 4
"""Where an ARN names the account."""
