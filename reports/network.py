"""What a report says of the network: what became of groups that are open to the internet, and a picture of each VPC."""

from collections import Counter
from typing import Literal

import msgspec

from reports.plain import plain
from scanner.inventory import Inventory
from scanner.model.group_use import BLOCKER_WORDS, ExposureLedger
from scanner.model.maybe import known, why_unknown
from scanner.model.picture import PictureBox, PictureEdge, VpcPicture
from scanner.model.vpc import Vpc
from scanner.scan import Scan

MOST_PICTURES = 24


class LedgerReason(msgspec.Struct, frozen=True):
    """Why groups that are open and carried are not reached: a code of a blocker, in words, and how many groups it shuts."""

    code: str
    words: str
    groups: int


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all security groups that are open to the internet by some port."""

    open_groups: int
    exposed: int
    unreachable: int
    """Carried by interfaces of which none is reached."""
    unattached: int
    undecided: int
    reasons: tuple[LedgerReason, ...]


class BoxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A box of a picture; `count` interfaces that are reached alike."""

    id: str
    kind: str
    label: str
    state: Literal["exposed", "unknown", "closed"]
    subnet: str
    count: int
    note: str


class SubnetEntry(msgspec.Struct, frozen=True):
    """A subnet of a picture. `public`: its routes lead to an internet gateway; null where that is not known."""

    id: str
    label: str
    public: bool | None


class EdgeEntry(msgspec.Struct, frozen=True):
    """Traffic of the internet from one box to another, and in `note` by what on the way."""

    source: str
    target: str
    label: str
    note: str


class PictureEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A VPC with what the internet reaches in it."""

    vpc: str
    name: str
    account: str
    region: str
    boxes: tuple[BoxEntry, ...]
    subnets: tuple[SubnetEntry, ...]
    edges: tuple[EdgeEntry, ...]
    left_out: int
    """How many interfaces are in no box."""

    @property
    def exposed(self) -> int:
        """How many interfaces in its subnets the internet reaches."""
        return sum(box.count for box in self.boxes if box.state == "exposed" and box.subnet)


class NetworkEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the internet reaches in the scanned networks."""

    ledger: Ledger
    pictures: tuple[PictureEntry, ...]
    """Those with something exposed first, and no more than twenty-four."""
    pictures_left_out: int


def network_of(scan: Scan) -> NetworkEntry | None:
    """Return what a scan knows of the network; None where its rules asked nothing of it."""
    if VpcPicture not in scan.plan.kinds or ExposureLedger not in scan.plan.kinds:
        return None
    inventory = scan.inventory
    drawn = [picture for vpc in inventory.listing(Vpc) if (picture := _picture(inventory, vpc)) is not None]
    drawn.sort(key=lambda one: (-one.exposed, one.account, one.region, one.vpc))
    ledger = _ledger(inventory)
    if not drawn and not ledger.open_groups and not ledger.undecided:
        return None
    return NetworkEntry(
        ledger=ledger,
        pictures=tuple(drawn[:MOST_PICTURES]),
        pictures_left_out=max(len(drawn) - MOST_PICTURES, 0),
    )


def _ledger(inventory: Inventory) -> Ledger:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for scope in inventory.targets:
        if scope.is_global:
            continue
        found = inventory.facet(ExposureLedger, scope, scope.region)
        if why_unknown(found.open_groups) is not None:
            continue
        for name in ("open_groups", "exposed", "unreachable", "unattached", "undecided"):
            counts[name] += getattr(found, name)
        reasons.update(dict(known(found.reasons)))
    return Ledger(
        open_groups=counts["open_groups"],
        exposed=counts["exposed"],
        unreachable=counts["unreachable"],
        unattached=counts["unattached"],
        undecided=counts["undecided"],
        reasons=tuple(
            LedgerReason(code, BLOCKER_WORDS.get(code, code), number)
            for code, number in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
        ),
    )


def _picture(inventory: Inventory, vpc: Vpc) -> PictureEntry | None:
    found = inventory.facet(VpcPicture, vpc.scope, vpc.id)
    if why_unknown(found.boxes) is not None or not found.boxes:
        return None
    return PictureEntry(
        vpc=vpc.id,
        name="" if why_unknown(vpc.name) is not None else str(vpc.name or ""),
        account=vpc.scope.account,
        region=vpc.scope.region,
        boxes=tuple(_box(one) for one in known(found.boxes)),
        subnets=tuple(SubnetEntry(one.id, one.label, one.public) for one in known(found.subnets)),
        edges=tuple(_edge(one) for one in known(found.edges)),
        left_out=known(found.left_out),
    )


def _box(one: PictureBox) -> BoxEntry:
    return BoxEntry(
        id=one.id, kind=one.kind, label=one.label, state=one.state, subnet=one.subnet, count=one.count, note=one.note
    )


def _edge(one: PictureEdge) -> EdgeEntry:
    return EdgeEntry(one.source, one.target, one.label, one.note)


def ledger_text(ledger: Ledger) -> str:
    """Return the ledger as a sentence: `52 groups are open to the internet: 11 exposed, 33 carried but not reached (…), …`."""
    total = ledger.open_groups
    groups = "1 security group is" if total == 1 else f"{total:,} security groups are"
    parts = [f"{ledger.exposed:,} exposed"]
    if ledger.unreachable:
        reasons = ", ".join(f"{plain(one.words)} {one.groups:,}" for one in ledger.reasons)
        parts.append(f"{ledger.unreachable:,} carried by interfaces that nothing reaches ({reasons})")
    if ledger.unattached:
        parts.append(f"{ledger.unattached:,} carried by nothing")
    if ledger.undecided:
        parts.append(f"{ledger.undecided:,} not known")
    return f"{groups} open to the internet: {', '.join(parts)}."
