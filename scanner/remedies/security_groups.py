"""Remedies for security groups: exactly the rules that make the finding, each by its own id (Amazon EC2 API Reference)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from scanner.image import Leftover
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import All
from scanner.model.maybe import Absent, known
from scanner.model.port_families import ADMINISTRATION, CLEARTEXT, DATABASES, RISKY
from scanner.model.security_group import NamedPorts, SecurityGroup, SecurityGroupRule
from scanner.model.vpc import NetworkInterface
from scanner.remedies.group_rules import (
    NEW_ID,
    RULE_IDS,
    GroupRules,
    authorize,
    range_of,
    revoke,
    said_of,
    write_to_group,
)
from scanner.remedies.open_statements import fewest
from scanner.remedies.prechecks import check, doubts, unless_all
from scanner.remedy import Advice, Change, Check, Lent, Safety, Snippet, Step, all_found, remedy

_MOST_PIECES: Final = 12
"""More rules than this are not put in the place of one: a group has few (VPC quotas)."""
_EVERYTHING: Final = 65_000
"""A range of about so many ports is all of them."""
_RESTORED: Final = tuple(Leftover(name, "AWS gives a restored rule a new id") for name in RULE_IDS)
_CIDRS: Final = ("CidrIpv4", "CidrIpv6")


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
    seen = [GroupRules(lent, group, rows) for group, rows in told if rows]
    guilty = _guilty(lent, seen)
    for one in seen:
        checks = (_unattached(one.resource, interfaces),)
        for rule in (rule for holder, rule in guilty if holder == one.id):
            pieces = _pieces(rule, family)
            if pieces is None:
                yield Advice(
                    title=f"Put narrower rules in the place of {said_of(rule)} in {one.id}",
                    why="it admits so much beside the ports in question that a program cannot tell what is needed",
                    script=(revoke(one, rule),),
                )
                return
            yield from _replaced(one, rule, pieces, checks)


def _replaced(
    group: GroupRules, rule: dict[str, Any], pieces: Sequence[dict[str, Any]], checks: tuple[Check, ...]
) -> Iterator[Change]:
    """Admit first what stays admitted, then revoke the rule."""
    if pieces:
        for piece in pieces:
            group.add(piece)
        yield Change(
            title=f"Admit to {group.id} what {said_of(rule)} admits beside the ports in question",
            call=authorize(group, pieces),
            becomes=group.becomes(new=True),
            undo=(write_to_group(group, "RevokeSecurityGroupIngress", SecurityGroupRuleIds=all_found(0, RULE_IDS[0])),),
            safety=unless_all(checks, Safety.B),
            why="the rule is wide: what else it admits stays admitted",
            checks=checks,
            on=group.resource,
        )
    group.drop(rule)
    yield Change(
        title=f"Revoke {said_of(rule)} of {group.id}",
        call=revoke(group, rule),
        becomes=group.becomes(new=bool(pieces)),
        undo=(authorize(group, [rule]),),
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


def _guilty(lent: Lent, groups: Sequence[GroupRules]) -> list[tuple[str, dict[str, Any]]]:
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
    protocol, first, last = range_of(rule)
    if not family or protocol == "-1" or -1 in (first, last) or last - first >= _EVERYTHING:
        return []
    ports = intervals(((first, last),)) - _ports(family, protocol)
    kept = [_piece(rule, low, high) for low, high in ports.spans]
    return kept if len(kept) <= _MOST_PIECES else None


def _ports(family: tuple[NamedPorts, ...], protocol: str) -> Intervals:
    return intervals((one.first, one.last) for one in family if one.protocol == protocol)


def _piece(rule: dict[str, Any], first: int, last: int) -> dict[str, Any]:
    return {**rule, "SecurityGroupRuleId": f"{NEW_ID}{first}", "FromPort": first, "ToPort": last}


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
    seen = GroupRules(lent, group, rows)
    checks = (_unattached(group, interfaces),)
    for rule in list(seen.rules):
        seen.drop(rule)
        yield Change(
            title=f"Revoke {said_of(rule)} of the default group {group.id}",
            call=revoke(seen, rule),
            becomes=seen.becomes(),
            undo=(authorize(seen, [rule], egress=rule["IsEgress"]),),
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
