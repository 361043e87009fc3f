"""Where the internet comes in: workloads that it reaches, roles that it may assume, and data that lie open."""

from collections.abc import Iterator
from typing import Final

from scanner.model.account import Account
from scanner.model.attack import InternetEntries, Node, Step
from scanner.model.ec2 import Instance
from scanner.model.ecs import Task, TaskState
from scanner.model.exposure import Exposure, ExposurePath, RegionNetwork
from scanner.model.iam import Role
from scanner.model.kind import All, Scope
from scanner.model.lambda_ import Function, FunctionUrl
from scanner.model.maybe import known, why_unknown
from scanner.model.publicaccess import FunctionAccess, Openings, OutsideAccess, RoleAccess, sentences
from scanner.model.vpc import NetworkInterface
from scanner.reason.escalation.ground import until_unknown
from scanner.reason.paths.gaps import unread
from scanner.reason.paths.graph import START
from scanner.reason.paths.network import Network

_URL: Final = "lambda:InvokeFunctionUrl"
_CALLS: Final = "lambda:invoke"
_CHANGES: Final = ("lambda:UpdateFunctionCode", "lambda:CreateFunction")


def internet_entries(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    interfaces: All[NetworkInterface],
    exposures: All[Exposure],
    ways: All[ExposurePath],
    regions: All[RegionNetwork],
    instances: All[Instance],
    tasks: All[Task],
    task_states: All[TaskState],
    functions: All[Function],
    urls: All[FunctionUrl],
    calls: All[FunctionAccess],
    roles: All[Role],
    trusts: All[RoleAccess],
) -> InternetEntries:
    """Find the workloads that the internet reaches, and the roles that anyone may assume."""
    questions: list[str] = []
    network = Network(interfaces, exposures, ways, regions)
    steps = (
        *_instances(network, instances, questions),
        *_tasks(network, tasks, task_states, questions),
        *_functions(functions, urls, calls, questions),
        *_roles(roles, trusts, questions),
    )
    questions += unread(interfaces, instances, tasks, functions, urls, roles)
    return InternetEntries(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        steps=steps,
        questions=tuple(dict.fromkeys(questions)),
    )


def _instances(network: Network, instances: All[Instance], questions: list[str]) -> Iterator[Step]:
    """Yield a step from the internet to each instance that runs and one of whose interfaces it can connect to."""
    running = {one.id: one for one in until_unknown(instances) if not _is_stopped(one)}
    for interface in network.interfaces.values():
        if why_unknown(interface.instance) is None and interface.instance:
            instance = running.get(str(known(interface.instance)))
            if instance is not None:
                yield from network.steps(interface, instance_node(instance), questions)


def _is_stopped(instance: Instance) -> bool:
    return why_unknown(instance.state) is None and instance.state in {"stopped", "stopping", "shutting-down"}


def instance_node(instance: Instance) -> Node:
    """Return the node of an instance."""
    at = instance.scope
    return Node("instance", instance.id, f"arn:{at.partition}:ec2:{at.region}:{at.account}:instance/{instance.id}")


def _tasks(network: Network, tasks: All[Task], states: All[TaskState], questions: list[str]) -> Iterator[Step]:
    """Yield a step from the internet to each task with an interface of its own that it can connect to."""
    running = {task.id for task in until_unknown(tasks)}
    for state in until_unknown(states):
        for native_id in known(state.interfaces) if why_unknown(state.interfaces) is None else ():
            interface = network.interfaces.get(native_id)
            if interface is not None and state.id in running:
                yield from network.steps(interface, task_node(state.id), questions)


def task_node(arn: str) -> Node:
    """Return the node of a task."""
    return Node("task", arn.partition("/")[2], arn)


def _functions(
    functions: All[Function], urls: All[FunctionUrl], access: All[FunctionAccess], questions: list[str]
) -> Iterator[Step]:
    """Yield a step from the internet to each function that anyone can call or change."""
    open_urls: dict[tuple[Scope, str], FunctionUrl] = {}
    for url in until_unknown(urls):
        if (why := why_unknown(url.auth_type) or why_unknown(url.function)) is not None:
            questions.append(f"whether {url.id} asks for credentials: {why}")
        elif url.auth_type == "NONE":
            open_urls[url.scope, str(known(url.function))] = url
    access_of = {(row.scope, row.id): row for row in until_unknown(access)}
    for function in until_unknown(functions):
        node = Node("function", function.id, str(function.arn))
        found = access_of.get((function.scope, function.id))
        public = _public(found, f"whether anyone may call function {function.id}", questions)
        calls = [one for one in public.known if any(one.covers(action) for action in _CHANGES) or one.allows(_CALLS)]
        if calls:
            yield Step(
                START, node, sentences(tuple(calls)), closed_by=frozenset({f"narrow the policy of {function.id}"})
            )
        elif opened := open_urls.get((function.scope, function.id)):
            closing = frozenset({f"ask for credentials at {opened.id}"})
            yield Step(START, node, f"{opened.id} asks for no credentials", closed_by=closing)


def _roles(roles: All[Role], access: All[RoleAccess], questions: list[str]) -> Iterator[Step]:
    """Yield a step from the internet to each role that its trust policy opens to anyone."""
    access_of = {(row.scope, row.id): row for row in until_unknown(access)}
    for role in until_unknown(roles):
        found = access_of.get((role.scope, role.id))
        public = _public(found, f"whether anyone may assume role {role.name}", questions)
        if public.known:
            node = Node("role", str(role.name), str(role.arn))
            closing = frozenset({f"narrow the trust policy of role {role.name}"})
            yield Step(START, node, sentences(public.known), closed_by=closing)


def _public(access: OutsideAccess | None, question: str, questions: list[str]) -> Openings:
    """Return the public openings that are known, and note why there may be others."""
    if access is None:
        return Openings()
    why = why_unknown(access.public)
    if why is not None:
        questions.append(f"{question}: {why}")
        return Openings()
    openings = known(access.public)
    if openings.why is not None:
        questions.append(f"{question}: {openings.why}")
    return openings
