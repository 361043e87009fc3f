"""Derived facet: a VPC as a picture. Interfaces that are reached alike are one box; those that are not, one for each subnet."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec

from scanner.model.ec2 import Instance
from scanner.model.exposure import Exposure, Hop, Opening, RegionNetwork, sources_text
from scanner.model.group_use import BLOCKER_WORDS, blocker_codes
from scanner.model.kind import All
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.picture import PictureBox, PictureEdge, PictureSubnet, State, VpcPicture
from scanner.model.traffic import traffic_text
from scanner.model.vpc import NetworkInterface, Subnet, Vpc
from scanner.reason.network.balancers import node_name
from scanner.reason.network.estate import Estate
from scanner.reason.network.exposure import exposure_path
from scanner.reason.network.internet import Internet

_MOST_CLASSES: Final = 22
_MOST_NAMES: Final = 3
_MOST_LABEL: Final = 60
_INTERNET: Final = PictureBox(id="internet", kind="internet", label="internet", state="exposed")
_ENTRIES: Final = {
    "internet gateway": "internet gateway",
    "load balancer": "load balancer",
    "accelerator": "accelerator",
    "distribution": "distribution",
}
"""Kinds of hops that are boxes between the internet and what it reaches."""


class _Class(msgspec.Struct, frozen=True):
    """Interfaces that are one box."""

    subnet: str
    what: str
    state: State
    openings: tuple[Opening, ...]
    members: tuple[tuple[NetworkInterface, Exposure], ...]


def vpc_picture(
    vpc: Vpc, interfaces: All[NetworkInterface], exposures: All[Exposure], network: RegionNetwork
) -> VpcPicture:
    """Return a VPC with what the internet reaches in it, the exposed before all else."""
    inside = _by_vpc(interfaces, exposures).get(vpc.id, ())
    classes = sorted(_classes(inside), key=lambda one: (_ORDER[one.state], one.subnet, one.what))
    shown, hidden = classes[:_MOST_CLASSES], classes[_MOST_CLASSES:]
    boxes: dict[str, PictureBox] = {}
    edges: dict[tuple[str, str], PictureEdge] = {}
    internet: Internet = known(network.compiled)
    for number, one in enumerate(shown):
        box = _box(one, number, internet.estate)
        boxes[box.id] = box
        if one.state == "exposed":
            for opening, way in _ways(one, network):
                _draw(opening, way, box, boxes, edges)
    places = dict.fromkeys(box.subnet for box in boxes.values() if box.subnet)
    return VpcPicture(
        scope=vpc.scope,
        id=vpc.id,
        origin=vpc.origin,
        boxes=tuple(boxes.values()),
        subnets=tuple(_subnet(place, internet) for place in places),
        edges=tuple(edges.values()),
        left_out=sum(len(one.members) for one in hidden),
    )


_ORDER: Final[dict[State, int]] = {"exposed": 0, "unknown": 1, "closed": 2}


@lru_cache(maxsize=16)
def _by_vpc(interfaces: All[Any], exposures: All[Any]) -> dict[str, list[tuple[NetworkInterface, Exposure]]]:
    """Return interfaces with their exposures by the VPC that they lie in, as far as they were read."""
    found: dict[str, list[tuple[NetworkInterface, Exposure]]] = {}
    try:
        for interface in interfaces:
            if why_unknown(interface.vpc) is None:
                exposure: Exposure = exposures.get(interface.id)  # type: ignore[assignment]  # each interface has one
                found.setdefault(known(interface.vpc), []).append((interface, exposure))
    except UnknownAsked:
        return found
    return found


def _classes(inside: Iterable[tuple[NetworkInterface, Exposure]]) -> list[_Class]:
    groups: dict[tuple[str, str, State, tuple[Opening, ...]], list[tuple[NetworkInterface, Exposure]]] = {}
    for interface, exposure in inside:
        state = _state(exposure)
        openings = tuple(known(exposure.connections)) if state == "exposed" else ()
        balancer = node_name(interface)
        subnet = "" if balancer else _text(interface.subnet)
        key = (subnet, f"load balancer {balancer}" if balancer else _what(interface, state), state, openings)
        groups.setdefault(key, []).append((interface, exposure))
    return [
        _Class(subnet, what, state, openings, tuple(members))
        for (subnet, what, state, openings), members in groups.items()
    ]


def _state(exposure: Exposure) -> State:
    if why_unknown(exposure.connections) is not None:
        return "unknown"
    if exposure.connections:
        return "exposed"
    return "unknown" if why_unknown(exposure.doubt) is not None or exposure.perhaps else "closed"


def _text(value: Any) -> str:
    return "" if why_unknown(value) is not None or not value else str(known(value))


def _what(interface: NetworkInterface, state: State) -> str:
    """Return what sort of thing an interface is of; those that are closed are told together."""
    if state == "closed":
        return "interfaces"
    if _text(interface.instance):
        return "instances"
    kind = _text(interface.interface_type)
    return "interfaces" if kind in ("", "interface") else kind.replace("_", " ")


def _box(one: _Class, number: int, estate: Estate) -> PictureBox:
    names = [_name(interface, estate) for interface, _ in one.members]
    some = ", ".join(names[:_MOST_NAMES]) + (
        f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    )
    if one.what.startswith("load balancer "):
        name = one.what.removeprefix("load balancer ")
        return PictureBox(
            id=f"load balancer {name}",
            kind="load balancer",
            label=name,
            count=len(names),
            state=one.state,
            note=_note(one) or some,
        )
    label = some if len(names) == 1 else f"{len(names)} {one.what}"
    return PictureBox(
        id=f"class {number}",
        kind="class",
        label=label[:_MOST_LABEL],
        subnet=one.subnet,
        count=len(names),
        state=one.state,
        note="; ".join(part for part in (_note(one), some if len(names) > 1 else "") if part),
    )


def _name(interface: NetworkInterface, estate: Estate) -> str:
    """Return the instance or the interface by its id and name."""
    instance = estate.find(Instance, _text(interface.instance))
    return interface.label if instance is None else instance.label


def _note(one: _Class) -> str:
    if one.state == "exposed":
        return "; ".join(str(opening) for opening in one.openings)
    codes = Counter(blocker_codes(exposure)[0] for _, exposure in one.members)
    if one.state == "closed":
        return "closed: " + ", ".join(
            f"{BLOCKER_WORDS.get(code, code)} ({count})" for code, count in codes.most_common()
        )
    why = next((why for _, exposure in one.members if (why := why_unknown(exposure.connections))), None)
    doubt = next((known(exposure.doubt) for _, exposure in one.members if why_unknown(exposure.doubt) is None), None)
    return f"not known: {why or doubt}"


def _ways(one: _Class, network: RegionNetwork) -> Iterable[tuple[Opening, tuple[Hop, ...]]]:
    interface, exposure = one.members[0]
    ways = known(exposure_path(interface, exposure, network).ways)
    return zip(one.openings, ways, strict=True)


def _draw(
    opening: Opening,
    way: tuple[Hop, ...],
    box: PictureBox,
    boxes: dict[str, PictureBox],
    edges: dict[tuple[str, str], PictureEdge],
) -> None:
    """Add what one way passes between the internet and a box, and the edge that leads to the box."""
    boxes.setdefault(_INTERNET.id, _INTERNET)
    before = _INTERNET.id
    for hop in way:
        if hop.kind not in _ENTRIES:
            continue
        native_id = f"{hop.kind} {hop.id}"
        if native_id == box.id:
            continue
        boxes.setdefault(native_id, PictureBox(id=native_id, kind=hop.kind, label=hop.id, state="exposed"))
        edges.setdefault((before, native_id), PictureEdge(before, native_id, "", ""))
        before = native_id
    label, note = traffic_text(opening.traffic), " > ".join(str(hop) for hop in way)
    said = f"{label} from {sources_text(opening.sources)}: {note}"
    old = edges.get((before, box.id))
    if old is None or not old.label:
        edges[(before, box.id)] = PictureEdge(before, box.id, label, said)
    elif label not in old.label.split(" · "):
        edges[(before, box.id)] = PictureEdge(before, box.id, f"{old.label} · {label}", f"{old.note}\n{said}")


def _subnet(native_id: str, internet: Internet) -> PictureSubnet:
    subnet = internet.estate.find(Subnet, native_id)
    if subnet is None:
        return PictureSubnet(native_id, native_id, None)
    try:
        _, fates = internet.gates.fates_of(internet.estate.table_of(subnet))
        public = None if fates.why is not None and not fates.gateway else bool(fates.gateway)
    except UnknownAsked:
        public = None
    return PictureSubnet(native_id, subnet.label, public)
