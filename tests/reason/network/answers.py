"""A small public network as AWS answers it, to be varied: one VPC, one subnet, one instance that serves the web."""

import copy
from typing import Any

from scanner.derivations import DERIVATIONS
from scanner.evidence import Evidence
from scanner.inventory import Inventory
from scanner.model.exposure import Exposure
from scanner.model.kind import Scope
from scanner.plan import Plan
from scanner.testing import ACCOUNT, READERS, REGION, evidence_of

HERE = Scope("aws", ACCOUNT, REGION)

Answers = dict[str, Any]


def permission(protocol="tcp", first=None, last=None, *cidrs, lists=(), groups=()):
    """One IpPermission; ports left out if None."""
    row: Answers = {"IpProtocol": protocol}
    row |= {} if first is None else {"FromPort": first, "ToPort": first if last is None else last}
    row["IpRanges"] = [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    row["Ipv6Ranges"] = [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    row["PrefixListIds"] = [{"PrefixListId": one} for one in lists]
    row["UserIdGroupPairs"] = [{"GroupId": one, "UserId": ACCOUNT} for one in groups]
    return row


def group(native_id, *ingress, egress=None):
    """One security group; it lets everything out unless told otherwise."""
    out = [permission("-1", None, None, "0.0.0.0/0", "::/0")] if egress is None else egress
    row = {"GroupId": native_id, "GroupName": native_id, "VpcId": "vpc-1", "OwnerId": ACCOUNT}
    return {**row, "IpPermissions": list(ingress), "IpPermissionsEgress": out}


def entry(number, action="allow", cidr="0.0.0.0/0", protocol="-1", ports=None, *, egress=False):
    """One entry of a network ACL."""
    key = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    row = {"RuleNumber": number, "RuleAction": action, key: cidr, "Protocol": protocol, "Egress": egress}
    return row | ({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})


def open_entries():
    """What the default network ACL has: everything in and out, both families."""
    return [
        *(entry(100, egress=way) for way in (False, True)),
        *(entry(101, cidr="::/0", egress=way) for way in (False, True)),
    ]


def acl(native_id, subnets, entries):
    """One network ACL."""
    associations = [{"NetworkAclId": native_id, "SubnetId": one} for one in subnets]
    return {
        "NetworkAclId": native_id,
        "VpcId": "vpc-1",
        "IsDefault": False,
        "OwnerId": ACCOUNT,
        "Associations": associations,
        "Entries": entries,
    }


def route(destination, **target):
    """One active route; `State` may be given."""
    key = (
        "DestinationPrefixListId"
        if destination.startswith("pl-")
        else "DestinationIpv6CidrBlock"
        if ":" in destination
        else "DestinationCidrBlock"
    )
    return {key: destination, "State": "active", "Origin": "CreateRoute", **target}


LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"}
OUT = route("0.0.0.0/0", GatewayId="igw-1")


def table(native_id, *routes, subnets=(), main=False, gateway=None, vpc="vpc-1"):
    """One route table; the local route is added."""
    associations: list[Answers] = [
        {"RouteTableAssociationId": f"rtbassoc-{one}", "Main": False, "SubnetId": one} for one in subnets
    ]
    associations += [{"RouteTableAssociationId": "rtbassoc-main", "Main": True}] if main else []
    associations += (
        [{"RouteTableAssociationId": "rtbassoc-edge", "Main": False, "GatewayId": gateway}] if gateway else []
    )
    return {
        "RouteTableId": native_id,
        "VpcId": vpc,
        "OwnerId": ACCOUNT,
        "Associations": associations,
        "Routes": [LOCAL, *routes],
    }


def subnet(native_id, cidr="10.0.0.0/24", vpc="vpc-1", mode="off"):
    """One subnet."""
    return {
        "SubnetId": native_id,
        "VpcId": vpc,
        "OwnerId": ACCOUNT,
        "CidrBlock": cidr,
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": mode},
    }


def interface(native_id, *groups, private="10.0.0.10", public="54.0.0.10", subnet="subnet-1", vpc="vpc-1", **more):
    """One interface of an instance, with a public address unless that is None."""
    address: Answers = {"PrivateIpAddress": private, "Primary": True}
    if public:
        address["Association"] = {"PublicIp": public, "IpOwnerId": "amazon"}
    return {
        "NetworkInterfaceId": native_id,
        "VpcId": vpc,
        "SubnetId": subnet,
        "OwnerId": ACCOUNT,
        "Status": "in-use",
        "InterfaceType": "interface",
        "Groups": [{"GroupId": one} for one in groups],
        "PrivateIpAddresses": [address],
        **more,
    }


def public_network(**changes: Any) -> Answers:
    """The answers about the small network; a change replaces the items of one listing, by its key."""
    listings: Answers = {
        "NetworkInterfaces": [interface("eni-1", "sg-1")],
        "SecurityGroups": [group("sg-1", permission("tcp", 443, None, "0.0.0.0/0"))],
        "Subnets": [subnet("subnet-1")],
        "Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT, "CidrBlock": "10.0.0.0/16"}],
        "RouteTables": [table("rtb-1", OUT, subnets=["subnet-1"]), table("rtb-main", main=True)],
        "NetworkAcls": [acl("acl-1", ["subnet-1"], open_entries())],
        "InternetGateways": [
            {
                "InternetGatewayId": "igw-1",
                "OwnerId": ACCOUNT,
                "Attachments": [{"State": "available", "VpcId": "vpc-1"}],
            }
        ],
        "VpcEndpoints": [],
        **changes,
    }
    lists = listings.pop("lists", {})
    answers = {f"ec2:Describe{key}": {key: copy.deepcopy(rows)} for key, rows in listings.items()}
    answers["ec2:DescribeVpcBlockPublicAccessOptions"] = {
        "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}
    }
    if lists:
        answers["ec2:GetManagedPrefixListEntries"] = [
            {
                "parameters": {"PrefixListId": name, "MaxResults": 100},
                "response": {"Entries": [{"Cidr": cidr} for cidr in cidrs]},
            }
            for name, cidrs in lists.items()
        ]
    return answers


def exposure_in(answers: Answers | Evidence, interface_id="eni-1") -> Exposure:
    """The exposure of an interface of the network that these answers describe."""
    evidence = answers if isinstance(answers, Evidence) else evidence_of(answers)
    plan = Plan.of((), READERS, DERIVATIONS, kinds=[Exposure])
    return Inventory.of(plan, evidence).facet(Exposure, HERE, interface_id)


def connections(answers: Answers, interface_id="eni-1") -> list[str]:
    """The connections that are certain, as text."""
    return sorted(str(one) for one in exposure_in(answers, interface_id).connections)


def blockers(answers: Answers, interface_id="eni-1") -> list[str]:
    """The codes of what stops all connections."""
    return [one.code for one in exposure_in(answers, interface_id).blockers]
