"""Remedies for security groups: exactly the rules that make the finding, each by its own id (Amazon EC2 API Reference)."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from scanner.image import Allowed, Leftover, Look, canonical_json
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import All
from scanner.model.maybe import Absent, Reason, UnknownAsked, Why, known
from scanner.model.port_families import ADMINISTRATION, CLEARTEXT, DATABASES, RISKY
from scanner.model.security_group import NamedPorts, SecurityGroup, SecurityGroupRule
from scanner.model.vpc import NetworkInterface
from scanner.remedies.open_statements import fewest
from scanner.remedies.prechecks import check, doubts, unless_all
from scanner.remedy import Advice, Becomes, Change, Check, Lent, Safety, Snippet, Step, Write, all_found, remedy

_MOST_PIECES: Final = 12
"""More rules than this are not put in the place of one: a group has few (VPC quotas)."""
_EVERYTHING: Final = 65_000
"""A range of about so many ports is all of them."""
_NEW_ID: Final = "sgr-made-by-this-plan-"
_IDS: Final = ("SecurityGroupRuleId", "SecurityGroupRuleArn")
_RESTORED: Final = tuple(Leftover(name, "AWS gives a restored rule a new id") for name in _IDS)
_CIDRS: Final = ("CidrIpv4", "CidrIpv6")


class _Group:
    """A group as two calls tell it, altered in both alike."""

    def __init__(self, lent: Lent, group: SecurityGroup, rows: Sequence[SecurityGroupRule]) -> None:
        self.resource = group
        self.id = group.id
        self.scope = group.scope
        self.rules_look: Look = lent.look(
            rows[0],
            path=("SecurityGroupRules",),
            where={"GroupId": group.id},
            ask={"Filters": [{"Name": "group-id", "Values": [group.id]}]},
        )
        self.group_look: Look = lent.look(
            group,
            path=("SecurityGroups",),
            where={"GroupId": group.id},
            only=("GroupId", "IpPermissions", "IpPermissionsEgress"),
            ask={"GroupIds": [group.id]},
            gone=("InvalidGroup.NotFound", "InvalidGroupId.NotFound"),
        )
        self.rules: list[dict[str, Any]] = lent.image(self.rules_look)
        if any(rule["SecurityGroupRuleId"].startswith(_NEW_ID) for rule in self.rules):
            raise UnknownAsked(
                Why(Reason.KNOWN_AFTER_APPLY, "the ids of rules that an earlier step makes; plan again after this plan")
            )
        self.group: list[dict[str, Any]] = lent.image(self.group_look)

    def becomes(self, *, new: bool = False) -> tuple[Becomes, ...]:
        """Return both looks as they are now; with `new`, ids that AWS gives do not count."""
        rules_look = _ignoring(self.rules_look, _IDS) if new else self.rules_look
        return (
            Becomes(rules_look, copy.deepcopy(self.rules)),
            Becomes(self.group_look, copy.deepcopy(self.group)),
        )

    def copy(self) -> "_Group":
        """Return another one that can be altered by itself."""
        return copy.copy(self)

    def drop(self, rule: dict[str, Any]) -> None:
        """Take a rule out."""
        self.rules = [row for row in self.rules if row["SecurityGroupRuleId"] != rule["SecurityGroupRuleId"]]
        name = "IpPermissionsEgress" if rule["IsEgress"] else "IpPermissions"
        kept = []
        for permission in self.group[0].get(name) or ():
            row = dict(permission)
            if _range(row) == _range(rule):
                for member, key in _PEERS.items():
                    row[member] = [one for one in row.get(member) or () if not _is_peer(one, key, rule)]
            if any(row.get(member) for member in _PEERS):
                kept.append(row)
        self.group = [{**self.group[0], name: kept}]

    def add(self, rule: dict[str, Any]) -> None:
        """Put a rule in."""
        self.rules = sorted([*self.rules, rule], key=canonical_json)
        permissions = list(self.group[0].get("IpPermissions") or ())
        member, peer = _peer_of(rule)
        for number, permission in enumerate(permissions):
            if _range(permission) == _range(rule):
                permissions[number] = {**permission, member: [*(permission.get(member) or ()), peer]}
                break
        else:
            permissions.append({**_permission_head(rule), member: [peer]})
        self.group = [{**self.group[0], "IpPermissions": permissions}]


_PEERS: Final = {
    "IpRanges": ("CidrIp", "CidrIpv4"),
    "Ipv6Ranges": ("CidrIpv6", "CidrIpv6"),
    "PrefixListIds": ("PrefixListId", "PrefixListId"),
    "UserIdGroupPairs": ("GroupId", "ReferencedGroupInfo"),
}


def _ignoring(look: Look, members: tuple[str, ...]) -> Look:
    return msgspec.structs.replace(look, ignoring=(*look.ignoring, *members))


def _range(row: dict[str, Any]) -> tuple[str, int, int]:
    return (str(row.get("IpProtocol")), int(row.get("FromPort", -1)), int(row.get("ToPort", -1)))


def _is_peer(one: dict[str, Any], key: tuple[str, str], rule: dict[str, Any]) -> bool:
    inside, outside = key
    wanted = rule.get(outside)
    return wanted is not None and one.get(inside) == (wanted.get("GroupId") if isinstance(wanted, dict) else wanted)


def _permission_head(rule: dict[str, Any]) -> dict[str, Any]:
    head: dict[str, Any] = {"IpProtocol": rule["IpProtocol"]}
    if rule["IpProtocol"] != "-1":
        head |= {"FromPort": rule["FromPort"], "ToPort": rule["ToPort"]}
    return head


def _peer_of(rule: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the list of a permission that a rule's peer stands in, and the peer with its description."""
    for member, (inside, outside) in _PEERS.items():
        wanted = rule.get(outside)
        if wanted:
            peer = dict(wanted) if isinstance(wanted, dict) else {inside: wanted}
            peer.pop("PeeringStatus", None)
            return member, {**peer, **({"Description": rule["Description"]} if rule.get("Description") else {})}
    raise KeyError("a rule without a peer")


