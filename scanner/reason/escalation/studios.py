"""Where people and agents run code with a role: notebooks, studios, code interpreters, browsers, runtimes."""

from collections.abc import Iterator, Mapping

from scanner.model.access import Carrier, StudioWorkloads
from scanner.model.account import Account
from scanner.model.agentcore import (
    AgentRuntime,
    AgentRuntimeRole,
    Browser,
    BrowserRole,
    CodeInterpreter,
    CodeInterpreterRole,
)
from scanner.model.iam import Role
from scanner.model.kind import All
from scanner.model.sagemaker import (
    Domain,
    DomainSettings,
    Notebook,
    NotebookSettings,
    UserProfile,
    UserProfileSettings,
)
from scanner.reason.escalation.carriers import arns_of, by_settings, listing, role_arn, with_facet


def studio_workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    roles: All[Role],
    notebooks: All[Notebook],
    notebook_settings: All[NotebookSettings],
    domains: All[Domain],
    domain_settings: All[DomainSettings],
    profiles: All[UserProfile],
    profile_settings: All[UserProfileSettings],
    interpreters: All[CodeInterpreter],
    interpreter_roles: All[CodeInterpreterRole],
    browsers: All[Browser],
    browser_roles: All[BrowserRole],
    runtimes: All[AgentRuntime],
    runtime_roles: All[AgentRuntimeRole],
) -> StudioWorkloads:
    """List them. A user profile that names no role has that of its domain."""
    arns = arns_of(roles)
    return StudioWorkloads(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        listings=(
            listing("notebook", by_settings(notebooks, notebook_settings, arns)),
            listing("running-notebook", _running(notebooks, notebook_settings, arns)),
            listing("studio-profile", _profiles(domains, domain_settings, profiles, profile_settings)),
            listing("code-interpreter", by_settings(interpreters, interpreter_roles, arns)),
            listing("browser", by_settings(browsers, browser_roles, arns)),
            listing("agent-runtime", by_settings(runtimes, runtime_roles, arns)),
        ),
    )


def _running(notebooks: All[Notebook], settings: All[NotebookSettings], arns: Mapping[str, str]) -> Iterator[Carrier]:
    for notebook, told in with_facet(notebooks, settings):
        if notebook.status == "InService" and told.role:
            yield Carrier(str(notebook.arn), role_arn(str(told.role), arns))


def _profiles(
    domains: All[Domain],
    domain_settings: All[DomainSettings],
    profiles: All[UserProfile],
    profile_settings: All[UserProfileSettings],
) -> Iterator[Carrier]:
    told_by_domain = {domain.id: settings for domain, settings in with_facet(domains, domain_settings)}
    for profile, told in with_facet(profiles, profile_settings):
        domain = told_by_domain.get(str(profile.domain))
        role = told.role or (domain.role if domain is not None else "")
        if role:
            yield Carrier(str(profile.arn), str(role))
