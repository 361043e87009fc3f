"""Small kinds, readers and rules for tests of the engine: a city service with towers, doors and bells."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from scanner import PASS, Fail, Severity, Skip, Verdict, derived, facts, rule
from scanner.evidence import Answer, Evidence, Failure, Key, canonical
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import EVERYWHERE, GLOBAL, All, Facet, Moment, Resource, Scope, instant
from scanner.model.maybe import ABSENT, Maybe, Reason, unknown
from scanner.reader import Page, Place, Reader, only, rows
from scanner.testing import ACCOUNT, NOW, REGION

OTHER_REGION = "us-east-1"
WHOLE = Scope("aws", ACCOUNT)
HERE = Scope("aws", ACCOUNT, REGION)
THERE = Scope("aws", ACCOUNT, OTHER_REGION)


class Tower(Resource, frozen=True, kw_only=True, eq=False):
    """A tower of a region."""

    service: ClassVar[str] = "city"
    noun: ClassVar[str] = "tower"
    built: Maybe[str]


class Door(Facet, frozen=True, kw_only=True, eq=False):
    """The door of a tower."""

    of: ClassVar[type[Resource]] = Tower
    locked: Maybe[bool]


class Curfew(Facet, frozen=True, kw_only=True, eq=False):
    """A regional setting."""

    of: ClassVar[type[Resource]] = AccountRegion
    on: Maybe[bool]


class Charter(Facet, frozen=True, kw_only=True, eq=False):
    """A setting of the account."""

    of: ClassVar[type[Resource]] = Account
    signed: Maybe[bool]


class Bell(Resource, frozen=True, kw_only=True, eq=False):
    """A bell; listed for each tower."""

    service: ClassVar[str] = "city"
    noun: ClassVar[str] = "bell"


class Safety(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: whether a tower is safe."""

    of: ClassVar[type[Resource]] = Tower
    safe: Maybe[bool]


def _towers(pages: tuple[Page, ...], at: Place) -> Iterator[Tower]:
    for row in rows(pages, "Towers"):
        yield Tower(
            scope=at.scope, id=row["Id"], origin=at.origin, arn=ABSENT, name=ABSENT, tags={}, built=row["Built"]
        )


def _door(pages: tuple[Page, ...], at: Place) -> Iterator[Door]:
    yield Door(scope=at.parent.scope, id=at.parent.id, origin=at.origin, locked=only(pages).get("Locked", False))


def _curfew(pages: tuple[Page, ...], at: Place) -> Iterator[Curfew]:
    yield Curfew(scope=at.scope, id=at.scope.region, origin=at.origin, on=only(pages)["On"])


def _charter(pages: tuple[Page, ...], at: Place) -> Iterator[Charter]:
    yield Charter(scope=at.scope, id=at.scope.account, origin=at.origin, signed=only(pages)["Signed"])


def _bells(pages: tuple[Page, ...], at: Place) -> Iterator[Bell]:
    for name in rows(pages, "Bells"):
        yield Bell(scope=at.scope, id=name, origin=at.origin, arn=ABSENT, name=ABSENT, tags={})


TOWERS = Reader(service="city", operation="ListTowers", actions=("city:ListTowers",), yields=(Tower,), parse=_towers)
DOOR = Reader(
    service="city",
    operation="GetDoor",
    actions=("city:GetDoor",),
    yields=(Door,),
    parse=_door,
    parent=Tower,
    request=lambda tower: {"Id": tower.id},
    absent=frozenset({"NoSuchDoor"}),
    bare=False,
)
CURFEW = Reader(service="city", operation="GetCurfew", actions=("city:GetCurfew",), yields=(Curfew,), parse=_curfew)
OLD_CURFEW = Reader(
    service="village",
    operation="GetCurfew",
    actions=("village:GetCurfew",),
    yields=(Curfew,),
    parse=_curfew,
    instead_of=CURFEW,
)
CHARTER = Reader(
    service="city",
    operation="GetCharter",
    actions=("city:GetCharter",),
    yields=(Charter,),
    parse=_charter,
    regional=False,
)
BELLS = Reader(
    service="city",
    operation="ListBells",
    actions=("city:ListBells",),
    yields=(Bell,),
    parse=_bells,
    parent=Curfew,
    request=lambda curfew: {"Curfew": True} if curfew.on else unknown(Reason.NOT_ENABLED, "no curfew, no bells"),
)
READERS = (TOWERS, DOOR, CURFEW, OLD_CURFEW, CHARTER, BELLS)


