"""Reading load balancers: which calls, and what they answer (Elastic Load Balancing API References)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.aws.ec2_rows import listed, said, within
from scanner.model.elb import (
    ClassicListener,
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Reason, unknown, why_unknown
from scanner.reader import Page, Parameters, Place, Reader, given, rows

_PAGE: Final = 400
_TAGS: Final = unknown(Reason.NOT_COLLECTED, "the tags of load balancers are not read")


def _common(at: Place, arn: str, name: Any) -> dict[str, Any]:
    return {"scope": at.scope, "id": arn, "origin": at.origin, "arn": arn, "name": name, "tags": _TAGS}


def _load_balancers(pages: tuple[Page, ...], at: Place) -> Iterator[LoadBalancer]:
    for row in rows(pages, "LoadBalancers"):
        yield LoadBalancer(
            **_common(at, row["LoadBalancerArn"], said(row, "LoadBalancerName", at)),
            balancer_type=said(row, "Type", at),
            scheme=given(row, "Scheme"),
            vpc=said(row, "VpcId", at),
            dns_name=given(row, "DNSName"),
            state=said(row.get("State") or {}, "Code", at),
            groups=listed(row, "SecurityGroups"),
            subnets=listed(row, "AvailabilityZones", "SubnetId"),
            ip_address_type=said(row, "IpAddressType", at),
            filters_links=_filters_links(row, at),
        )


def _filters_links(row: Mapping[str, Any], at: Place) -> Any:
    """Return whether groups bear on PrivateLink: AWS tells it of network load balancers that have groups."""
    value = said(row, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", at)
    return value if why_unknown(value) is not None else value == "on"


def _listeners(pages: tuple[Page, ...], at: Place) -> Iterator[Listener]:
    for row in rows(pages, "Listeners"):
        actions = row.get("DefaultActions") or ()
        yield Listener(
            **_common(at, row["ListenerArn"], ABSENT),
            load_balancer=row["LoadBalancerArn"],
            port=given(row, "Port"),
            protocol=given(row, "Protocol"),
            tls_policy=given(row, "SslPolicy"),
            certificates=listed(row, "Certificates", "CertificateArn"),
            mutual_tls=within(row, "MutualAuthentication", "Mode"),
            actions=tuple(action["Type"] for action in actions),
            target_groups=_forwarded(actions),
        )


def _forwarded(actions: Any) -> tuple[str, ...]:
    """Return the target groups that actions forward to, in the form with one or with several; those of weight 0 get nothing."""
    found = {action["TargetGroupArn"] for action in actions if action.get("TargetGroupArn")}
    for action in actions:
        several = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
        found |= {one["TargetGroupArn"] for one in several if one.get("Weight") != 0}
    return tuple(sorted(found))


def _rules(pages: tuple[Page, ...], at: Place) -> Iterator[ListenerRules]:
    clients: dict[str, set[str] | None] = dict.fromkeys(at.parent.target_groups)
    for row in rows(pages, "Rules"):
        blocks = _source_blocks(row)
        for group in _forwarded(row.get("Actions") or ()):
            before = clients.get(group, set())
            clients[group] = None if blocks is None or before is None else before | blocks
    yield ListenerRules(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        target_groups=tuple(sorted(clients)),
        clients={group: tuple(sorted(blocks)) for group, blocks in clients.items() if blocks is not None},
    )


def _source_blocks(rule: Mapping[str, Any]) -> set[str] | None:
    """Return the blocks of which clients must be for a rule to apply, or None if it goes by other things."""
    found = [
        set((one.get("SourceIpConfig") or {}).get("Values") or one.get("Values") or ())
        for one in rule.get("Conditions") or ()
        if one.get("Field") == "source-ip"
    ]
    return found[0] if found else None


def _rules_request(listener: Listener) -> Parameters | Absent:
    """Ask for the rules of application load balancers: the listeners of others have none beside the default."""
    if listener.protocol not in ("HTTP", "HTTPS"):
        return ABSENT
    return {"ListenerArn": listener.id, "PageSize": _PAGE}


def _target_groups(pages: tuple[Page, ...], at: Place) -> Iterator[TargetGroup]:
    for row in rows(pages, "TargetGroups"):
        yield TargetGroup(
            **_common(at, row["TargetGroupArn"], said(row, "TargetGroupName", at)),
            protocol=given(row, "Protocol"),
            port=given(row, "Port"),
            vpc=given(row, "VpcId"),
            target_type=said(row, "TargetType", at),
            load_balancers=listed(row, "LoadBalancerArns"),
        )


def _health(pages: tuple[Page, ...], at: Place) -> Iterator[TargetHealth]:
    targets = tuple(
        Target(
            id=row["Target"]["Id"],
            port=within(row, "Target", "Port"),
            zone=within(row, "Target", "AvailabilityZone"),
            state=within(row, "TargetHealth", "State"),
        )
        for row in rows(pages, "TargetHealthDescriptions")
    )
    yield TargetHealth(scope=at.parent.scope, id=at.parent.id, origin=at.origin, targets=targets)


def _attributes(pages: tuple[Page, ...], at: Place) -> Iterator[TargetGroupAttributes]:
    values: Mapping[str, Any] = {row["Key"]: row.get("Value") for row in rows(pages, "Attributes")}
    preserves = values.get("preserve_client_ip.enabled")
    yield TargetGroupAttributes(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        preserves_client_ip=ABSENT if preserves is None else preserves == "true",
        cross_zone=given(values, "load_balancing.cross_zone.enabled"),
    )


def _classic(pages: tuple[Page, ...], at: Place) -> Iterator[ClassicLoadBalancer]:
    for row in rows(pages, "LoadBalancerDescriptions"):
        name, scope = row["LoadBalancerName"], at.scope
        arn = f"arn:{scope.partition}:elasticloadbalancing:{scope.region}:{scope.account}:loadbalancer/{name}"
        yield ClassicLoadBalancer(
            **_common(at, arn, name) | {"id": name},
            scheme=said(row, "Scheme", at),
            vpc=given(row, "VPCId"),
            dns_name=given(row, "DNSName"),
            groups=listed(row, "SecurityGroups"),
            subnets=listed(row, "Subnets"),
            listeners=tuple(_classic_listener(one, at) for one in row.get("ListenerDescriptions") or ()),
            instances=listed(row, "Instances", "InstanceId"),
        )


def _classic_listener(row: Mapping[str, Any], at: Place) -> ClassicListener:
    listener = row["Listener"]
    return ClassicListener(
        protocol=said(listener, "Protocol", at),
        port=said(listener, "LoadBalancerPort", at),
        instance_protocol=given(listener, "InstanceProtocol") or said(listener, "Protocol", at),
        instance_port=said(listener, "InstancePort", at),
        certificate=given(listener, "SSLCertificateId"),
        policies=listed(row, "PolicyNames"),
    )


def _reader(operation: str, kind: type[Kind], **more: Any) -> Reader:
    return Reader(
        service="elbv2",
        operation=operation,
        actions=(f"elasticloadbalancing:{operation}",),
        yields=(kind,),
        **{"request": {"PageSize": _PAGE}, **more},
    )


READERS: Final = (
    _reader("DescribeLoadBalancers", LoadBalancer, parse=_load_balancers),
    _reader(
        "DescribeListeners",
        Listener,
        parse=_listeners,
        parent=LoadBalancer,
        request=lambda balancer: {"LoadBalancerArn": balancer.id, "PageSize": _PAGE},
        bare=False,
    ),
    _reader("DescribeRules", ListenerRules, parse=_rules, parent=Listener, request=_rules_request, bare=False),
    _reader("DescribeTargetGroups", TargetGroup, parse=_target_groups),
    _reader(
        "DescribeTargetHealth",
        TargetHealth,
        parse=_health,
        parent=TargetGroup,
        request=lambda group: {"TargetGroupArn": group.id},
        bare=False,
    ),
    _reader(
        "DescribeTargetGroupAttributes",
        TargetGroupAttributes,
        parse=_attributes,
        parent=TargetGroup,
        request=lambda group: {"TargetGroupArn": group.id},
        bare=False,
    ),
    Reader(
        service="elb",
        operation="DescribeLoadBalancers",
        actions=("elasticloadbalancing:DescribeLoadBalancers",),
        yields=(ClassicLoadBalancer,),
        parse=_classic,
        request={"PageSize": _PAGE},
    ),
)
