"""The rules of a security group as two calls tell them, altered in both alike, and the calls that alter them."""

import copy
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from scanner.image import Allowed, Look, canonical_json
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.model.security_group import SecurityGroup, SecurityGroupRule
from scanner.remedy import Becomes, Lent, Write

NEW_ID: Final = "sgr-made-by-this-plan-"
RULE_IDS: Final = ("SecurityGroupRuleId", "SecurityGroupRuleArn")


class GroupRules:
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
        if any(rule["SecurityGroupRuleId"].startswith(NEW_ID) for rule in self.rules):
            raise UnknownAsked(
                Why(Reason.KNOWN_AFTER_APPLY, "the ids of rules that an earlier step makes; plan again after this plan")
            )
        self.group: list[dict[str, Any]] = lent.image(self.group_look)

    def becomes(self, *, new: bool = False) -> tuple[Becomes, ...]:
        """Return both looks as they are now; with `new`, ids that AWS gives do not count."""
        rules_look = _ignoring(self.rules_look, RULE_IDS) if new else self.rules_look
        return (
            Becomes(rules_look, copy.deepcopy(self.rules)),
            Becomes(self.group_look, copy.deepcopy(self.group)),
        )

    def copy(self) -> "GroupRules":
        """Return another one that can be altered by itself."""
        return copy.copy(self)

    def drop(self, rule: dict[str, Any]) -> None:
        """Take a rule out."""
        self.rules = [row for row in self.rules if row["SecurityGroupRuleId"] != rule["SecurityGroupRuleId"]]
        name = "IpPermissionsEgress" if rule["IsEgress"] else "IpPermissions"
        kept = []
        for permission in self.group[0].get(name) or ():
            row = dict(permission)
            if range_of(row) == range_of(rule):
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
            if range_of(permission) == range_of(rule):
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


def range_of(row: dict[str, Any]) -> tuple[str, int, int]:
    """Return protocol and ports of a rule; -1 where it has none."""
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


def write_to_group(group: GroupRules, operation: str, **parameters: Any) -> Write:
    """Return a call that changes the rules of a group."""
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


def authorize(group: GroupRules, rules: Sequence[dict[str, Any]], *, egress: bool = False) -> Write:
    """Return the call that puts rules in, with the tags of the first."""
    permissions = []
    for rule in rules:
        member, peer = _peer_of(rule)
        permissions.append({**_permission_head(rule), member: [peer]})
    tags = rules[0].get("Tags") or []
    marked = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}
    operation = f"AuthorizeSecurityGroup{'Egress' if egress else 'Ingress'}"
    return write_to_group(group, operation, IpPermissions=permissions, **marked)


def revoke(group: GroupRules, rule: dict[str, Any]) -> Write:
    """Return the call that takes one rule out, by its id."""
    operation = f"RevokeSecurityGroup{'Egress' if rule['IsEgress'] else 'Ingress'}"
    return write_to_group(group, operation, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def said_of(rule: dict[str, Any]) -> str:
    """Return a rule in words."""
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or "a security group"
    protocol, first, last = range_of(rule)
    if protocol == "-1":
        return f"everything {'to' if rule['IsEgress'] else 'from'} {peer}"
    ports = str(first) if first == last else f"{first}-{last}"
    return f"{protocol}/{ports} {'to' if rule['IsEgress'] else 'from'} {peer}"
