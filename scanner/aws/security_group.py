"""Reading security groups and network ACLs: which calls, and what they answer (Amazon EC2 API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.ec2 import ec2_reader
from scanner.aws.ec2_rows import Row, identity, listed, owner_scope, said, tags_of, within
from scanner.aws.vpc import prefix_list_uses
from scanner.model.kind import Kind, Scope
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.security_group import (
    AddressRange,
    GroupPeer,
    Peer,
    Permission,
    PrefixListPeer,
    SecurityGroup,
    SecurityGroupRule,
    SecurityGroupVpcAssociation,
)
from scanner.model.vpc import PrefixListUse
from scanner.reader import Page, Place, given, rows

_PAGE: Final = 1000


def _groups(pages: tuple[Page, ...], at: Place) -> Iterator[Kind]:
    used: set[tuple[Scope, str]] = set()
    for row in rows(pages, "SecurityGroups"):
        named = {**identity(at, row, "security-group", row["GroupId"]), "name": row["GroupName"]}
        ingress = tuple(_permissions(row.get("IpPermissions") or ()))
        egress = tuple(_permissions(row.get("IpPermissionsEgress") or ()))
        yield SecurityGroup(
            **named,
            vpc=given(row, "VpcId"),
            description=given(row, "Description"),
            ingress=ingress,
            egress=egress,
        )
        peers = (permission.peer for permission in (*ingress, *egress))
        used |= {(named["scope"], peer.id) for peer in peers if isinstance(peer, PrefixListPeer)}
    yield from prefix_list_uses(used, at)


def _permissions(permissions: Any) -> Iterator[Permission]:
    for row in permissions:
        for peer, description in _peers(row):
            yield _permission(row, peer, description)


def _permission(row: Row, peer: Any, description: Any) -> Permission:
    return Permission(
        protocol=row["IpProtocol"],
        from_port=given(row, "FromPort"),
        to_port=given(row, "ToPort"),
        peer=peer,
        description=description,
    )


def _peers(row: Row) -> Iterator[tuple[Peer, Any]]:
    for one in row.get("IpRanges") or ():
        yield AddressRange(one["CidrIp"]), given(one, "Description")
    for one in row.get("Ipv6Ranges") or ():
        yield AddressRange(one["CidrIpv6"]), given(one, "Description")
    for one in row.get("PrefixListIds") or ():
        yield PrefixListPeer(one["PrefixListId"]), given(one, "Description")
    for one in row.get("UserIdGroupPairs") or ():
        yield _group_peer(one), given(one, "Description")


def _group_peer(row: Row) -> GroupPeer:
    return GroupPeer(
        id=row["GroupId"],
        owner=given(row, "UserId"),
        vpc=given(row, "VpcId"),
        peering=given(row, "VpcPeeringConnectionId"),
        peering_status=given(row, "PeeringStatus"),
    )


def _rules(pages: tuple[Page, ...], at: Place) -> Iterator[SecurityGroupRule]:
    for row in rows(pages, "SecurityGroupRules"):
        yield SecurityGroupRule(
            scope=owner_scope(at, row.get("GroupOwnerId")),
            id=row["GroupId"],
            origin=at.origin,
            rule_id=row["SecurityGroupRuleId"],
            is_egress=said(row, "IsEgress", at),
            permission=_permission(row, _peer_of_rule(row, at), given(row, "Description")),
            tags=tags_of(row),
        )


def _peer_of_rule(row: Row, at: Place) -> Any:
    cidr = row.get("CidrIpv4") or row.get("CidrIpv6")
    if cidr:
        return AddressRange(cidr)
    if row.get("PrefixListId"):
        return PrefixListPeer(row["PrefixListId"])
    group = row.get("ReferencedGroupInfo")
    return _group_peer(group) if group else said({}, "the rule's peer", at)


def _associations(pages: tuple[Page, ...], at: Place) -> Iterator[SecurityGroupVpcAssociation]:
    for row in rows(pages, "SecurityGroupVpcAssociations"):
        yield SecurityGroupVpcAssociation(
            scope=owner_scope(at, row.get("GroupOwnerId")),
            id=row["GroupId"],
            origin=at.origin,
            vpc=row["VpcId"],
            vpc_owner=given(row, "VpcOwnerId"),
            state=said(row, "State", at),
        )


def _acls(pages: tuple[Page, ...], at: Place) -> Iterator[NetworkAcl]:
    for row in rows(pages, "NetworkAcls"):
        yield NetworkAcl(
            **identity(at, row, "network-acl", row["NetworkAclId"]),
            vpc=row["VpcId"],
            is_default=said(row, "IsDefault", at),
            subnets=listed(row, "Associations", "SubnetId"),
            entries=tuple(_entry(one, at) for one in row.get("Entries") or ()),
        )


def _entry(row: Row, at: Place) -> AclEntry:
    action = row.get("RuleAction")
    return AclEntry(
        number=row["RuleNumber"],
        egress=row["Egress"],
        allow=said({}, "RuleAction", at) if action is None else action == "allow",
        protocol=row["Protocol"],
        cidr=row.get("CidrBlock") or row["Ipv6CidrBlock"],
        from_port=within(row, "PortRange", "From"),
        to_port=within(row, "PortRange", "To"),
        icmp_type=within(row, "IcmpTypeCode", "Type"),
        icmp_code=within(row, "IcmpTypeCode", "Code"),
    )


READERS: Final = (
    ec2_reader("DescribeSecurityGroups", SecurityGroup, PrefixListUse, parse=_groups, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeSecurityGroupRules", SecurityGroupRule, parse=_rules, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeSecurityGroupVpcAssociations",
        SecurityGroupVpcAssociation,
        parse=_associations,
        request={"MaxResults": _PAGE},
    ),
    ec2_reader("DescribeNetworkAcls", NetworkAcl, parse=_acls, request={"MaxResults": _PAGE}),
)
