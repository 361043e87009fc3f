"""Which statements open a policy, and the change that takes the fewest of them out, and leaves every other as it is.

Which these are is found by trial: with all open statements gone the rule must find nothing; then each is kept with which
it still finds nothing. So a wildcard that a condition or a denial makes harmless stays.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from scanner.image import Allowed, Image, Look
from scanner.model.kind import Resource
from scanner.model.maybe import known
from scanner.remedy import Advice, Becomes, Change, Check, Lent, Snippet, Step, Write

READERS_LOSE: Final = "who reaches it by the statement loses that, whether meant or not"
NOBODY_RELIES: Final = Check("nobody relies on the statement (look at access logs, CloudTrail, Access Analyzer)", None)


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where a policy is kept: what tells it, and how it is written and removed."""

    look: Look
    path: tuple[str, ...]
    """The members of the answer that lead to the document."""
    write: Callable[[str], Write]
    remove: Callable[[], Write] | None = None
    emptied: Image = None
    """What the look shows without a policy."""


def document_in(image: Image, path: tuple[str, ...]) -> Any:
    """Return the document that these members of an answer lead to; None if there is none."""
    for name in path:
        image = (image or {}).get(name)
    return image


def with_document(image: Image, path: tuple[str, ...], document: Any) -> Image:
    """Return the answer with another document in its place."""
    changed = copy.deepcopy(image) if image is not None else {}
    holder = changed
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
    holder[path[-1]] = document
    return changed


def statements_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a policy, of which a single one may stand without a list."""
    said = document.get("Statement") or []
    return list(said) if isinstance(said, list) else [said]


def is_open(statement: dict[str, Any]) -> bool:
    """Whether a statement allows something to a wildcard, or to all but some."""
    if statement.get("Effect") != "Allow":
        return False
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    values = principal.values() if isinstance(principal, dict) else [principal]
    return any("*" in (value if isinstance(value, list) else [value]) for value in values)


def fewest(candidates: Iterable[int], passes: Callable[[list[int]], bool]) -> list[int]:
    """Return the fewest of the candidates without which it passes; none if it does not pass without all of them."""
    removed = list(candidates)
    if not passes(removed):
        return []
    for one in list(removed):
        fewer = [other for other in removed if other != one]
        if passes(fewer):
            removed = fewer
    return removed


def cut(lent: Lent, home: Home, label: str, *, code: tuple[Snippet, ...] = ()) -> Change | None:
    """Return the change that takes out the fewest open statements, or None if that would not do."""
    before = lent.image(home.look)
    text = document_in(before, home.path)
    if not text:
        return None
    document = json.loads(text)
    statements = statements_of(document)
    candidates = [number for number, one in enumerate(statements) if is_open(one)]

    def after(gone: list[int]) -> Image:
        kept = [one for number, one in enumerate(statements) if number not in gone]
        if not kept and home.remove is not None:
            return home.emptied
        return with_document(before, home.path, json.dumps({**document, "Statement": kept}))

    gone = fewest(candidates, lambda some: lent.passes([Becomes(home.look, after(some))]))
    if not gone:
        return None
    wanted = after(gone)
    left = len(statements) > len(gone)
    if not left and home.remove is None:
        return None
    names = ", ".join(str(statements[number].get("Sid") or f"no. {number + 1}") for number in gone)
    plural = "s" if len(gone) > 1 else ""
    call = home.write(document_in(wanted, home.path)) if left or home.remove is None else home.remove()
    return Change(
        title=f"Take the open statement{plural} {names} out of the policy of {label}",
        call=call,
        becomes=(Becomes(home.look, wanted),),
        undo=(home.write(text),),
        why=READERS_LOSE,
        checks=(NOBODY_RELIES,),
        code=code,
    )


def narrow_by_hand(label: str) -> Advice:
    """Return what is left to people where no statement can go."""
    return Advice(
        title=f"Narrow the policy of {label}: name the principals, or the organization",
        why="what opens it is no statement that could simply go",
    )


def write_to(resource: Resource, service: str, operation: str, **parameters: Any) -> Write:
    """Return a call that changes a resource, allowed by the action of the same name."""
    return Write(
        service=service,
        operation=operation,
        region=resource.scope.region,
        parameters=parameters,
        needs=(Allowed(f"{service}:{operation}", str(known(resource.arn))),),
    )


def cut_or_advise(lent: Lent, home: Home, label: str) -> Iterator[Step]:
    """Yield the cut, or what is left to people where there is none."""
    change = cut(lent, home, label)
    yield change if change is not None else narrow_by_hand(label)
