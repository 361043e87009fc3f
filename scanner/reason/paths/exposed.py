"""Where the internet comes in: workloads that it reaches, roles that it may assume, and data that lie open."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from scanner.model.account import Account
from scanner.model.addresses import INTERNET as ADDRESSES
from scanner.model.attack import InternetEntries, Node, Step, Store
from scanner.model.ec2 import Instance
from scanner.model.exposure import Exposure, ExposurePath, Opening, RegionNetwork
from scanner.model.iam import Role
from scanner.model.kind import All
from scanner.model.lambda_ import Function, FunctionUrl
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.publicaccess import FunctionAccess, Openings, OutsideAccess, RoleAccess, sentences
from scanner.model.traffic import traffic_text
from scanner.model.vpc import NetworkInterface
from scanner.reason.escalation.ground import until_unknown
from scanner.reason.network.answer import grant_text
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import everywhere
from scanner.reason.network.routing import family_of
from scanner.reason.paths.gaps import unread
from scanner.reason.paths.graph import START

FEW_IPV4: Final = 1 << 24
"""Addresses of IPv4, a /8, that are not yet the internet; more are (Amazon S3 User Guide, "The meaning of public")."""
FEW_IPV6: Final = 1 << 96
"""The same of IPv6: a /32."""
_URL: Final = "lambda:InvokeFunctionUrl"
_CALLS: Final = "lambda:invoke"
_CHANGES: Final = ("lambda:UpdateFunctionCode", "lambda:CreateFunction")


def internet_entries(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    interfaces: All[NetworkInterface],
    exposures: All[Exposure],
    ways: All[ExposurePath],
    regions: All[RegionNetwork],
    instances: All[Instance],
    functions: All[Function],
    urls: All[FunctionUrl],
    calls: All[FunctionAccess],
    roles: All[Role],
    trusts: All[RoleAccess],
) -> InternetEntries:
    """Find the workloads that the internet reaches, and the roles that anyone may assume."""
    questions: list[str] = []
    network = _Network(interfaces, exposures, ways, regions)
    steps = (
        *_instances(network, instances, questions),
        *_functions(functions, urls, calls, questions),
        *_roles(roles, trusts, questions),
    )
    questions += unread(interfaces, instances, functions, urls, roles)
    return InternetEntries(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        steps=steps,
        questions=tuple(dict.fromkeys(questions)),
    )


class _Network(msgspec.Struct, frozen=True):
    """What the internet reaches, as the network's own reasoning found it."""

    interfaces: All[NetworkInterface]
    exposures: All[Exposure]
    ways: All[ExposurePath]
    regions: All[RegionNetwork]


def is_internet(opening: Opening) -> bool:
    """Whether so many addresses can send it that it is open to the internet rather than to some."""
    public = opening.sources & ADDRESSES
    return public.ipv4.size > FEW_IPV4 or public.ipv6.size > FEW_IPV6


def _instances(network: _Network, instances: All[Instance], questions: list[str]) -> Iterator[Step]:
    """Yield a step from the internet to each instance that runs and one of whose interfaces it can connect to."""
    running = {one.id: one for one in until_unknown(instances)}
    exposure_of = {(row.scope, row.id): row for row in until_unknown(network.exposures)}
    way_of = {(row.scope, row.id): row for row in until_unknown(network.ways)}
    compiled = {row.scope.region: row for row in until_unknown(network.regions)}
    for interface in until_unknown(network.interfaces):
        if why_unknown(interface.instance) is not None or not interface.instance:
            continue
        instance = running.get(str(known(interface.instance)))
        exposure = exposure_of.get((interface.scope, interface.id))
        if instance is None or exposure is None or _is_stopped(instance):
            continue
        region = compiled.get(interface.scope.region)
        try:
            yield from _reached(interface, exposure, way_of.get((interface.scope, interface.id)), region, instance)
        except UnknownAsked as asked:
            questions.append(f"whether the internet reaches {instance.id}: {asked.why}")


def _is_stopped(instance: Instance) -> bool:
    return why_unknown(instance.state) is None and instance.state in {"stopped", "stopping", "shutting-down"}


