"""The policy stack of each principal, read in two ways where documents are unknown.

What an unknown policy says lies between denying everything and allowing everything; more allowances and fewer denials
never shrink what a stack allows. So an answer that both readings share is certain, whatever the document says.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from scanner.model.access import AccountAccess, Caller, Held
from scanner.model.kind import Moment
from scanner.model.maybe import Absent, known, why_unknown
from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.evaluate import Source, Stack
from scanner.reason.access.keys import ABSENT, Domain, fixed
from scanner.reason.access.principal import Principal, parse_principal
from scanner.reason.access.statements import CompiledPolicy
from scanner.reason.account.assemble import tags_of


class View(StrEnum):
    """How unknown documents are read: as denying everything, or as allowing everything."""

    LEAST = "least"
    MOST = "most"


_ANYONE: Final = Principals(anyone=True)


def _total(effect: Effect, principals: Principals | None = None) -> CompiledPolicy:
    statement = Statement(0, effect, principals=principals, actions=("*",), resources=("*",))
    return CompiledPolicy(PolicyDocument(statements=(statement,)))


ALLOW_ALL: Final = _total(Effect.ALLOW)
_READ_AS: Final = {View.LEAST: _total(Effect.DENY), View.MOST: ALLOW_ALL}
_RESOURCE_READ_AS: Final = {View.LEAST: _total(Effect.DENY, _ANYONE), View.MOST: _total(Effect.ALLOW, _ANYONE)}
_EMPTY: Final = CompiledPolicy(PolicyDocument())


class Stacks:
    """The stacks of an account's principals. Documents are compiled once however many hold them."""

    def __init__(self, access: AccountAccess) -> None:
        self.access = access
        self.callers = known(access.callers)
        self.above = known(access.above)
        self.by_arn = {caller.arn: caller for caller in self.callers}
        self.by_handle = {caller.handle: caller for caller in self.callers}
        self._compiled: dict[str, CompiledPolicy] = {}
        self._stacks: dict[tuple[str, View], Stack] = {}
        self._controls = {
            view: tuple(self._levels(levels, view) for levels in (known(self.above.scps), known(self.above.rcps)))
            for view in View
        }

    def changed(self, access: AccountAccess) -> "Stacks":
        """Return the stacks of another model of the account, in which every changed document has an id of its own."""
        other = Stacks(access)
        other._compiled = self._compiled
        return other

    def of(self, caller: Caller, view: View = View.LEAST) -> Stack:
        """Return the stack of a principal, without the policy of any resource."""
        key = (caller.arn, view)
        if key not in self._stacks:
            self._stacks[key] = msgspec.structs.replace(
                self.bare(view),
                identity=self.sources(caller.policies, view),
                boundary=self.sources([caller.boundary] if caller.boundary else [], view),
            )
        return self._stacks[key]

    def bare(self, view: View = View.LEAST) -> Stack:
        """Return what bears on the account's root user: control policies alone."""
        scps, rcps = self._controls[view]
        return Stack(scps=scps, rcps=rcps, management_account=known(self.above.management_account))

    def sources(self, held: Iterable[Held], view: View) -> tuple[Source, ...]:
        """Compile identity policies."""
        return tuple(Source(each.name, self._policy(each, view)) for each in held)

    def trust(self, role: Caller, view: View) -> tuple[Source, ...]:
        """Return the trust policy of a role as that of a resource."""
        return self.resource(trust_of(role), view)

    def resource(self, held: Held, view: View) -> tuple[Source, ...]:
        """Compile the policy of a resource."""
        if why_unknown(held.document) is not None:
            return (Source(held.name, _RESOURCE_READ_AS[view]),)
        return (Source(held.name, self._policy(held, view)),)

    def _levels(self, levels: tuple[tuple[Held, ...], ...], view: View) -> tuple[tuple[Source, ...], ...]:
        return tuple(self.sources(level, view) for level in levels)

    def _policy(self, held: Held, view: View) -> CompiledPolicy:
        if why_unknown(held.document) is not None:
            return _READ_AS[view]
        document = held.document
        if isinstance(document, Absent):
            return _EMPTY
        compiled = self._compiled.get(held.id)
        if compiled is None or compiled.document is not document:
            compiled = self._compiled[held.id] = CompiledPolicy(known(document))
        return compiled

    def unread(self) -> tuple[str, ...]:
        """Say why there may be principals that are not known."""
        return known(self.access.unread)

    def unknowns(self, caller: Caller) -> tuple[str, ...]:
        """Say why documents of a principal's stack are not known; empty if all are."""
        held = [*caller.policies, *([caller.boundary] if caller.boundary else [])]
        return _whys(held) + self.unknown_controls()

    def unknown_controls(self) -> tuple[str, ...]:
        """Say why documents of control policies are not known."""
        levels = (*known(self.above.scps), *known(self.above.rcps))
        return _whys(each for level in levels for each in level)

    def principal(self, caller: Caller) -> Principal:
        """Return the principal that a caller is in a request."""
        return parse_principal(caller.arn)

    def keys(self, caller: Caller, moment: Moment) -> dict[str, Domain]:
        """Return the condition keys whose values are known of every request of a principal."""
        keys: dict[str, Domain] = {**clock(moment)}
        if caller.unique_id and not caller.is_role:
            keys["aws:userid"] = fixed(caller.unique_id)
        if organization := known(self.above.organization):
            keys["aws:principalorgid"] = fixed(organization)
        elif not known(self.above.given):
            keys["aws:principalorgid"] = ABSENT
        for name, value in (tags_of(caller) or {}).items():
            keys[f"aws:principaltag/{name.lower()}"] = fixed(value)
        return keys

    def families(self, caller: Caller) -> Mapping[str, Domain]:
        """Return the families of keys that a principal's requests lack, but for those of `keys`."""
        return {} if tags_of(caller) is None else {"aws:principaltag/": ABSENT}


def trust_of(role: Caller) -> Held:
    """Return the trust policy of a role as a policy that is held."""
    return Held(f"{role.arn} trust", f"trust policy of {role.handle}", role.trust)


def _whys(held: Iterable[Held]) -> tuple[str, ...]:
    return tuple(str(why) for each in held if (why := why_unknown(each.document)))


def clock(moment: Moment) -> dict[str, Domain]:
    """Fix the keys of the date to a moment, if that is known."""
    if why_unknown(moment.at) is not None:
        return {}
    at = known(moment.at)
    return {
        "aws:currenttime": fixed(at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        "aws:epochtime": fixed(str(int(at.timestamp()))),
    }