@derived
def safety(tower: Tower, door: Door, curfew: Curfew) -> Safety:
    """Compute whether a tower is safe."""
    return Safety(scope=tower.scope, id=tower.id, origin=tower.origin, safe=door.locked and curfew.on)


@rule("CITY-001", Severity.HIGH, controls=("city-door",))
def door_unlocked(tower: Tower, door: Door) -> Verdict:
    """Door is unlocked."""
    return PASS if door.locked else Fail(f"{tower.id} is open", facts("door", "open"))


@rule("CITY-002", Severity.LOW, controls=("city-age",))
def tower_old(tower: Tower, now: Moment, *, days: int = 365) -> Verdict:
    """Tower is old."""
    return Fail("old") if now.days_since(instant(tower.built)) > days else PASS


@rule("CITY-003", Severity.MEDIUM, controls=("city-safety",))
def unsafe(tower: Tower, safety: Safety, charter: Charter) -> Verdict:
    """Tower is unsafe."""
    if not charter.signed:
        return Skip("no charter")
    return PASS if safety.safe else Fail("unsafe")


@rule("CITY-004", Severity.LOW, controls=("city-towers",))
def no_tower(region: AccountRegion, towers: All[Tower]) -> Verdict:
    """Region has no tower."""
    return PASS if any(towers) else Fail("no tower")


@rule("CITY-005", Severity.LOW, controls=("city-bell",))
def bell_rung(bell: Bell) -> Verdict:
    """Bell rings."""
    return Fail(f"{bell.id} rings")


@rule("CITY-006", Severity.LOW, controls=("city-crash",))
def breaks(tower: Tower) -> Verdict:
    """Rule breaks."""
    raise ZeroDivisionError(tower.id)


@rule("CITY-007", Severity.LOW, controls=("city-towers",))
def no_tower_anywhere(region: AccountRegion, towers: Annotated[All[Tower], EVERYWHERE]) -> Verdict:
    """There is no tower anywhere."""
    return PASS if any(towers) else Fail("no tower anywhere")


DENIED = Answer((), complete=False, failure=Failure("AccessDenied", "no", Reason.DENIED))


def recorded(*calls: tuple[str, str, dict[str, object], dict[str, object] | Answer]) -> Evidence:
    """Return evidence of two regions from (region, operation, parameters, page or answer)."""
    evidence = Evidence(targets=(WHOLE, HERE, THERE), taken_at=NOW)
    for region, operation, parameters, said in calls:
        service, _, name = operation.rpartition(":")
        key = Key("aws", ACCOUNT, region, service or "city", name, canonical(parameters))
        evidence.answers[key] = said if isinstance(said, Answer) else Answer((said,))
    return evidence


def two_regions() -> Evidence:
    """Return complete evidence: two towers here (one of them open), one there."""
    tower = {"Built": "2020-01-01"}
    return recorded(
        (REGION, "ListTowers", {}, {"Towers": [{"Id": "t-1", **tower}, {"Id": "t-2", **tower}]}),
        (OTHER_REGION, "ListTowers", {}, {"Towers": [{"Id": "t-1", **tower}]}),
        (REGION, "GetDoor", {"Id": "t-1"}, {"Locked": True}),
        (REGION, "GetDoor", {"Id": "t-2"}, Answer((), complete=False, failure=Failure("NoSuchDoor", "none"))),
        (OTHER_REGION, "GetDoor", {"Id": "t-1"}, {"Locked": True}),
        (REGION, "GetCurfew", {}, {"On": True}),
        (OTHER_REGION, "GetCurfew", {}, {"On": False}),
        (REGION, "ListBells", {"Curfew": True}, {"Bells": ["b-1"]}),
        (GLOBAL, "GetCharter", {}, {"Signed": True}),
    )
