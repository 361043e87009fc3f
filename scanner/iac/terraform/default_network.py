"""What AWS has made before anyone declares anything: the default VPC of a region, and what comes with every VPC.

Source: Amazon VPC User Guide, "Default VPCs": one subnet in each zone, which gives public addresses, a main route table
with a route to an internet gateway, a network ACL that allows all, and a security group that admits itself.
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.values import Hole
from scanner.iac.world import World
from scanner.model.gateways import InternetGateway
from scanner.model.kind import Kind, Origin, Scope
from scanner.model.maybe import ABSENT, Maybe, Reason
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.security_group import AddressRange, GroupPeer, Permission, SecurityGroup
from scanner.model.vpc import Route, RouteTable, RouteTableAssociation, Subnet, Via, Vpc

VPC: Final = "default-vpc"
SUBNET: Final = "default-subnet"
CIDR: Final = "172.31.0.0/16"
_SUBNET_CIDR: Final = "172.31.0.0/20"
_GATEWAY: Final = "default-internet-gateway"
_INSTANCES: Final = ("aws_instance", "aws_spot_instance_request")


def default_subnet() -> Hole:
    """Return what a launch lies in that names no subnet."""
    return Hole("the default VPC", Reason.KNOWN_AFTER_APPLY, "", SUBNET, "id")


def in_use(world: World) -> set[Scope]:
    """Return the regions in whose default VPC something is launched that names no subnet."""
    return {
        world.scope(one)
        for one in world.of_type(*_INSTANCES)
        if one.get("subnet_id") in (None, "") and not one.get("network_interface") and not one.get("launch_template")
    }


def default_network(scope: Scope, origin: Origin, account: str) -> Iterator[Kind]:
    """Yield the default VPC of a region."""
    place: dict[str, Any] = {"scope": scope, "origin": origin, "arn": ABSENT, "name": ABSENT, "tags": {}}
    yield Vpc(
        **place,
        id=VPC,
        cidrs=(CIDR,),
        ipv6_cidrs=(),
        is_default=True,
        state="available",
        block_mode="off",
        dhcp_options=ABSENT,
        tenancy="default",
    )
    yield Subnet(
        **place,
        id=SUBNET,
        vpc=VPC,
        cidr=_SUBNET_CIDR,
        ipv6_cidrs=(),
        availability_zone=f"{scope.region}a",
        availability_zone_id=f"{scope.region}a",
        is_default=True,
        maps_public_ipv4=True,
        assigns_ipv6=False,
        ipv6_native=False,
        block_mode="off",
        outpost=ABSENT,
    )
    yield InternetGateway(**place, id=_GATEWAY, vpcs=(VPC,))
    yield RouteTable(
        **place,
        id=f"{VPC}.main_route_table",
        vpc=VPC,
        associations=(
            RouteTableAssociation(
                f"{VPC}.main", main=True, subnet=ABSENT, gateway=ABSENT, public_ipv4_pool=ABSENT, state="associated"
            ),
        ),
        routes=(
            Route(CIDR, Via.LOCAL, ABSENT, "active", "CreateRouteTable"),
            Route("0.0.0.0/0", Via.INTERNET_GATEWAY, _GATEWAY, "active", "CreateRoute"),
        ),
        propagating_gateways=(),
    )
    yield NetworkAcl(
        **place, id=f"{VPC}.default_network_acl", vpc=VPC, is_default=True, subnets=(SUBNET,), entries=all_allowed()
    )
    yield default_group(scope, VPC, origin, account)


def all_allowed() -> tuple[AclEntry, ...]:
    """Return the entries of a network ACL that AWS makes with a VPC."""
    return tuple(
        AclEntry(number, egress, allow, "-1", "0.0.0.0/0", ABSENT, ABSENT, ABSENT, ABSENT)
        for egress in (False, True)
        for number, allow in ((100, True), (32767, False))
    )


def default_group(scope: Scope, vpc: str, origin: Origin, account: str) -> SecurityGroup:
    """Return the security group that AWS makes with a VPC."""
    native_id = f"{vpc}.default_security_group"
    myself = GroupPeer(native_id, owner=account, vpc=ABSENT, peering=ABSENT, peering_status=ABSENT)
    return SecurityGroup(
        scope=scope,
        id=native_id,
        origin=origin,
        arn=ABSENT,
        name="default",
        tags={},
        vpc=vpc,
        description="default VPC security group",
        ingress=(_all_from(myself),),
        egress=(_all_from(AddressRange("0.0.0.0/0")),),
    )


def _all_from(peer: Maybe[Any]) -> Permission:
    return Permission(protocol="-1", from_port=ABSENT, to_port=ABSENT, peer=peer, description=ABSENT)
