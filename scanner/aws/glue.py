"""Reading Glue: the policy of the Data Catalog (AWS Glue Web API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.model.glue import CatalogPolicy
from scanner.reader import Page, Place, Reader, given, only


def _policy(pages: tuple[Page, ...], at: Place) -> Iterator[CatalogPolicy]:
    document = policy_from(given(only(pages), "PolicyInJson"))
    yield CatalogPolicy(scope=at.scope, id=at.scope.region, origin=at.origin, document=document)


READERS: Final = (
    Reader(
        service="glue",
        operation="GetResourcePolicy",
        actions=("glue:GetResourcePolicy",),
        yields=(CatalogPolicy,),
        parse=_policy,
        absent=frozenset({"EntityNotFoundException"}),
    ),
)
