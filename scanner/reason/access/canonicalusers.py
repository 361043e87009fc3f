"""Accounts that policies of Amazon S3 name by canonical user id.

A CanonicalUser is an account as its account id is, and Amazon S3 may write the one for the other (Amazon S3 User Guide,
"Principals for bucket policies"; IAM User Guide, "AWS JSON policy elements: Principal"). Which account has an id is told
by nothing but that account (ListBuckets, the owner in an ACL). Of a caller whose account's id is not known each id that
is named, and none of them, is a case; what all cases share is certain.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from scanner.model.policy import PolicyDocument, Principals
from scanner.reason.access.principal import Principal

NONE_OF_THEM: Final = ""
"""The canonical user id of a caller whose account is known to be none that a policy names."""

MOST_CASES: Final = 32
"""Of more ids it is not tried what each would mean."""


def canonical_users_in(document: PolicyDocument) -> frozenset[str]:
    """Return the ids that the statements name, also those that they except."""
    return frozenset(
        name
        for statement in document.statements
        for element in (statement.principals, statement.not_principals)
        if element is not None
        for name in element.canonical_user
        if name
    )


def placed(document: PolicyDocument, accounts: Mapping[str, str]) -> PolicyDocument:
    """Write the ids whose accounts are known, a mapping of account ids by canonical user id, as these accounts."""
    if canonical_users_in(document).isdisjoint(accounts):
        return document
    statements = tuple(
        msgspec.structs.replace(
            statement,
            principals=_placed(statement.principals, accounts),
            not_principals=_placed(statement.not_principals, accounts),
        )
        for statement in document.statements
    )
    return msgspec.structs.replace(document, statements=statements)


def _placed(element: Principals | None, accounts: Mapping[str, str]) -> Principals | None:
    if element is None or accounts.keys().isdisjoint(element.canonical_user):
        return element
    known = tuple(accounts[name] for name in element.canonical_user if name in accounts)
    rest = tuple(name for name in element.canonical_user if name not in accounts)
    return msgspec.structs.replace(element, aws=(*element.aws, *known), canonical_user=rest)


def unplaced(named: Iterable[frozenset[str]], caller: Principal) -> tuple[str, ...]:
    """Return the ids named of which it is not known whether they are the caller's account's."""
    if caller.canonical_user is not None or not caller.in_account:
        return ()
    return tuple(sorted(frozenset().union(*named)))


def cases(caller: Principal, names: tuple[str, ...]) -> list[Principal]:
    """Return the caller as an account that is none of these, and as each of them."""
    return [msgspec.structs.replace(caller, canonical_user=name) for name in (NONE_OF_THEM, *names)]


def undecided_by(names: tuple[str, ...]) -> str:
    """Say why an answer hangs on whose the ids are."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"a policy names canonical user {names[0]}{more}, of whichever account"
