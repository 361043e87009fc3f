"""What runs in an account with a role of its own, put together from the listings of services."""

from collections.abc import Iterable, Iterator, Mapping

from scanner.model.access import Carrier, CarrierListing, Workloads
from scanner.model.account import Account
from scanner.model.ec2 import Instance
from scanner.model.iam import InstanceProfile, Role
from scanner.model.kind import All
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.reason.escalation.ground import until_unknown


def workloads(
    account: Account, instances: All[Instance], profiles: All[InstanceProfile], roles: All[Role]
) -> Workloads:
    """List what carries a role. What carries one that is not known makes its listing incomplete."""
    return Workloads(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        listings=(_instances(instances, profiles, roles),),
    )


def _instances(instances: All[Instance], profiles: All[InstanceProfile], roles: All[Role]) -> CarrierListing:
    arns = {role.id: str(role.arn) for role in until_unknown(roles)}
    held = {
        str(each.arn): tuple(known(each.roles)) for each in until_unknown(profiles) if why_unknown(each.roles) is None
    }
    return _listing("instance", _each_instance(instances, held, arns))


def _each_instance(
    instances: All[Instance], profiles: Mapping[str, tuple[str, ...]], arns: Mapping[str, str]
) -> Iterator[Carrier]:
    for each in instances:
        for name in profiles.get(str(each.instance_profile), ()) if each.instance_profile else ():
            place = each.scope
            arn = f"arn:{place.partition}:ec2:{place.region}:{place.account}:instance/{each.id}"
            yield Carrier(arn, arns.get(name, ""))


def _listing(form: str, carriers: Iterable[Carrier]) -> CarrierListing:
    found: list[Carrier] = []
    try:
        for each in carriers:
            found.append(each)  # noqa: PERF402 - what was yielded before the unknown must be kept
    except UnknownAsked:
        return CarrierListing(form, complete=False, carriers=tuple(found))
    return CarrierListing(form, complete=True, carriers=tuple(found))
