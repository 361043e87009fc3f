"""Attack paths as a derived facet: entries, weaknesses, identities and data of an account joined into one graph."""

from collections.abc import Iterator, Mapping

from scanner.model.access import EscalationSearch, Workloads
from scanner.model.account import Account
from scanner.model.attack import (
    ADMIN,
    AttackPath,
    AttackPaths,
    InternetEntries,
    Node,
    OpenData,
    SensitiveData,
    Standing,
    Step,
    Weakness,
    Weaknesses,
)
from scanner.model.ecs import TaskRole, TaskState
from scanner.model.kind import All
from scanner.model.maybe import ABSENT, Reason, Why, known, why_unknown
from scanner.reason.escalation.derive import Examination
from scanner.reason.escalation.ground import until_unknown
from scanner.reason.paths.chokes import chokes_of
from scanner.reason.paths.graph import ENDS, START, Graph
from scanner.reason.paths.identities import Identities
from scanner.reason.paths.open_data import open_stores
from scanner.reason.paths.stores import Readers


def attack_paths(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    search: EscalationSearch,
    workloads: Workloads,
    entries: InternetEntries,
    data: SensitiveData,
    open_ones: OpenData,
    weaknesses: All[Weaknesses],
    task_states: All[TaskState],
    task_roles: All[TaskRole],
) -> AttackPaths:
    """Find how the internet can come to unrestricted access or to sensitive data.

    Raises `UnknownAsked` if the principals of the account could not be read.
    """
    found: Examination = known(search.examination)
    stores = known(data.stores)
    identities = Identities(found.search, Readers(found.search.ground, stores))
    states = {state.id: state for state in until_unknown(task_states)}
    inspected = Inspected(weaknesses, states)
    carriers = _carriers(workloads) | _task_carriers(states, task_roles)
    first = [*known(entries.steps), *open_stores(stores), *known(open_ones.steps)]
    taken = [step for entry in first for step in _taking_over(entry, inspected, carriers, identities)]
    reached = {step.target.arn for step in (*first, *taken) if step.target.kind in {"role", "user"}}
    callers = [caller for arn in sorted(reached) if (caller := identities.named(arn)) is not None]
    graph = Graph([*first, *taken, *identities.steps(callers)])
    paths = graph.paths()
    told = (entries.questions, data.questions, open_ones.questions)
    questions = (*(question for each in told for question in known(each)), *identities.questions)
    return AttackPaths(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        paths=paths,
        chokes=chokes_of(graph, paths, found.search),
        standings=standings_of(graph, inspected, paths),
        open_questions=tuple(dict.fromkeys(questions)),
    )


class Inspected:
    """What is known of the weaknesses of workloads, whatever their region. Those of a task are those of its images."""

    def __init__(self, rows: All[Weaknesses], tasks: Mapping[str, TaskState]) -> None:
        self._by_region = {row.id: row for row in until_unknown(rows)}
        self._tasks = tasks

    def weaknesses(self, workload: Node) -> tuple[Weakness, ...]:
        """Return the exploitable ones of a workload, the worst first."""
        row = self._row(workload)
        names = self._inspected(workload)
        return tuple(dict.fromkeys(one for name in names for one in row.of_workload(name))) if row is not None else ()

    def doubt(self, workload: Node) -> Why | None:
        """Return why a workload may have others."""
        row = self._row(workload)
        if row is None:
            return Why(Reason.NOT_COLLECTED, f"the region of {workload.id} was not read")
        names = self._inspected(workload)
        if not names:
            return Why(Reason.NOT_COLLECTED, f"the images of {workload.id} are not told")
        return next((doubt for name in names if (doubt := row.doubt(name)) is not None), None)

    def _row(self, workload: Node) -> Weaknesses | None:
        return self._by_region.get(workload.arn.split(":")[3])

    def _inspected(self, node: Node) -> tuple[str, ...]:
        """Return what Inspector calls a workload."""
        if node.kind == "task":
            state = self._tasks.get(node.arn)
            return () if state is None or why_unknown(state.images) is not None else known(state.images)
        return (node.id,) if node.kind == "instance" else (node.arn,)


