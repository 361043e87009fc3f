"""Declarations that cannot be bound are refused with a reason; selections combine, and name what does not exist."""

import pytest

from scanner import PASS, Severity, Verdict, derived, rule
from scanner.errors import RegistryError, UsageError
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import All, Moment
from scanner.model.s3 import Bucket, BucketVersioning
from scanner.page import page_of
from scanner.registry import Selection, select
from tests.kinds import Bell, Charter, Curfew, Door, Tower, bell_rung, door_unlocked, tower_old, unsafe

ALL = (door_unlocked, tower_old, unsafe, bell_rung)


def no_parameter() -> Verdict:
    """Title."""


def unannotated(tower: Tower, door) -> Verdict:
    """Title."""


def judges_a_facet(door: Door) -> Verdict:
    """Title."""


def facet_of_another(bell: Bell, door: Door) -> Verdict:
    """Title."""


def regional_for_global(bucket: Bucket, curfew: Curfew) -> Verdict:
    """Title."""


def asks_a_resource(tower: Tower, bell: Bell) -> Verdict:
    """Title."""


def asks_text(tower: Tower, name: str) -> Verdict:
    """Title."""


def option_without_default(tower: Tower, *, days: int) -> Verdict:
    """Title."""


def has_no_page(tower: Tower) -> Verdict:
    return PASS


def stringly(tower: "Tower") -> Verdict:
    """Title."""


@pytest.mark.parametrize(
    "function,says",
    [
        (no_parameter, "takes no resource"),
        (unannotated, "parameter door has no annotation"),
        (judges_a_facet, "its first parameter must be a Resource"),
        (facet_of_another, "door is a facet of Tower, not of Bell; take All"),
        (regional_for_global, "curfew is regional and Bucket is not; take All"),
        (asks_a_resource, "cannot bind bell"),
        (asks_text, "cannot bind name"),
        (option_without_default, "option days needs a default"),
        (has_no_page, "has no docstring"),
        (stringly, "annotations are strings"),
    ],
)
def test_a_declaration_that_cannot_be_bound_says_why(function, says):
    with pytest.raises(RegistryError, match=says):
        rule("X-001", Severity.LOW)(function)


@pytest.mark.parametrize("native_id", ["S3-1", "s3-001", "S3_001", "S3-0001"])
def test_an_id_has_its_form(native_id):
    with pytest.raises(RegistryError, match="not of the form"):
        rule(native_id, Severity.LOW)


def test_a_control_is_a_slug():
    with pytest.raises(RegistryError, match="is not a slug"):
        rule("X-001", Severity.LOW, controls=("Not A Slug",))


def test_a_derived_facet_takes_no_options():
    def compute(tower: Tower, *, days: int = 1) -> Door: ...

    with pytest.raises(RegistryError, match="takes no options"):
        derived(compute)


def test_everything_that_can_be_bound_is_declared_by_the_signature():
    @rule("X-002", Severity.LOW, controls=("a-b",))
    def everything(
        bucket: Bucket,
        own: BucketVersioning,
        charter: Charter,
        account: Account,
        towers: All[Tower],
        now: Moment,
        *,
        days: int = 3,
    ) -> Verdict:
        """Bucket is everything."""
        return PASS

    assert [(need.name, need.every) for need in everything.needs] == [
        ("own", False),
        ("charter", False),
        ("account", False),
        ("towers", True),
        ("now", False),
    ]
    assert (everything.options, everything.service, everything.title) == ({"days": 3}, "x", "Bucket is everything")


def test_an_example_in_a_form_that_does_not_exist_is_refused():
    @rule("X-003", Severity.LOW)
    def odd(region: AccountRegion) -> Verdict:
        """
        Title.

        ```pulumi bad
        x
        ```
        """
        return PASS

    with pytest.raises(RegistryError, match="unknown form 'pulumi'"):
        page_of(odd)


@pytest.mark.parametrize(
    "selection,ids",
    [
        (Selection(), {"CITY-001", "CITY-002", "CITY-003", "CITY-005"}),
        (Selection(rules=("city-001", "unsafe")), {"CITY-001", "CITY-003"}),
        (Selection(rules=("CITY-00[1]",), skip=()), None),
        (Selection(rules=("CITY-*",), skip=("*3",)), {"CITY-001", "CITY-002", "CITY-005"}),
        (Selection(services=("City",), severity="medium"), {"CITY-001", "CITY-003"}),
        (Selection(ids=frozenset({"CITY-002"}), severity="low"), {"CITY-002"}),
        (Selection(rules=("CITY-001",), severity="critical"), None),
        (Selection(services=("moon",)), None),
    ],
)
def test_selections_combine_and_one_that_leaves_nothing_is_refused(selection, ids):
    if ids is None:
        with pytest.raises(UsageError):
            select(ALL, selection)
    else:
        assert {one.id for one in select(ALL, selection)} == ids


def test_a_selection_is_partial_if_it_leaves_anything_out():
    assert not Selection().partial
    assert Selection(skip=("CITY-001",)).partial
    assert Selection(ids=frozenset()).partial
