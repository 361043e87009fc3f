"""Reading OpenSearch: domains and what they set (Amazon OpenSearch Service API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told
from scanner.model.opensearch import Domain, DomainSettings
from scanner.reader import Page, Place, Reader, given, only, rows


def _domains(pages: tuple[Page, ...], at: Place) -> Iterator[Domain]:
    scope = at.scope
    for row in rows(pages, "DomainNames"):
        name = row["DomainName"]
        yield Domain(
            scope=scope,
            id=name,
            origin=at.origin,
            arn=f"arn:{scope.partition}:es:{scope.region}:{scope.account}:domain/{name}",
            name=name,
            tags=not_told("ListTags"),
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[DomainSettings]:
    said = only(pages)["DomainStatus"]
    network = said.get("VPCOptions") or {}
    users = said.get("AdvancedSecurityOptions") or {}
    yield DomainSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        document=policy_from(given(said, "AccessPolicies")),
        vpc=given(network, "VPCId"),
        subnets=tuple(network.get("SubnetIds") or ()),
        security_groups=tuple(network.get("SecurityGroupIds") or ()),
        signs_users_in=bool(users.get("Enabled")) and not users.get("AnonymousAuthEnabled"),
        https_only=bool((said.get("DomainEndpointOptions") or {}).get("EnforceHTTPS")),
    )


READERS: Final = (
    Reader(
        service="opensearch",
        operation="ListDomainNames",
        actions=("es:ListDomainNames",),
        yields=(Domain,),
        parse=_domains,
    ),
    Reader(
        service="opensearch",
        operation="DescribeDomain",
        actions=("es:DescribeDomain",),
        yields=(DomainSettings,),
        parse=_settings,
        parent=Domain,
        request=lambda domain: {"DomainName": domain.id},
        bare=False,
    ),
)