def _write(group: _Group, operation: str, **parameters: Any) -> Write:
    scope = group.scope
    start = f"arn:{scope.partition}:ec2:{scope.region}:{scope.account}"
    needs = [Allowed(f"ec2:{operation}", f"{start}:security-group/{group.id}")]
    needs.append(Allowed(f"ec2:{operation}", f"{start}:security-group-rule/*"))
    if "TagSpecifications" in parameters:
        needs.append(Allowed("ec2:CreateTags", f"{start}:security-group-rule/*"))
    return Write(
        service="ec2",
        operation=operation,
        region=scope.region,
        parameters={"GroupId": group.id, **parameters},
        needs=tuple(needs),
    )


def _authorize(group: _Group, rules: Sequence[dict[str, Any]], *, egress: bool = False) -> Write:
    permissions = []
    for rule in rules:
        member, peer = _peer_of(rule)
        permissions.append({**_permission_head(rule), member: [peer]})
    tags = rules[0].get("Tags") or []
    marked = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}
    operation = f"AuthorizeSecurityGroup{'Egress' if egress else 'Ingress'}"
    return _write(group, operation, IpPermissions=permissions, **marked)


def _revoke(group: _Group, rule: dict[str, Any]) -> Write:
    operation = f"RevokeSecurityGroup{'Egress' if rule['IsEgress'] else 'Ingress'}"
    return _write(group, operation, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def _said(rule: dict[str, Any]) -> str:
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or "a security group"
    protocol, first, last = _range(rule)
    if protocol == "-1":
        return f"everything {'to' if rule['IsEgress'] else 'from'} {peer}"
    ports = str(first) if first == last else f"{first}-{last}"
    return f"{protocol}/{ports} {'to' if rule['IsEgress'] else 'from'} {peer}"


def _unattached(group: SecurityGroup, interfaces: All[NetworkInterface]) -> Check:
    return check(
        "no network interface has the group", lambda: not any(group.id in known(one.groups) for one in interfaces)
    )


def _close(
    lent: Lent,
    groups: Sequence[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
    family: tuple[NamedPorts, ...],
) -> Iterator[Step]:
    """Revoke the inbound rules without which the finding is gone, and no others; keep the ports that are not of the family."""
    told = [(group, rules.of(group)) for group in groups]
    seen = [_Group(lent, group, rows) for group, rows in told if rows]
    guilty = _guilty(lent, seen)
    for one in seen:
        checks = (_unattached(one.resource, interfaces),)
        for rule in (rule for holder, rule in guilty if holder == one.id):
            pieces = _pieces(rule, family)
            if pieces is None:
                yield Advice(
                    title=f"Put narrower rules in the place of {_said(rule)} in {one.id}",
                    why="it admits so much beside the ports in question that a program cannot tell what is needed",
                    script=(_revoke(one, rule),),
                )
                return
            yield from _replaced(one, rule, pieces, checks)


def _replaced(
    group: _Group, rule: dict[str, Any], pieces: Sequence[dict[str, Any]], checks: tuple[Check, ...]
) -> Iterator[Change]:
    """Admit first what stays admitted, then revoke the rule."""
    if pieces:
        for piece in pieces:
            group.add(piece)
        yield Change(
            title=f"Admit to {group.id} what {_said(rule)} admits beside the ports in question",
            call=_authorize(group, pieces),
            becomes=group.becomes(new=True),
            undo=(_write(group, "RevokeSecurityGroupIngress", SecurityGroupRuleIds=all_found(0, _IDS[0])),),
            safety=unless_all(checks, Safety.B),
            why="the rule is wide: what else it admits stays admitted",
            checks=checks,
            on=group.resource,
        )
    group.drop(rule)
    yield Change(
        title=f"Revoke {_said(rule)} of {group.id}",
        call=_revoke(group, rule),
        becomes=group.becomes(new=bool(pieces)),
        undo=(_authorize(group, [rule]),),
        safety=unless_all(checks, Safety.B),
        why=doubts(checks) or "nothing carries the group",
        checks=checks,
        leaves_behind=_RESTORED,
        on=group.resource,
        code=_snippets(rule),
    )


def _snippets(rule: dict[str, Any]) -> tuple[Snippet, ...]:
    """Return the rule as code may have it: what to take out or to narrow there."""
    arguments = {
        "security_group_id": rule["GroupId"],
        "ip_protocol": rule["IpProtocol"],
        **({} if rule["IpProtocol"] == "-1" else {"from_port": rule["FromPort"], "to_port": rule["ToPort"]}),
        "cidr_ipv6" if rule.get("CidrIpv6") else "cidr_ipv4": "10.0.0.0/8",
    }
    return (Snippet(terraform="aws_vpc_security_group_ingress_rule", arguments=arguments),)


def _guilty(lent: Lent, groups: Sequence[_Group]) -> list[tuple[str, dict[str, Any]]]:
    """Return the fewest inbound rules from addresses without which the rule finds nothing: each is tried to be kept."""
    candidates = [
        (group, rule)
        for group in groups
        for rule in group.rules
        if not rule["IsEgress"] and any(rule.get(name) for name in _CIDRS)
    ]

    def passes(gone: Sequence[int]) -> bool:
        tried = {group.id: group.copy() for group in groups}
        for number in gone:
            group, rule = candidates[number]
            tried[group.id].drop(rule)
        return lent.passes([one for group in tried.values() for one in group.becomes()])

    return [(candidates[number][0].id, candidates[number][1]) for number in fewest(range(len(candidates)), passes)]


def _pieces(rule: dict[str, Any], family: tuple[NamedPorts, ...]) -> list[dict[str, Any]] | None:
    """Return the rules that admit what the rule admits beside the family's ports; None if these would be too many.

    Without a family the whole rule goes, and so does one that admits everything: nobody meant all that.
    """
    protocol, first, last = _range(rule)
    if not family or protocol == "-1" or -1 in (first, last) or last - first >= _EVERYTHING:
        return []
    ports = intervals(((first, last),)) - _ports(family, protocol)
    kept = [_piece(rule, low, high) for low, high in ports.spans]
    return kept if len(kept) <= _MOST_PIECES else None


def _ports(family: tuple[NamedPorts, ...], protocol: str) -> Intervals:
    return intervals((one.first, one.last) for one in family if one.protocol == protocol)


def _piece(rule: dict[str, Any], first: int, last: int) -> dict[str, Any]:
    return {**rule, "SecurityGroupRuleId": f"{_NEW_ID}{first}", "FromPort": first, "ToPort": last}


@remedy(Safety.B)
def close_administration_ports(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke the rules that open administration ports to the internet.

    Who administers through them needs another way first: Session Manager, or a rule for the office's addresses. What a
    wide rule admits beside these ports stays admitted.
    """
    return _close(lent, (group,), rules, interfaces, ADMINISTRATION)


@remedy(Safety.B)
def close_database_ports(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke the rules that open database ports to the internet. What a wide rule admits beside them stays admitted."""
    return _close(lent, (group,), rules, interfaces, DATABASES)


@remedy(Safety.B)
def close_cleartext_ports(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke the rules that open cleartext protocols to the internet. What a wide rule admits beside them stays admitted."""
    return _close(lent, (group,), rules, interfaces, CLEARTEXT)


@remedy(Safety.B)
def close_risky_ports(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke the rules that open ports of high risk to the internet. What a wide rule admits beside them stays admitted."""
    return _close(lent, (group,), rules, interfaces, RISKY)


@remedy(Safety.B)
def revoke_public_rules(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke the inbound rules that make the finding, whole, and no others."""
    return _close(lent, (group,), rules, interfaces, ())


def _carried(
    lent: Lent,
    interface: NetworkInterface,
    groups: All[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
    family: tuple[NamedPorts, ...],
) -> Iterator[Step]:
    """Close the groups that an interface carries; whatever else carries them is affected as well."""
    carried = [groups.get(native_id) for native_id in known(interface.groups)]
    there = [group for group in carried if isinstance(group, SecurityGroup)]
    return _close(lent, there, rules, interfaces, family)


@remedy(Safety.B)
def shut_administration_ports(
    lent: Lent,
    interface: NetworkInterface,
    groups: All[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
) -> Iterator[Step]:
    """Revoke the rules by which the internet reaches administration ports of the interface.

    Who administers through them needs another way first: Session Manager, or a rule for the office's addresses.
    """
    return _carried(lent, interface, groups, rules, interfaces, ADMINISTRATION)


@remedy(Safety.B)
def shut_database_ports(
    lent: Lent,
    interface: NetworkInterface,
    groups: All[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
) -> Iterator[Step]:
    """Revoke the rules by which the internet reaches database ports of the interface."""
    return _carried(lent, interface, groups, rules, interfaces, DATABASES)


@remedy(Safety.B)
def shut_cleartext_ports(
    lent: Lent,
    interface: NetworkInterface,
    groups: All[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
) -> Iterator[Step]:
    """Revoke the rules by which the internet reaches cleartext protocols of the interface."""
    return _carried(lent, interface, groups, rules, interfaces, CLEARTEXT)


@remedy(Safety.B)
def shut_all_ports(
    lent: Lent,
    interface: NetworkInterface,
    groups: All[SecurityGroup],
    rules: All[SecurityGroupRule],
    interfaces: All[NetworkInterface],
) -> Iterator[Step]:
    """Revoke the rules by which the internet reaches every port of the interface, whole."""
    return _carried(lent, interface, groups, rules, interfaces, ())


@remedy(Safety.C)
def empty_default_group(
    lent: Lent, group: SecurityGroup, rules: All[SecurityGroupRule], interfaces: All[NetworkInterface]
) -> Iterator[Step]:
    """Revoke every rule of the default security group.

    Interfaces that carry it lose all traffic, so it is only done where there are none; else give these a group of
    their own first.
    """
    rows = rules.of(group)
    if not rows:
        return
    seen = _Group(lent, group, rows)
    checks = (_unattached(group, interfaces),)
    for rule in list(seen.rules):
        seen.drop(rule)
        yield Change(
            title=f"Revoke {_said(rule)} of the default group {group.id}",
            call=_revoke(seen, rule),
            becomes=seen.becomes(),
            undo=(_authorize(seen, [rule], egress=rule["IsEgress"]),),
            safety=unless_all(checks, Safety.C),
            why=doubts(checks) or "nothing carries the group",
            checks=checks,
            leaves_behind=_RESTORED,
            on=group,
            code=(
                Snippet(
                    terraform="aws_default_security_group",
                    arguments={} if isinstance(known(group.vpc), Absent) else {"vpc_id": known(group.vpc)},
                ),
            ),
        )
