"""What runs in an account with a role of its own, put together from the listings of services."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from scanner.model.access import Carrier, CarrierListing, Workloads
from scanner.model.account import Account, AccountRegion
from scanner.model.cloudformation import Stack
from scanner.model.codebuild import BuildProject, BuildSettings
from scanner.model.ec2 import Instance
from scanner.model.glue import DevEndpoint, Job
from scanner.model.iam import InstanceProfile, Role
from scanner.model.kind import All
from scanner.model.lambda_ import Function
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.ssm import ManagedNode
from scanner.reason.escalation.ground import until_unknown


def workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    regions: All[AccountRegion],
    roles: All[Role],
    profiles: All[InstanceProfile],
    instances: All[Instance],
    nodes: All[ManagedNode],
    functions: All[Function],
    stacks: All[Stack],
    projects: All[BuildProject],
    settings: All[BuildSettings],
    jobs: All[Job],
    endpoints: All[DevEndpoint],
) -> Workloads:
    """List what carries a role. What carries one that is not known makes its listing incomplete.

    All of it lies in regions: where none was read, or not all could be listed, no listing is complete.
    """
    arns = {role.id: str(role.arn) for role in until_unknown(roles)}
    machines = _listing("instance", _instances(instances, profiles, arns))
    listings: tuple[CarrierListing, ...] = (
        machines,
        _listing("managed-instance", _nodes(nodes, machines, arns)),
        _listing("function", _plain(functions, arns)),
        _listing("stack", _plain(stacks, arns)),
        _listing("project", _projects(projects, settings)),
        _listing("job", _plain(jobs, arns)),
        _listing("dev-endpoint", _plain(endpoints, arns)),
    )
    if not _are_known(regions):
        listings = tuple(msgspec.structs.replace(each, complete=False) for each in listings)
    return Workloads(scope=account.scope, id=account.id, origin=account.origin, listings=listings)


def _are_known(regions: All[AccountRegion]) -> bool:
    try:
        return len(regions) > 0
    except UnknownAsked:
        return False


def _plain(items: Iterable[Function | Stack | Job | DevEndpoint], arns: Mapping[str, str]) -> Iterator[Carrier]:
    """Yield what tells its role itself, by ARN or by name. Raises UnknownAsked where one does not."""
    for each in items:
        if each.role:
            yield Carrier(str(each.arn), _role_arn(str(each.role), arns))


def _role_arn(role: str, arns: Mapping[str, str]) -> str:
    return role if role.startswith("arn:") else arns.get(role.rpartition("/")[2], "")


def _instances(instances: All[Instance], profiles: All[InstanceProfile], arns: Mapping[str, str]) -> Iterator[Carrier]:
    held = {str(each.arn): known(each.roles) for each in until_unknown(profiles) if why_unknown(each.roles) is None}
    for each in instances:
        for name in held.get(str(each.instance_profile), ()) if each.instance_profile else ():
            place = each.scope
            arn = f"arn:{place.partition}:ec2:{place.region}:{place.account}:instance/{each.id}"
            yield Carrier(arn, arns.get(name, ""))


def _nodes(nodes: All[ManagedNode], machines: CarrierListing, arns: Mapping[str, str]) -> Iterator[Carrier]:
    by_arn = {each.arn: each for each in machines.carriers}
    for node in nodes:
        machine = by_arn.get(str(node.arn))
        if machine is not None:
            yield machine
        elif node.role:
            yield Carrier(str(node.arn), _role_arn(str(node.role), arns))
        elif not machines.complete and node.id.startswith("i-"):
            raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the role of {node.id} is that of an instance not read"))


def _projects(projects: All[BuildProject], settings: All[BuildSettings]) -> Iterator[Carrier]:
    by_id = {(each.scope, each.id): each for each in until_unknown(settings)}
    for project in projects:
        found = by_id.get((project.scope, project.id))
        if found is None:
            raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the settings of {project.id} were not read"))
        if found.role:
            yield Carrier(str(project.arn), str(found.role))


def _listing(form: str, carriers: Iterable[Carrier]) -> CarrierListing:
    found: list[Carrier] = []
    try:
        for each in carriers:
            found.append(each)  # noqa: PERF402 - what was yielded before the unknown must be kept
    except UnknownAsked:
        return CarrierListing(form, complete=False, carriers=tuple(found))
    return CarrierListing(form, complete=True, carriers=tuple(found))
