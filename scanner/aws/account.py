"""Reading whom AWS can reach about the account (AWS Account Management Reference Guide).

The calls leave the account id out: an account must not name itself when it asks for its own contacts.
"""

from collections.abc import Iterator
from typing import Final, TypeVar

from scanner.model.account import AlternateContact, BillingContact, OperationsContact, PrimaryContact, SecurityContact
from scanner.reader import Page, Place, Reader, given, only

C = TypeVar("C", bound=AlternateContact)

_NONE: Final = frozenset({"ResourceNotFoundException"})


def _primary(pages: tuple[Page, ...], at: Place) -> Iterator[PrimaryContact]:
    said = only(pages).get("ContactInformation") or {}
    yield PrimaryContact(
        scope=at.scope,
        id=at.scope.account,
        origin=at.origin,
        full_name=given(said, "FullName"),
        phone=given(said, "PhoneNumber"),
    )


def _alternate(kind: type[C], name: str) -> Reader:
    """Return the reader of one type of alternate contact."""

    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[C]:
        said = only(pages).get("AlternateContact") or {}
        yield kind(
            scope=at.scope,
            id=at.scope.account,
            origin=at.origin,
            email=given(said, "EmailAddress"),
            phone=given(said, "PhoneNumber"),
        )

    return Reader(
        service="account",
        operation="GetAlternateContact",
        actions=("account:GetAlternateContact",),
        yields=(kind,),
        parse=parse,
        regional=False,
        request={"AlternateContactType": name},
        absent=_NONE,
        bare=False,
    )


READERS: Final = (
    Reader(
        service="account",
        operation="GetContactInformation",
        actions=("account:GetContactInformation",),
        yields=(PrimaryContact,),
        parse=_primary,
        regional=False,
        absent=_NONE,
    ),
    _alternate(SecurityContact, "SECURITY"),
    _alternate(BillingContact, "BILLING"),
    _alternate(OperationsContact, "OPERATIONS"),
)
