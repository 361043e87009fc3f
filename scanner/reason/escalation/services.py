"""What services run for an account with a role that it gave them: functions, stacks, builds, jobs, state machines."""

from collections.abc import Iterator

from scanner.model.access import Carrier, ServiceWorkloads
from scanner.model.account import Account
from scanner.model.cloudformation import Stack, StackSet
from scanner.model.codebuild import BuildProject, BuildSettings
from scanner.model.cognito import IdentityPool, IdentityPoolRoles, UserPool
from scanner.model.datapipeline import Pipeline
from scanner.model.glue import DevEndpoint, Job
from scanner.model.iam import Role
from scanner.model.kind import All
from scanner.model.lambda_ import Function
from scanner.model.maybe import known
from scanner.model.stepfunctions import StateMachine, StateMachineSettings
from scanner.reason.escalation.carriers import arns_of, by_settings, existing, listing, plain, with_facet


def service_workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    roles: All[Role],
    functions: All[Function],
    stacks: All[Stack],
    stack_sets: All[StackSet],
    projects: All[BuildProject],
    project_settings: All[BuildSettings],
    jobs: All[Job],
    endpoints: All[DevEndpoint],
    machines: All[StateMachine],
    machine_settings: All[StateMachineSettings],
    identity_pools: All[IdentityPool],
    pool_roles: All[IdentityPoolRoles],
    user_pools: All[UserPool],
    pipelines: All[Pipeline],
) -> ServiceWorkloads:
    """List them, with what makes them and the pools whose identities are given roles."""
    arns = arns_of(roles)
    return ServiceWorkloads(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        listings=(
            listing("function", plain(functions, arns)),
            listing("stack", plain(stacks, arns)),
            listing("stack-set", existing(stack_sets)),
            listing("project", by_settings(projects, project_settings, arns)),
            listing("job", plain(jobs, arns)),
            listing("dev-endpoint", plain(endpoints, arns)),
            listing("state-machine", by_settings(machines, machine_settings, arns)),
            listing("identity-pool", _pools(identity_pools, pool_roles)),
            listing("user-pool", existing(user_pools)),
            listing("pipeline", existing(pipelines)),
        ),
    )


def _pools(pools: All[IdentityPool], roles: All[IdentityPoolRoles]) -> Iterator[Carrier]:
    for pool, told in with_facet(pools, roles):
        for role in known(told.roles) or ("",):
            yield Carrier(str(pool.arn), role)
