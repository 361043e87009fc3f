"""Ways to an instance that identity guards rather than the network: Session Manager, EC2 Instance Connect endpoints."""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.gateways import InstanceConnectEndpoint
from scanner.model.intervals import Intervals, intervals
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.ssm import ManagedNode
from scanner.model.traffic import ports
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.answer import Verdict
from scanner.reason.network.estate import Estate
from scanner.reason.network.places import Place
from scanner.reason.network.reach import reach

_ONLINE: Final = "Online"
_READY: Final = "create-complete"
_TUNNELLED: Final = ports("tcp", intervals([(22, 22), (3389, 3389)]))
"""The ports that an endpoint opens tunnels to, unless the policy of who asks says others."""


class IdentityWay(msgspec.Struct, frozen=True):
    """A way that is open to whoever may make a call of AWS."""

    kind: str
    id: str
    action: str
    """The IAM action that opens it."""
    target: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id} to {self.target}, for whoever may call {self.action}"


def identity_ways(target: Place, asked: Intervals, estate: Estate) -> Iterator[IdentityWay]:
    """Yield the ways to the instances of a place that identity guards, as far as they are known."""
    seen = set[str]()
    for interface in target.interfaces:
        if why_unknown(interface.instance) is not None or not interface.instance:
            continue
        instance = str(known(interface.instance))
        node = estate.find(ManagedNode, instance)
        online = node is not None and why_unknown(node.ping_status) is None and node.ping_status == _ONLINE
        if online and instance not in seen:
            seen.add(instance)
            yield IdentityWay("Session Manager", instance, "ssm:StartSession", instance)
        for endpoint in estate.every(InstanceConnectEndpoint):
            if _opens(endpoint, interface, asked, estate):
                yield IdentityWay(
                    "EC2 Instance Connect endpoint", endpoint.id, "ec2-instance-connect:OpenTunnel", instance
                )


def _opens(endpoint: InstanceConnectEndpoint, interface: NetworkInterface, asked: Intervals, estate: Estate) -> bool:
    """Whether a tunnel through an endpoint comes to an interface: its own groups bear on what it sends, not on who asks."""
    try:
        if endpoint.state != _READY or known(endpoint.vpc) != known(interface.vpc):
            return False
        nodes = tuple(
            one
            for native_id in known(endpoint.interfaces)
            if (one := estate.find(NetworkInterface, native_id)) is not None
        )
    except UnknownAsked:
        return False
    if not nodes or not asked & _TUNNELLED:
        return False
    answer = reach(Place(endpoint.id, nodes), Place(interface.id, (interface,)), asked & _TUNNELLED, estate)
    return answer.verdict is Verdict.REACHABLE
