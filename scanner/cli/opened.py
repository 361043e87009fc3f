"""The attack paths that exist after a change and not before: what the reports tell, and who can become administrator."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reports.entries import AttackPath, Hop, PathNode
from scanner.model.access import Escalation, EscalationPath
from scanner.model.account import Account
from scanner.model.maybe import known, why_unknown

if TYPE_CHECKING:
    from scanner.inventory import Inventory

_RULES: Final = {"user": "IAM-100", "role": "IAM-101", "outsider": "IAM-104"}
"""Which rule tells of the escalations of whom."""
_HELD: Final = "administrator"
"""The kind of a path of one who has unrestricted access already, which is no attack."""
_Key = tuple[PathNode, PathNode, str]


def opened(
    before: Iterable[AttackPath], after: Iterable[AttackPath], inventories: "tuple[Inventory, Inventory]"
) -> tuple[AttackPath, ...]:
    """Return the paths that a change opens, and those that it turns from potential to confirmed.

    `before` and `after` are what the reports tell; `inventories` are those of before and after.
    """
    past = {_key(path): path.status for path in (*before, *escalations(inventories[0]))}
    return tuple(
        path
        for path in (*after, *escalations(inventories[1]))
        if _key(path) not in past or (past[_key(path)], path.status) == ("potential", "confirmed")
    )


def blocking(paths: Iterable[AttackPath], rules: Collection[str]) -> tuple[AttackPath, ...]:
    """Return the confirmed paths of principals about whom a rule is chosen and yet could not be asked: `rules`."""
    return tuple(
        path
        for path in paths
        if path.status == "confirmed" and path.kind != _HELD and _RULES.get(path.start.kind) in rules
    )


def told(path: AttackPath) -> list[str]:
    """Return a path in lines: what it is, its hops, and what closes it."""
    return [
        f"OPENED {path.status} {path.kind}",
        f"  {_name(path.start)}",
        *(f"    > {_name(hop.to)} by {hop.by}" for hop in path.hops),
        *([f"  to close it: {path.fix}"] if path.fix else []),
        "",
    ]


def _name(node: PathNode) -> str:
    if node.kind == "admin":
        return "unrestricted access"
    return node.id if node.kind in ("outsider", node.id) else f"{node.kind}/{node.id}"


def _key(path: AttackPath) -> _Key:
    return path.start, path.end, path.kind


def escalations(inventory: "Inventory") -> Iterator[AttackPath]:
    """Yield how each principal becomes administrator, those that are it already first."""
    for account in inventory.listing(Account):
        found = inventory.facet(Escalation, account.scope, account.id).paths
        if why_unknown(found) is None:
            yield from (_entry(path, account.id) for path in known(found))


def _entry(path: EscalationPath, account: str) -> AttackPath:
    administrator = PathNode("admin", account)
    hops = [
        Hop(_node(step.target), f"{step.technique} ({step.via})" if step.via else step.technique) for step in path.steps
    ]
    if not hops or hops[-1].to.kind != "admin":
        hops.append(Hop(administrator, "its own policies"))
    hops[-1] = Hop(administrator, hops[-1].by)
    return AttackPath(
        start=_node(path.start),
        end=administrator,
        kind="privilege-escalation" if path.steps else _HELD,
        status="potential" if path.status == "potential" else "confirmed",
        hops=tuple(hops),
    )


def _node(handle: str) -> PathNode:
    """Return the node of `role/ci`, of `user/alice`, of unrestricted access, or of an outsider, who is told in words."""
    kind, slash, name = handle.partition("/")
    if slash and kind in ("role", "user", "group"):
        return PathNode(kind, name)
    return PathNode(handle, "") if handle == "admin" else PathNode("outsider", handle)
