"""Derived facets: what the internet can send to the endpoints of managed services."""

from collections.abc import Iterator
from ipaddress import IPv4Address, ip_network
from typing import Any, Final, TypeVar

import msgspec

from scanner.model.addresses import INTERNET, AddressSet
from scanner.model.ecs import Service, ServiceSettings
from scanner.model.exposure import Blocker, Hop, Opening, RegionNetwork
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import All, Resource
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, UnknownAsked, known, unknown, why_unknown
from scanner.model.mq import Broker, BrokerSettings
from scanner.model.msk import MskCluster
from scanner.model.rds import DbInstance
from scanner.model.redshift import RedshiftCluster, RedshiftSubnetGroup, RedshiftWorkgroup
from scanner.model.service_exposure import (
    BrokerExposure,
    DbInstanceExposure,
    EcsServiceExposure,
    EndpointExposure,
    MskExposure,
    RedshiftClusterExposure,
    RedshiftWorkgroupExposure,
)
from scanner.model.traffic import ports, whole
from scanner.model.vpc import NetworkInterface, PrivateAddress, Subnet
from scanner.reason.network.arrive import path
from scanner.reason.network.internet import Internet

_IPV4: Final = 4
_ANY_TCP: Final = whole("tcp")
_KAFKA: Final = ports("tcp", intervals([(9194, 9194), (9196, 9196), (9198, 9198)]))
"""The ports by which brokers listen for clients outside of AWS: TLS, SCRAM and IAM (MSK, Port information)."""
_BROKERS: Final = {
    "ACTIVEMQ": ports(
        "tcp", intervals([(443, 443), (5671, 5671), (8162, 8162), (8883, 8883), (61614, 61614), (61617, 61617)])
    ),
    "RABBITMQ": ports("tcp", intervals([(443, 443), (5671, 5671), (15671, 15671)])),
}
"""The ports by which brokers listen, their consoles included (Amazon MQ Developer Guide)."""

E = TypeVar("E", bound=EndpointExposure)


class _Endpoint(msgspec.Struct, frozen=True):
    """The endpoint of a service: where it may lie, what filters it, and by which ports it listens."""

    resource: Resource
    public: Maybe[bool]
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    listens: Intervals


def db_instance_exposure(instance: DbInstance, network: RegionNetwork) -> DbInstanceExposure:
    """Return what the internet can send to a database, Aurora, Neptune and DocumentDB included."""
    endpoint = _Endpoint(
        instance,
        instance.publicly_accessible,
        _some(instance.subnets, "subnets"),
        instance.groups,
        _port(instance.port),
    )
    return _exposed(DbInstanceExposure, endpoint, network)


def ecs_service_exposure(service: Service, settings: ServiceSettings, network: RegionNetwork) -> EcsServiceExposure:
    """Return what the internet can send to the tasks of a service, whatever they listen to."""
    why = why_unknown(settings.public_address)
    public: Maybe[bool] = Unknown(why) if why is not None else bool(settings.public_address)
    endpoint = _Endpoint(
        service, public, _some(settings.subnets, "subnets"), settings.security_groups, _ANY_TCP | whole("udp")
    )
    return _exposed(EcsServiceExposure, endpoint, network)


def redshift_cluster_exposure(
    cluster: RedshiftCluster, groups: All[RedshiftSubnetGroup], network: RegionNetwork
) -> RedshiftClusterExposure:
    """Return what the internet can send to a cluster."""
    subnets: Maybe[tuple[str, ...]]
    try:
        group = groups.get(str(known(cluster.subnet_group))) if cluster.subnet_group else ABSENT
        told = () if isinstance(group, Absent) else group.subnets
        subnets = _some(told, "subnets")
    except UnknownAsked as asked:
        subnets = Unknown(asked.why)
    endpoint = _Endpoint(cluster, cluster.publicly_accessible, subnets, cluster.groups, _port(cluster.port))
    return _exposed(RedshiftClusterExposure, endpoint, network)


def redshift_workgroup_exposure(workgroup: RedshiftWorkgroup, network: RegionNetwork) -> RedshiftWorkgroupExposure:
    """Return what the internet can send to a workgroup."""
    endpoint = _Endpoint(
        workgroup,
        workgroup.publicly_accessible,
        _some(workgroup.subnets, "subnets"),
        workgroup.groups,
        _port(workgroup.port),
    )
    return _exposed(RedshiftWorkgroupExposure, endpoint, network)


def broker_exposure(broker: Broker, settings: BrokerSettings, network: RegionNetwork) -> BrokerExposure:
    """Return what the internet can send to a broker.

    A public one of RabbitMQ lies in no VPC of the account, and nothing there filters it (Amazon MQ, Creating a broker).
    """
    listens = _ANY_TCP if why_unknown(broker.engine) is not None else _BROKERS.get(known(broker.engine), _ANY_TCP)
    subnets = _some(settings.subnets, "subnets")
    told = [settings.publicly_accessible, settings.groups, broker.engine]
    if not any(why_unknown(one) for one in told) and settings.publicly_accessible and broker.engine == "RABBITMQ":
        opened = Opening(listens, AddressSet(INTERNET.ipv4))
        return BrokerExposure(
            scope=broker.scope,
            id=broker.id,
            origin=broker.origin,
            connections=(opened,),
            perhaps=(opened,),
            doubt=ABSENT,
            blockers=(),
            way=(Hop("internet", "internet"), Hop(broker.noun, broker.id)),
        )
    return _exposed(
        BrokerExposure, _Endpoint(broker, settings.publicly_accessible, subnets, settings.groups, listens), network
    )


def msk_exposure(cluster: MskCluster, network: RegionNetwork) -> MskExposure:
    """Return what the internet can send to the brokers of a cluster."""
    subnets = _some(cluster.subnets, "subnets")
    return _exposed(MskExposure, _Endpoint(cluster, cluster.public, subnets, cluster.groups, _KAFKA), network)


