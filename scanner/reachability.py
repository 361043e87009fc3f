"""Inspector's network findings against our own reading of the network: where both agree, and where they do not."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.findings import Finding
from scanner.inventory import Inventory
from scanner.model.exposure import Exposure
from scanner.model.inspector2 import InspectorFinding, NetworkReachability
from scanner.model.intervals import Intervals, intervals
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.traffic import ports, whole
from scanner.model.vpc import NetworkInterface
from scanner.verdict import Fail, Pass, Skip

_OTHER_WAYS: Final = ("VPNGateway", "VpnGateway", "VPCPeering", "VpcPeering", "TransitGateway", "DirectConnect")
"""Types of components on a way that does not begin in the internet."""
_REACHED: Final = re.compile(r"\((tcp|udp)/(\d+)(?:-(\d+))?\)")


def weigh_reachability(findings: Iterable[Finding], inventory: Inventory) -> None:
    """Let Inspector be the witness of our failing findings on the interfaces of its instance, and show where it differs.

    Where Inspector sees a port reached that by our reading the internet does not reach, the disagreement is shown on
    both; our reading counts, as its every step can be seen. What is undecided or not the internet's stays Inspector's.
    The findings are changed in place.
    """
    seen = [(one, network) for one in findings if (network := _network_of(one)) is not None]
    if not seen:
        return
    interfaces = _by_instance(inventory)
    on: dict[int, list[Finding]] = {}
    for one in findings:
        if isinstance(one.resource, NetworkInterface):
            on.setdefault(id(one.resource), []).append(one)
    for finding, network in seen:
        for instance in _instances(finding.resource):
            mine = interfaces.get(instance, [])
            if mine:
                _compare(
                    finding, network, mine, [one for interface in mine for one in on.get(id(interface), ())], inventory
                )


def _network_of(finding: Finding) -> NetworkReachability | None:
    """Return what a failing finding of Inspector says of the network, if it is about the internet."""
    resource = finding.resource
    if type(finding.outcome) is not Fail or not isinstance(resource, InspectorFinding):
        return None
    if why_unknown(resource.type) is not None or resource.type != "NETWORK_REACHABILITY":
        return None
    network = resource.network
    if why_unknown(network) is not None or not isinstance(network, NetworkReachability):
        return None
    if network.protocol not in ("TCP", "UDP"):
        return None
    elsewhere = any(way in step.component_type for step in network.steps for way in _OTHER_WAYS)
    return None if elsewhere else network


def _instances(resource: object) -> Iterator[str]:
    if isinstance(resource, InspectorFinding) and why_unknown(resource.resources) is None:
        yield from (one.id for one in known(resource.resources) if one.type == "AWS_EC2_INSTANCE")


def _by_instance(inventory: Inventory) -> dict[str, list[NetworkInterface]]:
    found: dict[str, list[NetworkInterface]] = {}
    for interface in inventory.listing(NetworkInterface):
        if why_unknown(interface.instance) is None and interface.instance:
            found.setdefault(f"{interface.instance}", []).append(interface)
    return found


def _compare(
    finding: Finding,
    network: NetworkReachability,
    interfaces: list[NetworkInterface],
    ours: list[Finding],
    inventory: Inventory,
) -> None:
    traffic = ports(network.protocol.lower(), intervals(((network.port_from, network.port_to),)))
    exposures = [inventory.facet(Exposure, one.scope, one.id) for one in interfaces]
    said = f"Amazon Inspector: {network.ports} is reached"
    names = ", ".join(one.id for one in interfaces)
    try:
        reached = any(_may(exposure, traffic, certain=True) for exposure in exposures)
        doubtful = not reached and any(_may(exposure, traffic, certain=False) for exposure in exposures)
    except UnknownAsked:
        return
    if doubtful:
        return
    if not reached:
        finding.disputes = (*finding.disputes, f"by our reading the internet does not reach {network.ports} of {names}")
        finding.outcome = Skip(f"the internet does not reach {network.ports} of {names}: the sources disagree")
        for one in ours:
            if type(one.outcome) is Pass and _is_about_exposure(one):
                one.disputes = (*one.disputes, f"otherwise {said}")
        return
    tellers = [one for one in ours if isinstance(one.outcome, Fail) and _told(one.outcome) & traffic]
    for one in tellers:
        if said not in one.witnesses:
            one.witnesses = (*one.witnesses, said)
    if tellers:
        names = ", ".join(dict.fromkeys(one.rule.id for one in tellers))
        finding.outcome = Skip(f"the same defect is told by {names}")
    else:
        finding.witnesses = (*finding.witnesses, f"by our reading the internet reaches {network.ports} of {names} too")


def _may(exposure: Exposure, traffic: Intervals, *, certain: bool) -> bool:
    openings = known(exposure.connections if certain else exposure.perhaps)
    return any(opening.traffic & traffic for opening in openings)


def _is_about_exposure(finding: Finding) -> bool:
    return any(need.kind is Exposure for need in finding.rule.needs)


def _told(outcome: Fail) -> Intervals:
    """Return the traffic that a finding on an interface says is reached."""
    found = intervals(())
    for fact in outcome.evidence:
        if fact.name != "reached":
            continue
        if fact.value in ("tcp", "udp"):
            found = found | whole(fact.value)
        for protocol, first, last in _REACHED.findall(fact.value):
            found = found | ports(protocol, intervals(((int(first), int(last or first)),)))
    return found
