"""What a remedy looks at before it says how safe it is; what is not known is never taken for harmless."""

from collections.abc import Callable, Iterable

from scanner.model.maybe import UnknownAsked
from scanner.remedy import Check, Safety


def check(text: str, fact: Callable[[], object]) -> Check:
    """Return whether a fact holds, or that it is not known."""
    try:
        return Check(text, bool(fact()))
    except UnknownAsked as asked:
        return Check(f"{text} (not known: {asked.why.reason.value})", None)


def unless_all(checks: Iterable[Check], else_: Safety) -> Safety:
    """Return class A if every check is known to hold, else the other class."""
    return Safety.A if all(one.holds is True for one in checks) else else_


def doubts(checks: Iterable[Check]) -> str:
    """Say which checks do not hold, or are not known to."""
    return "; ".join(
        f"not so: {one.text}" if one.holds is False else one.text for one in checks if one.holds is not True
    )
