"""Attack paths of a scan as a report has them, and how soon to act on each finding because of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from reports.entries import AttackPath, ChokeEntry, FindingEntry, Hop, PathNode, QueueEntry
from reports.groups import label
from scanner.findings import Finding
from scanner.model import attack
from scanner.model.account import Account
from scanner.model.maybe import known, why_unknown
from scanner.reason.paths.queue import queued, queued_paths
from scanner.scan import Scan
from scanner.verdict import Fact, Fail


class Attacks(msgspec.Struct, frozen=True):
    """What is known of attack paths: those of all scanned accounts, and where things stand on them."""

    paths: tuple[attack.AttackPath, ...] = ()
    chokes: tuple[attack.Choke, ...] = ()
    standings: Mapping[str, attack.Standing] = msgspec.field(default_factory=dict)

    def queue(self, finding: Finding) -> QueueEntry | None:
        """Return how soon to act on a failure; None for what does not fail, or is accepted."""
        if not isinstance(finding.outcome, Fail) or finding.waiver is not None:
            return None
        needs = [need.kind for need in finding.rule.needs if need.kind is not None]
        if attack.AttackPaths in needs:
            told = (atom.value for atom in finding.outcome.evidence if isinstance(atom, Fact))
            found = queued_paths(told, self.paths)
        else:
            found = queued(finding.resource, needs, self.standings)
        return QueueEntry(found.class_, found.reasons, found.fixable)


def attacks_of(scan: Scan) -> Attacks:
    """Return the attack paths of a scan; none if its rules did not ask for them."""
    if attack.AttackPaths not in scan.plan.kinds:
        return Attacks()
    found = list(_facets(scan))
    return Attacks(
        tuple(path for one in found for path in known(one.paths)),
        tuple(choke for one in found for choke in known(one.chokes)),
        {arn: standing for one in found for arn, standing in known(one.standings).items()},
    )


def _facets(scan: Scan) -> Iterator[attack.AttackPaths]:
    for account in scan.inventory.listing(Account):
        facet = scan.inventory.facet(attack.AttackPaths, account.scope, account.id)
        if why_unknown(facet.paths) is None:
            yield facet


def path_entries(paths: Iterable[attack.AttackPath], chokes: Iterable[attack.Choke]) -> tuple[AttackPath, ...]:
    """Return attack paths as the JSON report has them, each with the single change that closes it, if one is known."""
    single = [choke.changes[0] for choke in chokes if len(choke.changes) == 1]
    return tuple(_entry(path, single) for path in paths)


def choke_entries(chokes: Iterable[attack.Choke]) -> tuple[ChokeEntry, ...]:
    """Return the changes that close most paths as the JSON report has them."""
    return tuple(ChokeEntry(changes=choke.changes, closes=choke.closes, of=choke.of) for choke in chokes)


def _entry(path: attack.AttackPath, single: list[str]) -> AttackPath:
    own = {change for step in path.steps if len(step.closed_by) == 1 for change in step.closed_by}
    return AttackPath(
        start=_node(path.steps[0].source),
        end=_node(path.end),
        kind="internet-to-admin" if path.to_admin else "internet-to-data",
        status=path.status,
        hops=tuple(
            Hop(
                to=_node(step.target),
                by=step.by,
                status="confirmed" if step.certainty == "confirmed" else "potential",
                statements=step.statements,
                way=step.way,
            )
            for step in path.steps
        ),
        fix=next((change for change in single if change in own), min(own, default="")),
        also=tuple(_node(node) for node in path.also),
        beside=tuple(_node(node) for node in path.beside),
    )


def _node(node: attack.Node) -> PathNode:
    return PathNode(node.kind, node.id, node.arn)


def node_text(node: PathNode) -> str:
    """Return what people call a thing on a path."""
    return attack.Node(node.kind, node.id).label


_CLASSES: Final = {"act": 0, "attend": 1, "track": 2}


class Waiting(msgspec.Struct, frozen=True):
    """What several rules say of one resource, as one thing to do."""

    findings: tuple[FindingEntry, ...]
    """The most urgent first."""

    @property
    def first(self) -> FindingEntry:
        """The most urgent of its findings."""
        return self.findings[0]

    @property
    def queue(self) -> QueueEntry:
        """How soon to act, and why."""
        return self.first.queue or _TRACK

    @property
    def what(self) -> str:
        """What is wrong with which resource, in words."""
        first = self.first
        return first.message if first.resource.id.startswith("arn:") else f"{first.title}: {label(first.resource)}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules."""
        return tuple(one.rule for one in self.findings)


def to_do_first(findings: Iterable[FindingEntry]) -> list[Waiting]:
    """Return what to act on or attend to, by resource. The rules about attack paths only say what those say themselves.

    In the order of the queue: by class, then what can be fixed, then by weight.
    """
    alike: dict[tuple[str, ...], list[FindingEntry]] = {}
    urgent = (one for one in findings if one.queue and one.queue.class_ != "track" and one.service != "attack")
    for one in sorted(urgent, key=_place):
        what = one.resource
        key = (what.kind, what.account, what.region, what.id)
        alike.setdefault((*key, *(one.queue.reasons if one.queue else ())), []).append(one)
    return [Waiting(tuple(same)) for same in alike.values()]


def _place(one: FindingEntry) -> tuple[int, bool, float, str, str]:
    queue = one.queue or _TRACK
    is_fixable = queue.fixable or one.remedy is not None
    return _CLASSES[queue.class_], not is_fixable, -one.points, one.rule, one.resource.id


_TRACK: Final = QueueEntry("track", ())
