"""A live account as evidence: who we are, which regions there are, and every call that the plan needs."""

from typing import Final

from scanner.aws.calls import call_once
from scanner.aws.fetch import Progress, fetch, now
from scanner.aws.session import Access, Session, open_session
from scanner.evidence import Evidence
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why
from scanner.plan import Plan, step_for
from scanner.reader import Reader

REGIONS: Final = Reader(
    service="ec2",
    operation="DescribeRegions",
    actions=("ec2:DescribeRegions",),
    yields=(),
    parse=lambda _pages, _place: (),
    regional=False,
    request={"AllRegions": True},
)
"""Which regions the partition has, and which of them are enabled for the account."""


def collect(access: Access, plan: Plan, progress: Progress, tool: str) -> Evidence:
    """Record the evidence that the plan needs of the account which the credentials belong to.

    Raises `CredentialsError` or `UsageError` if there is no account to be asked; whatever fails later is recorded.
    """
    return collect_by(open_session(access), access, plan, progress, tool)


def collect_by(session: Session, access: Access, plan: Plan, progress: Progress, tool: str) -> Evidence:
    """Record the evidence that the plan needs by a session that is open already."""
    evidence = Evidence(targets=(), taken_at=now(), tool=tool)
    evidence.targets = _targets(session, access, plan, evidence)
    fetch(plan, {session.account: session}, evidence, progress)
    return evidence


def _targets(session: Session, access: Access, plan: Plan, evidence: Evidence) -> tuple[Scope, ...]:
    """Return the scopes to be read, and note in the evidence which regions are left out, or that none could be listed."""
    whole = session.scope
    named = tuple(dict.fromkeys(region for region in access.regions if region != "all"))
    if named or not any(reader.regional for reader in plan.readers):
        return (whole, *(Scope(whole.partition, whole.account, region) for region in named))
    step = step_for(REGIONS, whole, None)
    answer = call_once(session, step)
    why = answer.shortfall()
    if why is None and not any(page.get("Regions") for page in answer.pages):
        why = Why(Reason.FAILED, "DescribeRegions named no region")
    if why is not None:
        evidence.regions_unread[whole.account] = why
        return (whole, Scope(whole.partition, whole.account, session.home))
    status = {row["RegionName"]: row.get("OptInStatus", "") for page in answer.pages for row in page["Regions"]}
    for region, said in sorted(status.items()):
        if said == "not-opted-in":
            evidence.left_out[f"{whole.account}/{region}"] = "the region is not enabled for the account"
    enabled = sorted(region for region, said in status.items() if said != "not-opted-in")
    return (whole, *(Scope(whole.partition, whole.account, region) for region in enabled))