def _task_carriers(states: Mapping[str, TaskState], roles: All[TaskRole]) -> dict[str, list[str]]:
    """Return the ARN of the role that each task runs with."""
    defined = {row.id: row.role for row in until_unknown(roles)}
    found: dict[str, list[str]] = {}
    for arn, state in states.items():
        for role in (state.role, defined.get(arn, ABSENT)):
            if why_unknown(role) is None and role:
                found[arn] = [str(role)]
                break
    return found


def _carriers(workloads: Workloads) -> dict[str, list[str]]:
    """Return the ARNs of the roles that each workload runs with, by its own."""
    found: dict[str, list[str]] = {}
    for listing in known(workloads.listings) if why_unknown(workloads.listings) is None else ():
        for each in listing.carriers if listing.form in _TAKEN else ():
            found.setdefault(each.arn, []).append(each.role)
    return found


_TAKEN = {"instance": "its instance profile", "function": "its execution role", "task": "its task role"}
"""The forms of workloads that an attacker may take over, with how they hold a role."""


def _taking_over(
    entry: Step, inspected: Inspected, carriers: dict[str, list[str]], identities: Identities
) -> Iterator[Step]:
    """Yield the steps by which somebody who reaches a workload gets its role: through a weakness, where one is known."""
    node = entry.target
    for arn in carriers.get(node.arn, ()):
        caller = identities.named(arn)
        if caller is None:
            continue
        role = identities.node(caller)
        attached = frozenset({f"take role {caller.name} from {node.label}"})
        by = _TAKEN[node.kind]
        if known_ones := inspected.weaknesses(node):
            worst = known_ones[0]
            more = f" and {len(known_ones) - 1} more" if len(known_ones) > 1 else ""
            weak = Node("vulnerability", f"{worst.id}{more}", node.arn)
            remedies = frozenset(one.remedy for one in known_ones)
            yield Step(node, weak, f"{worst.package} {worst.reason}".strip(), closed_by=remedies)
            yield Step(weak, role, by, closed_by=attached)
        elif (doubt := inspected.doubt(node)) is None:
            told = f"{by}, if it is taken over: no exploitable weakness is known"
            yield Step(node, role, told, "unproven", closed_by=attached)
        else:
            told = f"{by}, if it is taken over: its weaknesses are not known ({doubt})"
            yield Step(node, role, told, "unread", closed_by=attached)


_EXAMPLE = " (for example "
"""What the sentence about an opening goes on with after saying who may do what."""


def standings_of(graph: Graph, inspected: Inspected, paths: tuple[AttackPath, ...]) -> dict[str, Standing]:
    """Return, for everything that the internet comes to, where it stands."""
    leads: dict[Node, AttackPath] = {}
    for path in paths:
        for node in path.nodes if path.is_certain else ():
            leads.setdefault(node, path)
    entries = {step.target: step for step in graph.after(START) if step.certainty == "confirmed"}
    return {
        node.arn: _standing(node, entries.get(node), leads.get(node), inspected)
        for node in {**entries, **leads}
        if node.kind not in {ADMIN, "vulnerability"}
    }


def _standing(node: Node, entry: Step | None, path: AttackPath | None, inspected: Inspected) -> Standing:
    reached = f"the internet comes to it through {path.entry.label}" if path is not None else ""
    leads = f"it leads to {path.end.label}" if path is not None else ""
    weakness = "no exploit is needed" if entry is not None else ""
    if node.kind in _TAKEN:
        known_ones = inspected.weaknesses(node)
        weakness = f"{known_ones[0].id} can be exploited ({known_ones[0].reason})" if known_ones else ""
    return Standing(
        reached=f"the internet reaches it ({entry.by.partition(_EXAMPLE)[0]})" if entry is not None else reached,
        weakness=weakness,
        leads="it holds sensitive data" if node.kind in ENDS else leads,
    )
