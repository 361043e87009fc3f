"""What findings repeat of other sources: Security Hub, AWS Config, Trusted Advisor and Access Analyzer."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from scanner.crosswalk import CONFIG, SECURITY_HUB, TRUSTED_ADVISOR, crosswalk
from scanner.findings import Finding
from scanner.inventory import Inventory
from scanner.merge import Claim, Claims, names_in
from scanner.model.accessanalyzer import AnalyzerFinding
from scanner.model.config import ConfigRule, NonCompliantResources
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.securityhub import HubFinding
from scanner.model.trustedadvisor import AdvisorCheck, AdvisorResource, AdvisorResources, AdvisorStatus


def claims_in(inventory: Inventory) -> Callable[[Finding], Claims | None]:
    """Return what tells the claims of a failing finding; None for one that repeats nobody."""
    return partial(_claims, inventory)


def _claims(inventory: Inventory, finding: Finding) -> Claims | None:
    try:
        match finding.resource:
            case HubFinding() as one:
                return _of_hub(one)
            case ConfigRule() as one:
                return _of_config(one, inventory.facet(NonCompliantResources, one.scope, one.id))
            case AdvisorCheck() as one:
                status = inventory.facet(AdvisorStatus, one.scope, one.id)
                return _of_advisor(one, status, inventory.facet(AdvisorResources, one.scope, one.id))
            case AnalyzerFinding() as one:
                return _of_analyzer(one)
            case _:
                return None
    except UnknownAsked:
        return None


def _of_hub(one: HubFinding) -> Claims | None:
    if not one.control:
        return None
    control = f"{one.control}"
    claims = tuple(
        Claim(
            said=f"Security Hub {control}: {one.title}",
            controls=_controls(SECURITY_HUB, control),
            resource=resource.id,
            names=names_in(resource.id),
            account=one.scope.account,
            region="" if _is_everywhere(control, resource.id) else resource.region,
        )
        for resource in one.resources
    )
    return Claims(f"{control} fails", claims, rank=0) if claims else None


_GLOBAL_CONTROLS: Final = ("Account.", "CloudFront.", "IAM.", "Route53.")
_S3_ACCOUNT: Final = "S3.1"
_ARN_REGION: Final = 3


def _is_everywhere(control: str, resource: str) -> bool:
    """Whether the resource lies in no region, so that Security Hub tells the same of it in each that records it."""
    if resource.startswith("arn:"):
        parts = resource.split(":")
        return len(parts) <= _ARN_REGION or not parts[_ARN_REGION]
    return control.startswith(_GLOBAL_CONTROLS) or control == _S3_ACCOUNT


def _controls(source: str, check: str) -> tuple[str, ...]:
    """Return the controls of a check. One that is on nobody's list is a control of its own: the same check told twice."""
    return crosswalk().controls_of(source, check) or (f"{source}:{check}",)


def _of_config(one: ConfigRule, detail: NonCompliantResources) -> Claims | None:
    if why_unknown(detail.resources) is not None or not detail.resources:
        return None
    identifier = str(one.identifier or "")
    claims = tuple(
        Claim(
            said=f"AWS Config rule {one.id}",
            controls=crosswalk().controls_of(CONFIG, identifier),
            resource=resource.id,
            names=names_in(resource.id),
            account=one.scope.account,
            region="" if resource.type.startswith(_GLOBAL_TYPES) else one.scope.region,
        )
        for resource in detail.resources
    )
    return Claims(f"{one.id} is not complied with", claims, rank=1)


_GLOBAL_TYPES: Final = ("AWS::IAM::", "AWS::S3::", "AWS::CloudFront::", "AWS::Route53::")
"""Types of resources whose ids are the same in every region that records them."""
_COLOURS: Final = {"error": "red", "warning": "yellow"}


def _of_advisor(one: AdvisorCheck, status: AdvisorStatus, detail: AdvisorResources) -> Claims | None:
    """Return the claims of a check that names its resources, or is about the account as a whole."""
    if why_unknown(detail.resources) is not None:
        return None
    controls = crosswalk().controls_of(TRUSTED_ADVISOR, one.id)
    shown = known(status.status)
    colour = _COLOURS.get(shown, shown)
    flagged = [row for row in known(detail.resources) if row.status == shown and not row.excluded]
    claims = tuple(
        Claim(
            said=f"Trusted Advisor: {one.name} ({colour})",
            controls=controls,
            resource=row.id,
            names=_advised(row),
            account=one.scope.account,
            region=row.region if "-" in row.region else "",
        )
        for row in flagged
    )
    return Claims(f"Trusted Advisor shows {colour}: {one.name}", claims, rank=2) if claims else None


def _advised(row: AdvisorResource) -> frozenset[str]:
    """Return every name in the row: which column holds the resource differs from check to check."""
    return frozenset(_advised_names(row)) - {row.region}


def _advised_names(row: AdvisorResource) -> Iterator[str]:
    yield from names_in(row.id)
    for value in row.metadata.values():
        yield from names_in(str(value))


_OPEN: Final[dict[str, tuple[str, ...]]] = {
    "AWS::S3::Bucket": (
        "s3-no-public-read",
        "s3-no-public-write",
        "s3-restrict-cross-account",
        "s3-bucket-block-public-access",
    ),
    "AWS::IAM::Role": ("iam-role-trust-specific", "iam-role-confused-deputy", "iam-role-cross-account-readonly"),
    "AWS::EC2::Snapshot": ("ebs-snapshot-not-public",),
}
"""The controls of our rules on access from outside, by the type of resource; every rule on a policy has the last two."""
_UNUSED: Final = {
    "UnusedIAMRole": ("iam-unused-role",),
    "UnusedIAMUserAccessKey": ("iam-unused-credentials-45d", "iam-unused-credentials-90d"),
    "UnusedIAMUserPassword": ("iam-unused-credentials-45d", "iam-unused-credentials-90d"),
}
"""The controls of our rules on access that nobody uses, by the type of finding."""
_ANY_POLICY: Final = ("resource-policy-no-wildcard-principal", "iam-access-analyzer-no-findings")


def _of_analyzer(one: AnalyzerFinding) -> Claims | None:
    """Return the claim of access from outside, or of access that nobody uses.

    It is not firm: we may pass what it finds as trusted, or as used lately enough.
    """
    kind, resource = f"{one.finding_type}", f"{one.resource or ''}"
    controls = _UNUSED.get(kind, ())
    if kind == "ExternalAccess":
        controls = _OPEN.get(f"{one.resource_type}", ()) + _ANY_POLICY
    if not controls or not resource:
        return None
    claim = Claim(
        said=f"Access Analyzer: {kind} to {resource}",
        controls=controls,
        resource=resource,
        names=names_in(resource),
        account=one.scope.account,
        region=one.scope.region,
        firm=False,
    )
    return Claims(f"Access Analyzer: {kind}", (claim,), rank=3)
