"""The control policies of an organization that bear on an account, as far as they can be seen."""

from collections.abc import Iterator
from typing import Annotated, Final, NamedTuple

from scanner.model.access import Held, Level, PoliciesAbove
from scanner.model.account import Account
from scanner.model.kind import EVERYWHERE, All
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, known, unknown, why_unknown
from scanner.model.organizations import (
    ControlForm,
    ControlPolicy,
    ControlPolicyDocument,
    ControlPolicyListing,
    ControlPolicyTargets,
    OrganizationMembership,
    OrganizationParent,
)
from scanner.model.policy import PolicyDocument

_WORDS: Final = {ControlForm.SERVICE: "service control policy", ControlForm.RESOURCE: "resource control policy"}


def policies_above(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    membership: OrganizationMembership,
    parents: All[OrganizationParent],
    listings: All[ControlPolicyListing],
    controls: Annotated[All[ControlPolicy], EVERYWHERE],
    documents: Annotated[All[ControlPolicyDocument], EVERYWHERE],
    targets: Annotated[All[ControlPolicyTargets], EVERYWHERE],
) -> PoliciesAbove:
    """Find the control policies of each level above an account.

    What its credentials cannot see is named in `given` and left out: members of an organization see none (Organizations
    User Guide, "SCP evaluation"; service control policies do not bear on the management account).
    """
    given: dict[str, None] = {}
    if (why := why_unknown(membership.organization)) is not None:
        given[f"no organization is visible ({why.reason.value})"] = None
        return _above(account, membership, {}, given)
    manager = str(known(membership.management_account) or "")
    levels: dict[ControlForm, tuple[Level, ...]] = {}
    for form in ControlForm if known(membership.all_features) else ():
        if form is ControlForm.SERVICE and account.id == manager:
            continue
        try:
            levels[form] = _levels(account, form, parents, listings, _Listed(controls, documents, targets))
        except UnknownAsked:
            given[f"no {_WORDS[form]} is visible"] = None
    return _above(account, membership, levels, given)


_NOT_VISIBLE: Final = Why(Reason.DENIED, "only the organization's managers see its policies")


def _above(
    account: Account,
    membership: OrganizationMembership,
    levels: dict[ControlForm, tuple[Level, ...]],
    given: dict[str, None],
) -> PoliciesAbove:
    is_known = why_unknown(membership.organization) is None
    return PoliciesAbove(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        organization=str(known(membership.organization) or "") if is_known else "",
        management_account=str(known(membership.management_account) or "") if is_known else "",
        scps=levels.get(ControlForm.SERVICE, ()),
        rcps=levels.get(ControlForm.RESOURCE, ()),
        given=tuple(given),
    )


class _Listed(NamedTuple):
    """What is listed of control policies."""

    policies: All[ControlPolicy]
    documents: All[ControlPolicyDocument]
    targets: All[ControlPolicyTargets]


def _levels(
    account: Account,
    form: ControlForm,
    parents: All[OrganizationParent],
    listings: All[ControlPolicyListing],
    listed: _Listed,
) -> tuple[Level, ...]:
    """Return the policies of each level. Raises UnknownAsked if it is not known what is attached where."""
    if not any(known(each.form) is form and each.visible for each in listings):
        raise UnknownAsked(_NOT_VISIBLE)
    way = _way(account, parents)
    policies = [policy for policy in listed.policies if policy.form is form]
    targets = {one.id: known(one.targets) for one in listed.targets}
    documents = {one.id: one.document for one in listed.documents}
    return tuple(level for place in way if (level := tuple(_at(place, policies, targets, documents))))


def _way(account: Account, parents: All[OrganizationParent]) -> list[str]:
    """Return the ids from the root down to the account. Raises UnknownAsked if the way is not known whole."""
    steps = sorted(parents, key=lambda step: -known(step.height))
    if not steps or not steps[0].is_root:
        raise UnknownAsked(_NOT_VISIBLE)
    return [*(known(step.parent) for step in steps), account.id]


def _at(
    place: str,
    policies: list[ControlPolicy],
    targets: dict[str, tuple[str, ...]],
    documents: dict[str, Maybe[PolicyDocument | Absent]],
) -> Iterator[Held]:
    for policy in policies:
        if place in targets.get(policy.id, ()):
            unread = unknown(Reason.NOT_COLLECTED, f"control policy {policy.id} was not read")
            yield Held(policy.id, policy.label, documents.get(policy.id, unread))