def _port(port: Maybe[int | Absent]) -> Intervals:
    """Return the traffic of a port; of any, while the endpoint is being made or where it is not known."""
    if why_unknown(port) is not None or not port:
        return _ANY_TCP
    number = known(port)
    return ports("tcp", intervals([(number, number)]))


def _some(values: Maybe[tuple[str, ...]], what: str) -> Maybe[tuple[str, ...]]:
    """Return the values; an unknown where none were told, for every service in a VPC has some."""
    if why_unknown(values) is None and not values:
        return unknown(Reason.NOT_COLLECTED, f"its {what} were not told")
    return values


def _exposed(kind: type[E], endpoint: _Endpoint, network: RegionNetwork) -> E:
    """Return the exposure of an endpoint, over all subnets in which it may lie."""
    resource = endpoint.resource

    def found(**fields: Any) -> E:
        none: dict[str, Any] = {"connections": (), "perhaps": (), "doubt": ABSENT, "blockers": (), "way": ()}
        return kind(scope=resource.scope, id=resource.id, origin=resource.origin, **(none | fields))

    if why_unknown(endpoint.public) is None and not endpoint.public:
        return found(blockers=(Blocker("NOT_PUBLICLY_ACCESSIBLE", resource.id, "has no public address"),))
    internet: Internet = known(network.compiled)
    why = why_unknown(endpoint.public)
    certain: list[Opening] = []
    possible: list[Opening] = []
    stopped: list[tuple[Blocker, ...]] = []
    way: tuple[Hop, ...] = ()
    for stand_in in _stand_ins(endpoint, internet):
        forward, back = internet.arrivals(stand_in, _IPV4)
        answered, stopping = internet.passed((*forward, *back), _IPV4)
        sure = (
            []
            if why_unknown(endpoint.public) is not None
            else _heard(internet.openings(answered.sure, _IPV4), endpoint)
        )
        certain += sure
        possible += _heard(internet.openings(answered.perhaps, _IPV4), endpoint)
        why = why or (answered.why if answered.perhaps != answered.sure else None)
        stopped.append(stopping)
        if sure and not way:
            way = _way(stand_in, sure[0], endpoint, internet)
    if possible or not stopped:
        blockers: tuple[Blocker, ...] = ()
    else:
        refused = Blocker("ENI_SG_RULES_MISMATCH", resource.id, "no rule admits its port")
        blockers = min(stopped, key=len) or (refused,)
    return found(
        connections=tuple(dict.fromkeys(certain)),
        perhaps=tuple(dict.fromkeys(possible)),
        doubt=why if why is not None and possible else ABSENT,
        blockers=blockers,
        way=way,
    )


def _heard(openings: tuple[Opening, ...], endpoint: _Endpoint) -> list[Opening]:
    met = [msgspec.structs.replace(one, traffic=one.traffic & endpoint.listens) for one in openings]
    return [one for one in met if one.traffic]


def _stand_ins(endpoint: _Endpoint, internet: Internet) -> Iterator[NetworkInterface]:
    """Yield an interface such as the service may have in each of its subnets; one in none where these are not known."""
    subnets = endpoint.subnets
    places: tuple[Maybe[str], ...] = (Unknown(why),) if (why := why_unknown(subnets)) else known(subnets)
    for place in places:
        subnet = None if why_unknown(place) is not None else internet.estate.find(Subnet, str(known(place)))
        yield NetworkInterface(
            scope=endpoint.resource.scope,
            id=endpoint.resource.id,
            origin=endpoint.resource.origin,
            arn=ABSENT,
            name=ABSENT,
            tags={},
            vpc=unknown(Reason.UNRESOLVED, "no interface") if subnet is None else subnet.vpc,
            subnet=place,
            associated_subnets=(),
            availability_zone=ABSENT,
            interface_type="interface",
            description=ABSENT,
            status="in-use",
            groups=endpoint.groups,
            addresses=(
                PrivateAddress(
                    address=_some_address(subnet),
                    primary=True,
                    public_ipv4="its public address",
                    ip_owner=ABSENT,
                    allocation=ABSENT,
                    carrier_ip=ABSENT,
                    customer_owned_ip=ABSENT,
                ),
            ),
            ipv6=(),
            ipv4_prefixes=(),
            ipv6_prefixes=(),
            source_dest_check=True,
            denies_igw_traffic=False,
            requester=ABSENT,
            requester_managed=True,
            instance=ABSENT,
            instance_owner=ABSENT,
            device_index=ABSENT,
            managed_by=ABSENT,
        )


def _some_address(subnet: Subnet | None) -> Maybe[str]:
    """Return an address of a subnet, which stands for that of the endpoint."""
    if subnet is None or why_unknown(subnet.cidr) is not None or not subnet.cidr:
        return unknown(Reason.UNRESOLVED, "the private address of the endpoint is not known")
    try:
        return str(IPv4Address(int(ip_network(str(subnet.cidr), strict=False).network_address) + _FIRST_FREE))
    except ValueError:
        return unknown(Reason.UNRESOLVED, f"{subnet.cidr!r} is no block of IPv4")


_FIRST_FREE: Final = 4
"""The first addresses of a subnet are AWS's own."""


def _way(stand_in: NetworkInterface, opening: Opening, endpoint: _Endpoint, internet: Internet) -> tuple[Hop, ...]:
    sender, packet = opening.sources.ipv4.spans[0][0], opening.traffic.spans[0][0]
    hops = tuple(path(stand_in, _IPV4, sender, packet, internet.estate))
    return (*hops[:-1], Hop(endpoint.resource.noun, endpoint.resource.id))
