"""Roles on the way to administrator that somebody outside of the account may assume."""

from collections.abc import Iterator
from typing import Final

from scanner.model.access import OUTSIDE, Caller, EscalationPath, Step
from scanner.model.maybe import known, why_unknown
from scanner.reason.access.public import Exposure, Owned, publicly_accessible
from scanner.reason.access.strangers import Archetype
from scanner.reason.escalation.search import Search

_TRUST: Final = "policy"
"""What the search for strangers calls the policy that it is asked about."""
_ASSUMPTIONS: Final = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")
_TECHNIQUES: Final = {
    Archetype.ANONYMOUS: "sts.wildcard-trust",
    Archetype.ANY_ACCOUNT: "sts.wildcard-trust",
    Archetype.FEDERATED: "sts.assume-role-web-identity",
    Archetype.EXTERNAL_ACCOUNT: "sts.external-account-root-trust",
}


def outside_paths(search: Search) -> Iterator[EscalationPath]:
    """Yield the ways from outside: whom trust policies of roles that are or become administrator let in."""
    for role in search.ground.roles:
        path = search.path(role.handle)
        if path is not None and not role.is_locked and _may_admit_others(search, role):
            for exposure in _exposures(search, role):
                technique = _TECHNIQUES.get(exposure.archetype)
                if technique is not None:
                    step = Step(f"{OUTSIDE}{exposure.who}", technique, role.handle, _statements(role, exposure))
                    yield EscalationPath(step.actor, (step, *path.steps))


def _statements(role: Caller, exposure: Exposure) -> tuple[str, ...]:
    deciding = (each.statement for each in exposure.witness.outcome.statements if each.policy == _TRUST)
    return tuple(f"trust policy of {role.handle}: {each.label}" for each in deciding if each is not None)


def _may_admit_others(search: Search, role: Caller) -> bool:
    """Whether a trust policy names anybody but services and principals of the account itself."""
    if why_unknown(role.trust) is not None or not role.trust:
        return False
    account = search.ground.stacks.access.id
    elements = [statement.principals for statement in known(role.trust).allows]
    return any(
        each is None or each.is_everyone or each.federated or any(account not in name for name in each.aws)
        for each in elements
    )


def _exposures(search: Search, role: Caller) -> tuple[Exposure, ...]:
    above = search.ground.stacks.above
    owned = Owned(
        account=search.ground.stacks.access.id,
        resources=(role.arn,),
        actions=_ASSUMPTIONS,
        organization=known(above.organization),
    )
    return publicly_accessible(known(role.trust), owned).exposures if role.trust else ()
