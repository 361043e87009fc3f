"""Derived facets: path assertions, judged for each interface that they protect, with an exact counterexample."""

from functools import lru_cache
from ipaddress import ip_network
from typing import Final

from scanner.model.addresses import INTERNET, AddressSet, address_set
from scanner.model.assertion import AssertedPaths, PathAssertion, RoutedNetwork
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.answer import Answer, Verdict
from scanner.reason.network.estate import Estate
from scanner.reason.network.places import Place, selected
from scanner.reason.network.public import PRIVATE
from scanner.reason.network.reach import reach

_INTERNET: Final = "internet"


def asserted_paths(interface: NetworkInterface, network: RoutedNetwork) -> AssertedPaths:
    """Return how assertions fare that have an interface among their targets."""
    estate: Estate = known(network.estate)  # type: ignore[assignment]  # it is one

    def concerns(assertion: PathAssertion) -> bool:
        return interface.id in _ids(assertion.target, estate)

    return AssertedPaths(
        scope=interface.scope,
        id=interface.id,
        origin=interface.origin,
        concerns=concerns,
        counterexample=lambda assertion: _counterexample(assertion, interface, estate),
    )


@lru_cache(maxsize=256)
def _ids(text: str, estate: Estate) -> frozenset[str]:
    """Return the interfaces that a place means. Raises `UnknownAsked` if it may mean more than were read."""
    return frozenset(one.id for one in selected(text, estate))


def _counterexample(assertion: PathAssertion, interface: NetworkInterface, estate: Estate) -> str:
    target = Place(interface.id, (interface,))
    why: Why | None = None
    for source in _denied(assertion, interface, estate):
        answer = reach(source, target, assertion.traffic, estate)
        if answer.verdict is Verdict.REACHABLE:
            return f"{source.text}: {_way(answer)}"
        why = why or (answer.why if answer.verdict is Verdict.UNDECIDED else None)
    if why is not None:
        raise UnknownAsked(why)
    return ""


def _way(answer: Answer) -> str:
    return " > ".join(str(hop) for hop in answer.hops)


def _denied(assertion: PathAssertion, interface: NetworkInterface, estate: Estate) -> list[Place]:
    """Return the sources from which nothing may come: those that are named, or all others, sites included."""
    named = set[str]()
    blocks: dict[str, AddressSet] = {}
    for text in assertion.sources:
        if text == _INTERNET:
            blocks[text] = INTERNET
        else:
            named |= _ids(text, estate)
            blocks |= {text: address_set((text,))} if _is_block(text) else {}
    if assertion.denies:
        members = tuple(one for one in estate.every(NetworkInterface) if one.id in named and one.id != interface.id)
        inside = [Place(", ".join(assertion.sources), members)] if members else []
        return [*(Place(text, outside=block) for text, block in blocks.items()), *inside]
    others = tuple(one for one in estate.every(NetworkInterface) if one.id not in named and one.id != interface.id)
    left = {_INTERNET: INTERNET, "a site": PRIVATE}
    for name in left:
        for block in blocks.values():
            left[name] -= block
    found = [Place(name, outside=rest) for name, rest in left.items() if rest]
    return [*found, *([Place("another interface", others)] if others else [])]


def _is_block(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
