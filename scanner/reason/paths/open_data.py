"""Data that lie open to the internet: stores and snapshots for anyone, and databases that listen to everybody."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from scanner.model.account import Account
from scanner.model.attack import Certainty, Node, OpenData, Step, Store
from scanner.model.ec2 import PublicSnapshot, Snapshot
from scanner.model.kind import All, Resource
from scanner.model.maybe import Absent, UnknownAsked, known, why_unknown
from scanner.model.publicaccess import sentences
from scanner.model.rds import DbInstance, DbSnapshot, DbSnapshotSharing
from scanner.model.redshift import RedshiftCluster
from scanner.model.service_exposure import DbInstanceExposure, EndpointExposure, RedshiftClusterExposure
from scanner.model.traffic import traffic_text
from scanner.reason.escalation.ground import until_unknown
from scanner.reason.paths.gaps import unread
from scanner.reason.paths.graph import START
from scanner.reason.paths.network import is_internet

_EVERYONE: Final = "all"


def open_data(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    snapshots: All[Snapshot],
    public: All[PublicSnapshot],
    db_snapshots: All[DbSnapshot],
    sharing: All[DbSnapshotSharing],
    databases: All[DbInstance],
    db_exposures: All[DbInstanceExposure],
    warehouses: All[RedshiftCluster],
    warehouse_exposures: All[RedshiftClusterExposure],
) -> OpenData:
    """Find snapshots that anyone can restore, and databases that the internet reaches."""
    questions = list(unread(public, db_snapshots, databases, warehouses))
    steps = (
        *_snapshots(snapshots, public),
        *_db_snapshots(db_snapshots, sharing, questions),
        *_databases(databases, db_exposures, questions),
        *_databases(warehouses, warehouse_exposures, questions),
    )
    return OpenData(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        steps=steps,
        questions=tuple(dict.fromkeys(questions)),
    )


def _snapshots(snapshots: All[Snapshot], public: All[PublicSnapshot]) -> Iterator[Step]:
    """Yield a step to each snapshot of a volume that anyone can restore; nobody can share an encrypted one so."""
    shared = {row.id for row in until_unknown(public)}
    for snapshot in until_unknown(snapshots):
        if snapshot.id in shared and (why_unknown(snapshot.encrypted) is not None or not snapshot.encrypted):
            yield _restorable(Node("snapshot", snapshot.id, _arn(snapshot)))


def _db_snapshots(snapshots: All[DbSnapshot], sharing: All[DbSnapshotSharing], questions: list[str]) -> Iterator[Step]:
    shared_with = {row.id: row.accounts for row in until_unknown(sharing)}
    for snapshot in until_unknown(snapshots):
        accounts = shared_with.get(snapshot.id, ())
        if (why := why_unknown(accounts)) is not None:
            questions.append(f"who may restore {snapshot.id}: {why}")
        elif _EVERYONE in known(accounts):
            yield _restorable(Node("snapshot", snapshot.id.rpartition(":")[2], snapshot.id))


def _restorable(node: Node) -> Step:
    return Step(START, node, "anyone can restore it", closed_by=frozenset({f"make {node.label} private"}))


def _databases(
    databases: All[Any],
    exposures: All[Any],
    questions: list[str],
) -> Iterator[Step]:
    """Yield a step to each database that the internet reaches; its own login stands before the data."""
    exposure_of: dict[tuple[object, str], EndpointExposure] = {
        (row.scope, row.id): row for row in until_unknown(exposures)
    }
    for database in until_unknown(databases):
        exposure = exposure_of.get((database.scope, database.id))
        node = Node("database", database.id, _arn(database))
        try:
            opened = [one for one in known(exposure.connections) if is_internet(one)] if exposure is not None else []
        except UnknownAsked as asked:
            questions.append(f"whether the internet reaches {node.label}: {asked.why}")
            continue
        if opened and exposure is not None:
            ports = ", ".join(dict.fromkeys(traffic_text(one.traffic) for one in opened))
            way = tuple(str(hop) for hop in known(exposure.way)[1:])
            closing = frozenset({f"make {node.label} private"})
            yield Step(START, node, f"{ports}; only its own login protects it", "unproven", closed_by=closing, way=way)


def _arn(resource: Resource) -> str:
    arn = resource.arn
    return "" if why_unknown(arn) is not None or isinstance(arn, Absent) else str(arn)


def open_stores(stores: Iterable[Store]) -> Iterator[Step]:
    """Yield a step from the internet to each store of sensitive data that anyone can read."""
    for store in stores:
        reading = tuple(one for one in store.public.known if one.covers(store.action))
        if reading:
            closing = frozenset({f"close {store.node.label} to the public"})
            certainty: Certainty = "confirmed" if store.is_known else "unknown"
            yield Step(START, store.node, f"{sentences(reading)}; {store.why}", certainty, closed_by=closing)
