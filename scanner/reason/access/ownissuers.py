"""Whether a role can be assumed by every subject of an identity provider of one's own, such as an EKS cluster.

Such a provider vouches for its own users only, so they are no strangers; but a trust policy that fixes no subject hands
the role to each of them. Source: Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts"; IAM User
Guide, "Create a role for OpenID Connect federation".
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.maybe import Absent, Maybe, Reason, Why
from scanner.model.policy import PolicyDocument
from scanner.model.publicaccess import Opening, Openings
from scanner.reason.access.evaluate import Source, Stack
from scanner.reason.access.glob import wildcards
from scanner.reason.access.identityproviders import users_of_providers
from scanner.reason.access.keys import Domain
from scanner.reason.access.outside import policy_in
from scanner.reason.access.principal import Kind, Principal
from scanner.reason.access.public import Owned
from scanner.reason.access.solve import Shape, Unsettled, Witness, find_request
from scanner.reason.access.strangers import Spelled, internet

_PROVIDER: Final = ":oidc-provider/"
_ACTION: Final = "sts:AssumeRoleWithWebIdentity"
_OF_CLUSTERS: Final = "system:serviceaccount:"
"""How the subject of every service account of a cluster begins."""
_NOBODYS: Final = frozenset({"aud", "amr"})
"""Claims that do not tell whose a token is."""


def openings_to_any_subject(trust: Maybe[PolicyDocument | Absent], owned: Owned) -> Openings:
    """Return the issuers of one's own of which a subject that the policy does not name may assume the role.

    Raises `UnknownAsked` if the policy is unknown.
    """
    policy = policy_in(trust)
    if policy is None:
        return Openings()
    stack = Stack(resource=(Source.of("policy", policy),))
    spelled = Spelled.of([policy])
    found, why = [], None
    for provider in dict.fromkeys(_own_providers(policy, spelled)):
        issuer = provider.partition(_PROVIDER)[2]
        answer = find_request(stack, _shape(provider, issuer.lower(), spelled, owned))
        if isinstance(answer, Unsettled):
            why = why or Why(Reason.UNMODELLED, answer.reason)
        if isinstance(answer, Witness):
            example = f"{_ACTION} on {answer.request.resource}"
            found.append(Opening(f"every subject of {issuer}", (_ACTION,), "its trust policy", example, issuer))
    return Openings(tuple(found), why)


def _own_providers(policy: PolicyDocument, spelled: Spelled) -> Iterator[str]:
    for statement in policy.allows:
        for name in statement.principals.federated if statement.principals else ():
            if _PROVIDER in name and not any(users_of_providers([name], spelled)):
                yield name


def _shape(provider: str, issuer: str, spelled: Spelled, owned: Owned) -> Shape:
    claims = {key for key in spelled.values if key.startswith(f"{issuer}:")}
    keys = {key: _claim(key, spelled) for key in (*claims, f"{issuer}:sub")}
    return Shape(
        Principal(Kind.FEDERATED, provider),
        actions=(_ACTION,),
        resources=owned.resources,
        keys={**internet(spelled), **keys},
        resource_account=owned.account,
    )


def _claim(key: str, spelled: Spelled) -> Domain:
    if key.rpartition(":")[2] in _NOBODYS:
        return Domain(may_be_absent=False)
    named = (wildcards(value) for value in spelled.under(key) if _names_somebody(value))
    return msgspec.structs.replace(spelled.fresh(key, owned=named), may_be_absent=False)


def _names_somebody(value: str) -> bool:
    """Whether something stands before the first wildcard beside what all subjects begin with."""
    start = value.partition("*")[0].partition("?")[0]
    return bool(start.removeprefix(_OF_CLUSTERS)) and not _OF_CLUSTERS.startswith(start)
