"""Reading AWS Organizations: membership, the way to the root, and control policies (AWS Organizations API Reference).

Only the management account and delegated administrators may list policies and parents. A refusal to a member is what it
sees of a healthy organization, so it is an answer ("not visible") and not a gap; of the management account it is a gap.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.aws.document import policy_from
from scanner.model.kind import Kind, Scope
from scanner.model.maybe import ABSENT, Absent, Reason, unknown, why_unknown
from scanner.model.organizations import (
    ControlForm,
    ControlPolicy,
    ControlPolicyDocument,
    ControlPolicyListing,
    ControlPolicyTargets,
    OrganizationMembership,
    OrganizationParent,
)
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_HIGHEST: Final = 6
"""A root and five levels of organizational units (Organizations User Guide, "Quotas")."""
_REFUSED: Final = frozenset({"AccessDeniedException", "AccessDenied"})
_LARGEST_PAGE: Final = 20


def _membership(pages: tuple[Page, ...], at: Place) -> Iterator[OrganizationMembership]:
    said = only(pages).get("Organization") or {}
    yield OrganizationMembership(
        scope=at.scope,
        id=at.scope.account,
        origin=at.origin,
        organization=given(said, "Id"),
        management_account=given(said, "MasterAccountId"),
        all_features=said.get("FeatureSet", "ALL") == "ALL" if said else False,
    )


def _parents(pages: tuple[Page, ...], at: Place) -> Iterator[OrganizationParent]:
    for row in list(rows(pages, "Parents"))[:1]:  # "a child can have only a single parent"
        yield OrganizationParent(
            scope=at.scope,
            id=at.scope.account,
            origin=at.origin,
            parent=row["Id"],
            is_root=row["Type"] == "ROOT",
            height=at.parent.height + 1 if isinstance(at.parent, OrganizationParent) else 1,
        )


def _above_account(membership: OrganizationMembership) -> Parameters | Absent:
    return {"ChildId": membership.id} if membership.all_features else ABSENT


def _above_parent(below: OrganizationParent) -> Parameters | Absent:
    """Ask what is above; where the way breaks off, that row of unknowns says so, and none is asked above it."""
    if why_unknown(below.is_root) is not None:
        return ABSENT
    return ABSENT if below.is_root or below.height >= _HIGHEST else {"ChildId": below.parent}


def _policies(form: ControlForm, *, manager: bool) -> Callable[[tuple[Page, ...], Place], Iterator[Kind]]:
    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[Kind]:
        if _manages(at.parent) is not manager:
            return
        in_organization = bool(at.parent.all_features)
        visible = not in_organization or any("Policies" in page for page in pages)
        yield ControlPolicyListing(scope=at.scope, id=at.scope.account, origin=at.origin, form=form, visible=visible)
        for row in rows(pages, "Policies"):
            yield ControlPolicy(
                scope=_owner(at, row),
                id=row["Id"],
                origin=at.origin,
                arn=given(row, "Arn"),
                name=given(row, "Name"),
                tags=unknown(Reason.NOT_COLLECTED, "told by ListTagsForResource"),
                form=form,
                aws_managed=bool(row.get("AwsManaged")),
            )

    return parse


def _owner(at: Place, row: Mapping[str, Any]) -> Scope:
    account = str(row.get("Arn", "")).split(":")[4:5]
    return Scope(at.scope.partition, account[0]) if account and account[0].isdigit() else at.scope


def _manages(membership: Any) -> bool:
    return bool(membership.management_account == membership.id)


def _listed(form: ControlForm, *, manager: bool) -> Callable[[OrganizationMembership], Parameters | Absent]:
    asked = {"Filter": form.value, "MaxResults": _LARGEST_PAGE}
    return lambda one: asked if one.all_features and _manages(one) is manager else ABSENT


def _document(pages: tuple[Page, ...], at: Place) -> Iterator[ControlPolicyDocument]:
    content = (only(pages).get("Policy") or {}).get("Content")
    yield ControlPolicyDocument(scope=at.parent.scope, id=at.parent.id, origin=at.origin, document=policy_from(content))


def _targets(pages: tuple[Page, ...], at: Place) -> Iterator[ControlPolicyTargets]:
    targets = tuple(row["TargetId"] for row in rows(pages, "Targets"))
    yield ControlPolicyTargets(scope=at.parent.scope, id=at.parent.id, origin=at.origin, targets=targets)


def _reader(operation: str, parse: Any, *kinds: type[Kind], **more: Any) -> Reader:
    return Reader(
        service="organizations",
        operation=operation,
        actions=(f"organizations:{operation}",),
        yields=kinds,
        parse=parse,
        regional=False,
        **more,
    )


def _policy_reader(form: ControlForm, *, manager: bool) -> Reader:
    unavailable = frozenset({"PolicyTypeNotAvailableForOrganizationException"})
    return _reader(
        "ListPolicies",
        _policies(form, manager=manager),
        *(ControlPolicyListing, ControlPolicy),
        parent=OrganizationMembership,
        request=_listed(form, manager=manager),
        absent=unavailable if manager else unavailable | _REFUSED,
        bare=False,
    )


READERS: Final = (
    _reader(
        "DescribeOrganization",
        _membership,
        OrganizationMembership,
        absent=frozenset({"AWSOrganizationsNotInUseException"}),
    ),
    _reader(
        "ListParents",
        _parents,
        OrganizationParent,
        parent=OrganizationMembership,
        request=_above_account,
        absent=_REFUSED,
        bare=False,
    ),
    _reader(
        "ListParents",
        _parents,
        OrganizationParent,
        parent=OrganizationParent,
        request=_above_parent,
        absent=_REFUSED,
        bare=False,
    ),
    *(_policy_reader(form, manager=manager) for form in ControlForm for manager in (False, True)),
    _reader(
        "DescribePolicy",
        _document,
        ControlPolicyDocument,
        parent=ControlPolicy,
        request=lambda policy: {"PolicyId": policy.id},
        bare=False,
    ),
    _reader(
        "ListTargetsForPolicy",
        _targets,
        ControlPolicyTargets,
        parent=ControlPolicy,
        request=lambda policy: {"PolicyId": policy.id, "MaxResults": _LARGEST_PAGE},
        bare=False,
    ),
)
