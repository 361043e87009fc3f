"""Strangers that identity providers vouch for: those providers serve everybody, so anybody can be their user.

Source: IAM User Guide, "OIDC federation" and "Identity-provider controls for shared OIDC providers"; "Available keys for
AWS OIDC federation". What a token's subject must begin with up to an owner (``repo:owner/``) is that owner's alone.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.reason.access.glob import wildcards
from scanner.reason.access.keys import Domain
from scanner.reason.access.principal import Kind, Principal
from scanner.reason.access.strangers import Archetype, Spelled, Stranger, internet

_SHARED_PROVIDERS: Final = frozenset(
    {
        *("accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com"),
        *("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com"),
        *("api.bitbucket.org", "appleid.apple.com", "oidc.vercel.com", "sts.windows.net", "login.microsoftonline.com"),
    }
)
_ANYBODYS: Final = frozenset({"amr", "environment", "event_name", "ref", "ref_type", "runner_environment", "workflow"})
"""Claims that anybody may have whatever they are compared with: they do not tell whose a token is."""
_AUDIENCE_IS_AN_APPLICATION: Final = frozenset(
    {"accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com"}
)


def users_of_providers(names: Iterable[str], spelled: Spelled) -> Iterator[Stranger]:
    """Give users of identity providers that serve everybody."""
    for name in names:
        host = name.rpartition("oidc-provider/")[2].partition("/")[0]
        if host in _SHARED_PROVIDERS:
            keys = {key: _claim(key, host, spelled) for key in spelled.values if key.startswith(f"{host}:")}
            caller = Principal(Kind.FEDERATED, name)
            yield Stranger(
                Archetype.FEDERATED, f"anyone with an account at {host}", caller, {**internet(spelled), **keys}
            )


def _claim(key: str, host: str, spelled: Spelled) -> Domain:
    """Give what a stranger's token may claim: any audience unless it is an application, no subject that is owned."""
    claim = key.removeprefix(f"{host}:")
    if claim in _ANYBODYS or (claim == "aud" and host not in _AUDIENCE_IS_AN_APPLICATION):
        return Domain(may_be_absent=False)
    owned = (wildcards(value) for value in spelled.under(key) if _names_an_owner(value))
    return spelled.fresh(key, owned=owned, may_be_absent=False)


def _names_an_owner(subject: str) -> bool:
    """Whether what stands before the first wildcard goes on after an owner, as in ``repo:owner/``."""
    start = subject.partition("*")[0].partition("?")[0]
    _, _, owner = start.partition(":")
    return "/" in owner or ":" in owner
