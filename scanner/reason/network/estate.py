"""The network as it was read: every part of it by its id and by what it is joined to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from ipaddress import ip_address
from typing import Any, TypeVar

from scanner.model.addresses import AddressSet, address_set
from scanner.model.apigateway import HttpApi, PrivateIntegration, RestApi, VpcLink
from scanner.model.ec2 import Instance
from scanner.model.edge import (
    Accelerator,
    AcceleratorListener,
    Distribution,
    EndpointGroup,
    VpcOrigin,
    VpcOriginPorts,
)
from scanner.model.elb import (
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.gateways import (
    EndpointService,
    InstanceConnectEndpoint,
    InternetGateway,
    NatGateway,
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoutes,
    TransitGatewayVpcAttachment,
    VpcEndpoint,
)
from scanner.model.kind import Kind
from scanner.model.maybe import Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup, SecurityGroupRule
from scanner.model.ssm import ManagedNode
from scanner.model.vpc import (
    NetworkInterface,
    PrefixList,
    PrefixListEntries,
    RouteTable,
    Subnet,
    Vpc,
    VpcBlockPublicAccess,
)

K = TypeVar("K", bound=Kind)

KINDS: tuple[type[Kind], ...] = (
    NetworkInterface,
    Subnet,
    Vpc,
    RouteTable,
    NetworkAcl,
    SecurityGroup,
    SecurityGroupRule,
    PrefixList,
    PrefixListEntries,
    InternetGateway,
    NatGateway,
    VpcEndpoint,
    VpcBlockPublicAccess,
    Instance,
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayVpcAttachment,
    TransitGatewayRoutes,
    LoadBalancer,
    Listener,
    ListenerRules,
    TargetGroup,
    TargetHealth,
    TargetGroupAttributes,
    ClassicLoadBalancer,
    Distribution,
    VpcOrigin,
    VpcOriginPorts,
    Accelerator,
    AcceleratorListener,
    EndpointGroup,
    RestApi,
    HttpApi,
    VpcLink,
    PrivateIntegration,
    InstanceConnectEndpoint,
    EndpointService,
    ManagedNode,
)
"""What an estate is made of, all of it: what a question from anywhere to anywhere takes."""


class Estate:
    """An index of what was read.

    `unread` tells of a kind why not all of it was read in a region (in any region, if that is empty), or None.
    """

    def __init__(self, rows: Iterable[Kind], unread: Callable[[type[Kind], str], Why | None]) -> None:
        self._rows: dict[type[Kind], dict[str, list[Any]]] = {}
        for row in rows:
            self._rows.setdefault(type(row), {}).setdefault(row.id, []).append(row)
        self.unread = unread
        self._lists: dict[str, AddressSet] = {}

    def rows(self) -> Iterator[Kind]:
        """Yield everything that was read."""
        return (row for listed in self._rows.values() for found in listed.values() for row in found)

    def with_rows(self, rows: Iterable[Kind], unread: Mapping[type[Kind], Why | None]) -> "Estate":
        """Return an estate with these rows too; `unread` tells why not all of their kinds were read."""
        return Estate(
            (*self.rows(), *rows), lambda kind, region: unread[kind] if kind in unread else self.unread(kind, region)
        )

    def replacing(self, rows: Iterable[Kind]) -> "Estate":
        """Return an estate in which these rows stand for those of the same kind and id."""
        instead = {(type(row), row.id): row for row in rows}
        return Estate((instead.get((type(row), row.id), row) for row in self.rows()), self.unread)

    def every(self, kind: type[K]) -> list[K]:
        """Return all that were read of a kind."""
        return [row for rows in self._rows.get(kind, {}).values() for row in rows]

    def some(self, kind: type[K], native_id: str) -> list[K]:
        """Return the rows of a kind with this id."""
        return self._rows.get(kind, {}).get(native_id, [])

    def find(self, kind: type[K], native_id: str) -> K | None:
        """Return the one of a kind with this id, or None if it was not read."""
        found = self.some(kind, native_id)
        return found[0] if found else None

    def get(self, kind: type[K], native_id: str, region: str) -> K:
        """Return the one of a kind with this id. Raises `UnknownAsked` if it was not read."""
        found = self.find(kind, native_id)
        if found is None:
            raise UnknownAsked(self.unread(kind, region) or _missing(kind, native_id))
        return found

    @cached_property
    def _tables(self) -> dict[tuple[str, str], RouteTable]:
        """Route tables by use: of a subnet, as the main one of a VPC, at the edge of a VPC (its internet gateway)."""
        found: dict[tuple[str, str], RouteTable] = {}
        for table in self.every(RouteTable):
            for one in _readable(table.associations):
                if why_unknown(one.state) is None and one.state in ("disassociated", "disassociating", "failed"):
                    continue
                if why_unknown(one.subnet) is None and one.subnet:
                    found[("subnet", str(one.subnet))] = table
                elif why_unknown(one.gateway) is None and one.gateway:
                    if str(one.gateway).startswith("igw-") and why_unknown(table.vpc) is None:
                        found[("edge", known(table.vpc))] = table
                elif why_unknown(one.main) is None and one.main and why_unknown(table.vpc) is None:
                    found[("main", str(table.vpc))] = table
        return found

    def table_of(self, subnet: Subnet) -> RouteTable:
        """Return the table that routes a subnet: its own, else the main one of its VPC.

        Raises `UnknownAsked` if neither was read, or a table that was not read may be its own (Amazon VPC User Guide,
        Subnet route tables).
        """
        own = self._tables.get(("subnet", subnet.id))
        if own is not None:
            return own
        region = subnet.scope.region
        main = self._tables.get(("main", known(subnet.vpc)))
        why = self.unread(RouteTable, region) or self._open_association
        if why is not None or main is None:
            raise UnknownAsked(why or Why(Reason.NOT_COLLECTED, f"no route table of {subnet.id} was read"))
        return main

    @cached_property
    def _open_association(self) -> Why | None:
        return next((why for one in self.every(RouteTable) if (why := why_unknown(one.associations))), None)

    def edge_table(self, vpc: str, region: str) -> RouteTable | None:
        """Return the table that routes what comes in through a VPC's internet gateway, or None if there is none.

        Raises `UnknownAsked` if one that was not read may do so (Amazon VPC User Guide, Gateway route tables).
        """
        found = self._tables.get(("edge", vpc))
        if found is None and (why := self.unread(RouteTable, region) or self._open_association):
            raise UnknownAsked(why)
        return found

    @cached_property
    def _acls(self) -> dict[str, NetworkAcl]:
        return {subnet: acl for acl in self.every(NetworkAcl) for subnet in _readable(acl.subnets)}

    @cached_property
    def _default_acls(self) -> dict[str, NetworkAcl]:
        defaults = (one for one in self.every(NetworkAcl) if why_unknown(one.is_default) is None and one.is_default)
        return {known(acl.vpc): acl for acl in defaults if why_unknown(acl.vpc) is None}

    def acl_of(self, subnet: Subnet) -> NetworkAcl:
        """Return the network ACL of a subnet: AWS names it, else it is the default one of the VPC.

        Raises `UnknownAsked` if it was not read, or one that was not read may be its own.
        """
        own = self._acls.get(subnet.id)
        if own is not None:
            return own
        why = self.unread(NetworkAcl, subnet.scope.region)
        default = self._default_acls.get(known(subnet.vpc))
        if why is not None or default is None:
            raise UnknownAsked(why or Why(Reason.NOT_COLLECTED, f"no network ACL of {subnet.id} was read"))
        return default

    @cached_property
    def gateways(self) -> dict[str, InternetGateway]:
        """Internet gateways by the VPC that they are attached to."""
        return {vpc: gateway for gateway in self.every(InternetGateway) for vpc in _readable(gateway.vpcs)}

    def list_cidrs(self, native_id: str, region: str) -> tuple[str, ...]:
        """Return the blocks of a prefix list. Raises `UnknownAsked` if they were not read."""
        rows = self.some(PrefixListEntries, native_id)
        readable = next((one for one in rows if why_unknown(one.cidrs) is None), None)
        if readable is not None:
            return known(readable.cidrs)
        why = next((why for one in rows if (why := why_unknown(one.cidrs))), None)
        raise UnknownAsked(why or self.unread(PrefixListEntries, region) or _missing(PrefixListEntries, native_id))

    def list_addresses(self, native_id: str, region: str) -> AddressSet:
        """Return the addresses of a prefix list. Raises `UnknownAsked` if its entries were not read."""
        found = self._lists.get(native_id)
        if found is None:
            found = AddressSet()
            for cidr in self.list_cidrs(native_id, region):
                found |= block_of(cidr)
            self._lists[native_id] = found
        return found

    @cached_property
    def rules_of(self) -> dict[str, list[SecurityGroupRule]]:
        """The rules with their ids, by group."""
        found: dict[str, list[SecurityGroupRule]] = {}
        for one in self.every(SecurityGroupRule):
            found.setdefault(one.id, []).append(one)
        return found

    def block_mode(self, subnet: Subnet) -> Maybe[str]:
        """Return the effect of VPC Block Public Access on a subnet: `off`, `block-bidirectional`, `block-ingress`.

        AWS tells it on every subnet, exclusions considered, since there is such a block (November 2024): an answer
        without it is of a time or a client before that, and then the setting of the region decides, if it was read.
        """
        why = why_unknown(subnet.block_mode)
        if why is None or why.reason is not Reason.NOT_COLLECTED:
            return subnet.block_mode
        settings = [one for one in self.every(VpcBlockPublicAccess) if one.scope == subnet.scope]
        for setting in settings:
            other = why_unknown(setting.mode)
            if other is None and setting.mode != "off":
                return subnet.block_mode
            if other is not None and other.reason is not Reason.NOT_COLLECTED:
                return setting.mode
        return "off"


def _readable(values: Maybe[tuple[Any, ...]]) -> tuple[Any, ...]:
    return () if why_unknown(values) is not None else known(values)


def _missing(kind: type[Kind], native_id: str) -> Why:
    return Why(Reason.NOT_COLLECTED, f"{native_id} ({kind.__name__}) was not read")


@lru_cache(maxsize=1 << 14)
def block_of(cidr: str) -> AddressSet:
    """Return the addresses of a CIDR block. Raises `UnknownAsked` for a text that is none: it may mean any."""
    try:
        return address_set((cidr,))
    except ValueError as error:
        raise UnknownAsked(Why(Reason.UNRESOLVED, f"{cidr!r} is no CIDR block")) from error


def number_of(address: str) -> tuple[int, int]:
    """Return an address as its family (4 or 6) and its number. Raises `UnknownAsked` for a text that is none."""
    try:
        parsed = ip_address(address)
    except ValueError as error:
        raise UnknownAsked(Why(Reason.UNRESOLVED, f"{address!r} is no address")) from error
    return parsed.version, int(parsed)


def private_addresses(interface: NetworkInterface) -> list[tuple[int, int]]:
    """Return the addresses (family and number) by which a VPC knows an interface, as far as they are known."""
    found: list[tuple[int, int]] = []
    texts = [*(one.address for one in _readable(interface.addresses)), *_readable(interface.ipv6)]
    for text in texts:
        try:
            found.append(number_of(known(text)))
        except UnknownAsked:
            continue
    return found
