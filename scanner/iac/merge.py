"""A change laid upon what an account is known to have.

Rows that the change leaves as they were stay as the account has them. Of a row that it changes, only the fields that
differ are taken, and of a list only what is added and taken away: the account may hold more than the code knows of.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from scanner.iac.world import ANY_REGION
from scanner.inventory import Inventory
from scanner.model.kind import Kind, Scope

K = TypeVar("K", bound=Kind)

_Key = tuple[type[Kind], str]
_PLACE = frozenset({"scope", "id", "origin"})


def merged(
    account: Inventory, kinds: Iterable[type[Kind]], before: Iterable[Kind], after: Iterable[Kind]
) -> list[Kind]:
    """Return the rows of the account with those of the change: `before` and `after` are what the code knows of it."""
    past, future = _by_key(before), _by_key(after)
    rows: list[Kind] = []
    seen: set[_Key] = set()
    for kind in kinds:
        for row in account.listing(kind):
            key = (kind, row.id)
            seen.add(key)
            if key in future:
                rows.append(_changed(row, past.get(key), future[key]))
            elif key not in past:
                rows.append(row)
    home = _home(account)
    rows += [_placed(row, home) for key, row in future.items() if key not in seen and _differs(past.get(key), row)]
    return rows


def _differs(past: Kind | None, future: Kind) -> bool:
    """Whether a change makes or alters what the account does not list: AWS knows interfaces and defaults by other ids."""
    return past is None or any(
        repr(getattr(past, name)) != repr(getattr(future, name))
        for name in future.__struct_fields__
        if name not in _PLACE
    )


def _by_key(rows: Iterable[Kind]) -> dict[_Key, Kind]:
    return {(type(row), row.id): row for row in rows}


def _changed(row: Kind, past: Kind | None, future: Kind) -> Kind:
    """Return the account's row with what the change alters."""
    if past is None:
        return msgspec.structs.replace(future, scope=row.scope)
    changes: dict[str, Any] = {}
    for name in row.__struct_fields__:
        if name in _PLACE:
            continue
        was, will = getattr(past, name), getattr(future, name)
        if repr(was) != repr(will):
            changes[name] = _field(getattr(row, name), was, will)
    return msgspec.structs.replace(row, origin=future.origin, **changes) if changes else row


def _field(has: Any, was: Any, will: Any) -> Any:
    if type(has) is not tuple or type(was) is not tuple or type(will) is not tuple:
        return will
    old, new = {repr(item) for item in was}, {repr(item) for item in will}
    kept = [item for item in has if repr(item) not in old - new]
    told = {repr(item) for item in kept}
    return (*kept, *(item for item in will if repr(item) not in old | told))


def _home(account: Inventory) -> tuple[str, str]:
    """Return the account and, if there is only one, the region that new things are put into."""
    accounts = {scope.account for scope in account.targets}
    regions = {scope.region for scope in account.targets if not scope.is_global}
    return accounts.pop() if len(accounts) == 1 else "", regions.pop() if len(regions) == 1 else ""


def _placed(row: K, home: tuple[str, str]) -> K:
    scope = row.scope
    region = home[1] if home[1] and scope.region == ANY_REGION else scope.region
    return msgspec.structs.replace(row, scope=Scope(scope.partition, home[0] or scope.account, region))


def with_rows(account: Inventory, kinds: Iterable[type[Kind]], rows: Iterable[Kind], derivations: Any) -> Inventory:
    """Return an inventory of these rows with the gaps of the account's."""
    made = Inventory(account.targets, account.moment, derivations)
    for row in rows:
        made.add(row)
    made.gaps += account.gaps
    made.calls += account.calls
    for kind in kinds:
        unlisted: Mapping[Scope, Any] = account.unlisted(kind)
        for scope, why in unlisted.items():
            made.miss(kind, scope, why)
    return made
