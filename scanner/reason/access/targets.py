"""What a resource-based policy can open: the actions that AWS authorises on a resource, and short words for sets of them.

Source: Service Authorization Reference, "Resource types": an action that is authorised on objects is not opened by a
statement about the bucket alone.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from scanner.model.glob import matches
from scanner.model.policy import PolicyDocument
from scanner.reason.access.catalogue import UNLISTED, Actions, is_listed, resource_patterns
from scanner.reason.access.keys import Domain
from scanner.reason.access.public import Owned

_VERB: Final = re.compile(r"[^:]+:[A-Z][a-z]*")


def target(kind: str, account: str, resource: str, keys: Mapping[str, Domain] | None = None) -> Owned:
    """Return a resource (an ARN; `*` stands for any part of it) with the actions on things of its kind.

    `kind` is the ARN of any such thing with `x` for its names, such as `arn:aws:s3:::x/x` for objects.
    """
    return Owned(account, resources=(resource,), actions=_actions_on(kind), keys=keys or {})


def with_new_actions(owned: Owned, policy: PolicyDocument) -> Owned:
    """Add the actions that a policy spells out and the catalogue does not know: on what they work is not known."""
    prefix = owned.actions[0].partition(":")[0]
    spelled = (
        action
        for statement in policy.statements
        for action in (*(statement.actions or ()), *(statement.not_actions or ()))
        if action.lower().startswith(f"{prefix}:") and not set(action) & set("*?") and not is_listed(action)
    )
    return msgspec.structs.replace(owned, actions=(*owned.actions, *dict.fromkeys(spelled)))


@lru_cache(maxsize=64)
def _actions_on(kind: str) -> tuple[str, ...]:
    service = kind.split(":")[2]
    catalogue = Actions()
    listed = (one for one in catalogue.spellings(catalogue.mask((f"{service}:*",))) if not one.endswith(UNLISTED))
    return tuple(action for action in listed if any(_names(pattern, kind) for pattern in resource_patterns(action)))


def _names(pattern: str, kind: str) -> bool:
    """Whether the pattern is that of the kind; a name in it has no slash."""
    return pattern != "*" and pattern.count("/") == kind.count("/") and matches(pattern, kind)


def shortened(actions: Iterable[str], of: Iterable[str]) -> tuple[str, ...]:
    """Write a set of actions shortly: `s3:*` if they are all that there are, `s3:Get*` for all that begin so."""
    chosen, universe = frozenset(actions), tuple(of)
    if chosen.issuperset(universe) and len(universe) > 1:
        return (f"{universe[0].partition(':')[0]}:*",)
    families: dict[str, list[str]] = {}
    for action in universe:
        families.setdefault(_verb(action), []).append(action)
    whole = {verb for verb, members in families.items() if len(members) > 1 and chosen.issuperset(members)}
    return tuple(sorted({f"{verb}*" if (verb := _verb(action)) in whole else action for action in chosen}))


def _verb(action: str) -> str:
    found = _VERB.match(action)
    return found[0] if found else action
