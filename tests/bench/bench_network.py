"""`python -m tests.bench.bench_network`: exposure of every interface of a large region and of an ordinary one.

Each size runs in a process of its own, for its memory. The kinds are made beforehand: compiling and judging is timed.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from scanner.derivations import DERIVATIONS
from scanner.inventory import Inventory
from scanner.model.exposure import Exposure
from scanner.model.kind import Api, Kind, Moment, Scope
from scanner.model.maybe import ABSENT
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.security_group import AddressRange, GroupPeer, Permission, SecurityGroup
from scanner.model.vpc import (
    NetworkInterface,
    PrivateAddress,
    Route,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    Via,
    VpcBlockPublicAccess,
)
from scanner.testing import ACCOUNT, NOW, REGION

HERE = Scope("aws", ACCOUNT, REGION)
ORIGIN = Api("bench", HERE)
PORTS = (22, 80, 443, 3306, 5432, 8080)


def named(kind: type[Kind], native_id: str, **fields: object) -> Kind:
    """A resource with the fields that every one has."""
    return kind(scope=HERE, id=native_id, origin=ORIGIN, arn=ABSENT, name=ABSENT, tags={}, **fields)  # type: ignore[call-arg]


def groups(count: int, chance: random.Random) -> Iterator[Kind]:
    """Groups with seven rules each: some for the world, some for blocks of their own, some for other groups."""
    for number in range(count):
        peers = [AddressRange("0.0.0.0/0")] if chance.random() < 0.2 else []
        peers += [AddressRange(f"{chance.randrange(1, 220)}.{chance.randrange(256)}.0.0/16") for _ in range(3)]
        peers += [AddressRange("10.0.0.0/8") for _ in range(2)]
        peers += [GroupPeer(f"sg-{chance.randrange(count)}", ABSENT, ABSENT, ABSENT, ABSENT)]
        rules = []
        for peer in peers:
            port = chance.choice(PORTS) if chance.random() < 0.7 else chance.randrange(1024, 65536)
            rules.append(Permission("tcp", port, port, peer, ABSENT))
        yield named(SecurityGroup, f"sg-{number}", vpc="vpc-1", description=ABSENT, ingress=tuple(rules), egress=())


def entries() -> Iterator[AclEntry]:
    """What a default network ACL has."""
    for egress in (False, True):
        for cidr in ("0.0.0.0/0", "::/0"):
            yield AclEntry(
                100,
                egress,
                allow=True,
                protocol="-1",
                cidr=cidr,
                from_port=ABSENT,
                to_port=ABSENT,
                icmp_type=ABSENT,
                icmp_code=ABSENT,
            )


def subnets(count: int) -> Iterator[Kind]:
    """Subnets, each with a route table and a network ACL of its own; half of them are public."""
    for number in range(count):
        native = f"subnet-{number}"
        routes = [Route("10.0.0.0/8", Via.LOCAL, ABSENT, "active", "CreateRouteTable")]
        via = (Via.INTERNET_GATEWAY, "igw-1") if number % 2 else (Via.NAT_GATEWAY, f"nat-{number}")
        routes.append(Route("0.0.0.0/0", *via, "active", "CreateRoute"))
        association = RouteTableAssociation("rtbassoc", False, native, ABSENT, ABSENT, ABSENT)
        yield named(
            RouteTable,
            f"rtb-{number}",
            vpc="vpc-1",
            associations=(association,),
            routes=tuple(routes),
            propagating_gateways=(),
        )
        yield named(
            NetworkAcl, f"acl-{number}", vpc="vpc-1", is_default=False, subnets=(native,), entries=tuple(entries())
        )
        yield named(
            Subnet,
            native,
            vpc="vpc-1",
            cidr="10.0.0.0/24",
            ipv6_cidrs=(),
            availability_zone="a",
            availability_zone_id="a",
            is_default=False,
            maps_public_ipv4=False,
            assigns_ipv6=False,
            ipv6_native=False,
            block_mode="off",
            outpost=ABSENT,
        )


def interfaces(count: int, group_count: int, subnet_count: int, chance: random.Random) -> Iterator[Kind]:
    """Interfaces with one to three groups; four of ten have a public address."""
    for number in range(count):
        public = "54.0.0.1" if chance.random() < 0.4 else ABSENT
        address = PrivateAddress(
            "10.0.0.1",
            primary=True,
            public_ipv4=public,
            ip_owner=ABSENT,
            allocation=ABSENT,
            carrier_ip=ABSENT,
            customer_owned_ip=ABSENT,
        )
        carried = tuple(f"sg-{chance.randrange(group_count)}" for _ in range(chance.randrange(1, 4)))
        yield named(
            NetworkInterface,
            f"eni-{number}",
            vpc="vpc-1",
            subnet=f"subnet-{chance.randrange(subnet_count)}",
            associated_subnets=(),
            availability_zone="a",
            interface_type="interface",
            description=ABSENT,
            status="in-use",
            groups=carried,
            addresses=(address,),
            ipv6=(),
            ipv4_prefixes=(),
            ipv6_prefixes=(),
            source_dest_check=True,
            denies_igw_traffic=False,
            requester=ABSENT,
            requester_managed=False,
            instance=f"i-{number}",
            instance_owner=ABSENT,
            device_index=0,
            managed_by=ABSENT,
        )


def measure(interface_count: int, group_count: int, subnet_count: int) -> None:
    """Print the time and memory that judging every interface takes."""
    chance = random.Random(1)
    inventory = Inventory([Scope("aws", ACCOUNT), HERE], Moment(NOW), DERIVATIONS)
    for row in (
        *groups(group_count, chance),
        *subnets(subnet_count),
        *interfaces(interface_count, group_count, subnet_count, chance),
    ):
        inventory.add(row)
    inventory.add(
        VpcBlockPublicAccess(
            scope=HERE, id=REGION, origin=ORIGIN, mode="off", state=ABSENT, managed_by=ABSENT, exclusions_allowed=ABSENT
        )
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    found = [inventory.facet(Exposure, HERE, f"eni-{number}") for number in range(interface_count)]
    spent = time.process_time() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    exposed = sum(1 for one in found if one.connections)
    print(
        f"{interface_count:>7,} interfaces, {group_count:,} groups, {subnet_count:,} subnets: {spent:.2f} s CPU, "
        f"{after / 1024:.0f} MB (+{(after - before) / 1024:.0f}), {exposed:,} exposed"
    )


SIZES = {"ordinary": (500, 100, 20), "large": (50_000, 10_000, 2_000)}
MARKS = {"ordinary": "0.2 s", "large": "8 s and 1 GB"}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(*SIZES[sys.argv[1]])
    else:
        for size, mark in MARKS.items():
            subprocess.run([sys.executable, "-m", "tests.bench.bench_network", size], check=True)
            print(f"        mark: {mark}")
