"""What of an account's network the internet reaches, as steps of attack paths."""

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.addresses import INTERNET as ADDRESSES
from scanner.model.attack import Node, Step
from scanner.model.exposure import Exposure, ExposurePath, Opening, RegionNetwork
from scanner.model.kind import All
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.traffic import traffic_text
from scanner.model.vpc import NetworkInterface
from scanner.reason.escalation.ground import until_unknown
from scanner.reason.network.answer import grant_text
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import everywhere
from scanner.reason.network.routing import family_of
from scanner.reason.paths.graph import START

FEW_IPV4: Final = 1 << 24
"""Addresses of IPv4, a /8, that are not yet the internet; more are (Amazon S3 User Guide, "The meaning of public")."""
FEW_IPV6: Final = 1 << 96
"""The same of IPv6: a /32."""


def is_internet(opening: Opening) -> bool:
    """Whether so many addresses can send it that it is open to the internet rather than to some."""
    public = opening.sources & ADDRESSES
    return public.ipv4.size > FEW_IPV4 or public.ipv6.size > FEW_IPV6


class Network:
    """What the internet reaches, as the network's own reasoning found it."""

    def __init__(
        self,
        interfaces: All[NetworkInterface],
        exposures: All[Exposure],
        ways: All[ExposurePath],
        regions: All[RegionNetwork],
    ) -> None:
        self.interfaces = {row.id: row for row in until_unknown(interfaces)}
        self._exposures = {(row.scope, row.id): row for row in until_unknown(exposures)}
        self._ways = {(row.scope, row.id): row for row in until_unknown(ways)}
        self._regions = {row.scope.region: row for row in until_unknown(regions)}

    def steps(self, interface: NetworkInterface, node: Node, questions: list[str]) -> Iterator[Step]:
        """Yield the step from the internet to what an interface belongs to, if there is one."""
        exposure = self._exposures.get((interface.scope, interface.id))
        try:
            if exposure is not None:
                yield from self._reached(interface, exposure, node)
        except UnknownAsked as asked:
            questions.append(f"whether the internet reaches {node.label}: {asked.why}")

    def _reached(self, interface: NetworkInterface, exposure: Exposure, node: Node) -> Iterator[Step]:
        certain = [number for number, one in enumerate(known(exposure.connections)) if is_internet(one)]
        if certain:
            openings = [known(exposure.connections)[number] for number in certain]
            way = self._ways.get((interface.scope, interface.id))
            hops = known(way.ways)[certain[0]] if way is not None and why_unknown(way.ways) is None else ()
            ports = ", ".join(dict.fromkeys(traffic_text(one.traffic) for one in openings))
            closing = self._closing(interface, openings)
            yield Step(START, node, ports, closed_by=closing, way=tuple(str(hop) for hop in hops[1:]))
        elif any(is_internet(one) for one in known(exposure.perhaps)):
            yield Step(START, node, f"perhaps: {known(exposure.doubt)}", "unknown")

    def _closing(self, interface: NetworkInterface, openings: Iterable[Opening]) -> frozenset[str]:
        """Return the rules of security groups that have to go for an interface to be closed to the internet.

        None where one opening rests on other things than the interface's own groups, such as a load balancer.
        """
        region = self._regions.get(interface.scope.region)
        if region is None or why_unknown(region.compiled) is not None:
            return frozenset()
        internet: Internet = known(region.compiled)
        rules: set[str] = set()
        for opening in openings:
            family = FAMILIES[0] if opening.sources.ipv4 else FAMILIES[1]
            rows = everywhere(family_of(opening.sources, family), internet.atoms.masks(opening.traffic))
            admitting = internet.gates.admitting(interface, family, rows)
            if not admitting:
                return frozenset()
            rules |= {f"remove {one.group} {grant_text(one, internet.estate)}" for one in admitting}
        return frozenset(rules)