def _reached(
    interface: NetworkInterface,
    exposure: Exposure,
    way: ExposurePath | None,
    region: RegionNetwork | None,
    instance: Instance,
) -> Iterator[Step]:
    node = instance_node(instance)
    certain = [number for number, one in enumerate(known(exposure.connections)) if is_internet(one)]
    if certain:
        openings = [known(exposure.connections)[number] for number in certain]
        hops = known(way.ways)[certain[0]] if way is not None and why_unknown(way.ways) is None else ()
        ports = ", ".join(dict.fromkeys(traffic_text(one.traffic) for one in openings))
        closing = _closing(interface, openings, region)
        yield Step(START, node, ports, closed_by=closing, way=tuple(str(hop) for hop in hops[1:]))
    elif any(is_internet(one) for one in known(exposure.perhaps)):
        doubt = known(exposure.doubt)
        yield Step(START, node, f"perhaps: {doubt}", "unknown")


def _closing(interface: NetworkInterface, openings: Iterable[Opening], region: RegionNetwork | None) -> frozenset[str]:
    """Return the rules of security groups that have to go for an interface to be closed to the internet.

    None where one opening rests on other things than the interface's own groups, such as a load balancer.
    """
    if region is None or why_unknown(region.compiled) is not None:
        return frozenset()
    internet: Internet = known(region.compiled)
    rules: set[str] = set()
    for opening in openings:
        family = FAMILIES[0] if opening.sources.ipv4 else FAMILIES[1]
        rows = everywhere(family_of(opening.sources, family), internet.atoms.masks(opening.traffic))
        admitting = internet.gates.admitting(interface, family, rows)
        if not admitting:
            return frozenset()
        rules |= {f"remove {one.group} {grant_text(one, internet.estate)}" for one in admitting}
    return frozenset(rules)


def instance_node(instance: Instance) -> Node:
    """Return the node of an instance."""
    at = instance.scope
    return Node("instance", instance.id, f"arn:{at.partition}:ec2:{at.region}:{at.account}:instance/{instance.id}")


def _functions(
    functions: All[Function], urls: All[FunctionUrl], access: All[FunctionAccess], questions: list[str]
) -> Iterator[Step]:
    """Yield a step from the internet to each function that anyone can call or change."""
    open_urls = {
        (url.scope, str(known(url.function))): url
        for url in until_unknown(urls)
        if not why_unknown(url.auth_type) and not why_unknown(url.function) and url.auth_type == "NONE"
    }
    access_of = {(row.scope, row.id): row for row in until_unknown(access)}
    for function in until_unknown(functions):
        node = Node("function", function.id, str(function.arn))
        found = access_of.get((function.scope, function.id))
        public = _public(found, f"whether anyone may call function {function.id}", questions)
        calls = [one for one in public.known if any(one.covers(action) for action in _CHANGES) or one.allows(_CALLS)]
        if calls:
            yield Step(
                START, node, sentences(tuple(calls)), closed_by=frozenset({f"narrow the policy of {function.id}"})
            )
        elif url := open_urls.get((function.scope, function.id)):
            closing = frozenset({f"ask for credentials at {url.id}"})
            yield Step(START, node, f"{url.id} asks for no credentials", closed_by=closing)


def _roles(roles: All[Role], access: All[RoleAccess], questions: list[str]) -> Iterator[Step]:
    """Yield a step from the internet to each role that its trust policy opens to anyone."""
    access_of = {(row.scope, row.id): row for row in until_unknown(access)}
    for role in until_unknown(roles):
        found = access_of.get((role.scope, role.id))
        public = _public(found, f"whether anyone may assume role {role.name}", questions)
        if public.known:
            node = Node("role", str(role.name), str(role.arn))
            closing = frozenset({f"narrow the trust policy of role {role.name}"})
            yield Step(START, node, sentences(public.known), closed_by=closing)


def open_stores(stores: Iterable[Store]) -> Iterator[Step]:
    """Yield a step from the internet to each store of sensitive data that anyone can read."""
    for store in stores:
        reading = tuple(one for one in store.public.known if one.covers(store.action))
        if reading:
            closing = frozenset({f"close {store.node.label} to the public"})
            yield Step(START, store.node, f"{sentences(reading)}; {store.why}", closed_by=closing)


def _public(access: OutsideAccess | None, question: str, questions: list[str]) -> Openings:
    """Return the public openings that are known, and note why there may be others."""
    if access is None:
        return Openings()
    why = why_unknown(access.public)
    if why is not None:
        questions.append(f"{question}: {why}")
        return Openings()
    openings = known(access.public)
    if openings.why is not None:
        questions.append(f"{question}: {openings.why}")
    return openings
