"""Through PrivateLink: from a VPC by an interface endpoint to what stands behind the load balancer of its service."""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.elb import LoadBalancer
from scanner.model.exposure import Hop
from scanner.model.gateways import EndpointService, VpcEndpoint
from scanner.model.intervals import Intervals
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.vpc import NetworkInterface, Subnet
from scanner.reason.network.answer import Answer, Verdict, settle
from scanner.reason.network.balancers import Front, balancer_name, fronts_at
from scanner.reason.network.estate import Estate, private_addresses
from scanner.reason.network.inside import End, checks, group_check

_UNREAD: Final = Why(
    Reason.NOT_COLLECTED, "the interfaces of an endpoint or of its service's load balancer were not read"
)
_AVAILABLE: Final = frozenset({"available", "Available"})
_CUSTOMERS: Final = ".vpce-svc-"
"""What the names of the services that accounts offer, and not AWS, have in common (AWS PrivateLink, Service names)."""


def through_endpoints(
    source: NetworkInterface, target: NetworkInterface, asked: Intervals, estate: Estate
) -> Iterator[tuple[int, Answer]]:
    """Yield, for each endpoint in the source's VPC whose service leads to the target, whether it is reached by that.

    The target sees the load balancer's own address: that of a client is not preserved through PrivateLink (Network Load
    Balancers, Client IP preservation).
    """
    try:
        for endpoint, service in _services(source, estate):
            for arn in known(service.load_balancers):
                for front in fronts_at(balancer_name(arn), target, estate):
                    if front.sends & asked:
                        yield _by(endpoint, service, front, source, target, estate)
    except UnknownAsked as asked_for:
        yield 0, Answer(Verdict.UNDECIDED, why=asked_for.why)


def _services(source: NetworkInterface, estate: Estate) -> Iterator[tuple[VpcEndpoint, EndpointService]]:
    """Yield the endpoints of the source's VPC with the services behind them: those of the account and known others.

    Raises `UnknownAsked` where a service has endpoints that were not read, or an endpoint a service that was not.
    """
    named = {
        known(service.service_name): service
        for service in estate.every(EndpointService)
        if why_unknown(service.service_name) is None
    }
    region = source.scope.region
    if named and (why := estate.unread(VpcEndpoint, region)):
        raise UnknownAsked(why)
    for endpoint in estate.every(VpcEndpoint):
        if endpoint.vpc != known(source.vpc) or endpoint.state not in _AVAILABLE or not endpoint.service_name:
            continue
        name = str(known(endpoint.service_name))
        if name in named:
            yield endpoint, named[name]
        elif _CUSTOMERS in name and (why := estate.unread(EndpointService, region)):
            raise UnknownAsked(why)


def _by(  # noqa: PLR0917 - the parts of one way
    endpoint: VpcEndpoint,
    service: EndpointService,
    front: Front,
    source: NetworkInterface,
    target: NetworkInterface,
    estate: Estate,
) -> tuple[int, Answer]:
    entries = [one for each in known(endpoint.interfaces) if (one := estate.find(NetworkInterface, each)) is not None]
    first = _best(source, entries, front.takes, estate)
    if first.verdict is Verdict.REACHABLE:
        first = _first([_let_in(source, node, front, first, estate) for node in front.nodes])
    if first.verdict is not Verdict.REACHABLE:
        return 0, first
    second = _best_from(front.nodes, target, front.sends, estate)
    between = (
        Hop("VPC endpoint", endpoint.id),
        Hop("endpoint service", service.id),
        Hop("load balancer", front.balancer, f"listener {front.listener}"),
    )
    return 1, msgspec.structs.replace(second, hops=(*first.hops, *between, *second.hops))


def _let_in(source: NetworkInterface, node: NetworkInterface, front: Front, first: Answer, estate: Estate) -> Answer:
    """Return whether the load balancer's own groups admit the client, by its private address, if they are asked at all.

    (Network Load Balancers, Update the security groups: whether inbound rules bear on PrivateLink is a choice of its own.)
    """
    if not known(node.groups):
        return first
    balancer = next((one for one in estate.every(LoadBalancer) if balancer_name(one.id) == front.balancer), None)
    if balancer is None:
        raise UnknownAsked(_UNREAD)
    if not balancer.filters_links:
        return first
    answers = []
    for family, here in private_addresses(source):
        for version, there in private_addresses(node):
            if family == version:
                sender, end = (
                    End(_subnet(one, estate), family, at, one) for one, at in ((source, here), (node, there))
                )
                check = group_check(end, sender, front.takes, estate, joined=sender.vpc == end.vpc, egress=False)
                answers.append(settle([check], front.takes)[0])
    found = _first(answers)
    return first if found.verdict is Verdict.REACHABLE else found


def _best(source: NetworkInterface, ends: list[NetworkInterface], sends: Intervals, estate: Estate) -> Answer:
    return _first([_between(source, one, sends, estate) for one in ends])


def _best_from(
    nodes: tuple[NetworkInterface, ...], target: NetworkInterface, sends: Intervals, estate: Estate
) -> Answer:
    return _first([_between(one, target, sends, estate) for one in nodes])


def _first(answers: list[Answer]) -> Answer:
    """Return the answer that is open, else one that is not known, else one that is shut."""
    order = (Verdict.REACHABLE, Verdict.UNDECIDED, Verdict.NOT_REACHABLE)
    if not answers:
        return Answer(Verdict.UNDECIDED, why=_UNREAD)
    return min(answers, key=lambda one: order.index(one.verdict))


def _between(one: NetworkInterface, other: NetworkInterface, sends: Intervals, estate: Estate) -> Answer:
    answers = []
    for family, here in private_addresses(one):
        for version, there in private_addresses(other):
            if family == version:
                ends = (End(_subnet(one, estate), family, here, one), End(_subnet(other, estate), family, there, other))
                answers.append(settle(checks(*ends, sends, estate), sends)[0])
    return _first(answers)


def _subnet(interface: NetworkInterface, estate: Estate) -> Subnet:
    return estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)
