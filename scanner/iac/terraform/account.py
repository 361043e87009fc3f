"""What an account sets for itself, as Terraform declares it: contacts, Access Analyzer, Amazon Inspector."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.rows import Reading, row, setting, text_or
from scanner.iac.values import first_hole, list_of, number_of, text_of
from scanner.iac.world import World, not_told, unknown_if
from scanner.model.accessanalyzer import Analyzer
from scanner.model.account import BillingContact, OperationsContact, PrimaryContact, SecurityContact
from scanner.model.inspector2 import InspectorStatus
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe

_CONTACTS: Final[dict[str, type[Any]]] = {
    "SECURITY": SecurityContact,
    "BILLING": BillingContact,
    "OPERATIONS": OperationsContact,
}
_CONTACT: Final = "aws_account_alternate_contact"
_SCANS: Final = {
    "ec2": "EC2",
    "ecr": "ECR",
    "lambda_standard": "LAMBDA",
    "lambda_code": "LAMBDA_CODE",
    "code_repository": "CODE_REPOSITORY",
    "ami": "",
}


def _contact(world: World, one: Declared) -> Iterator[Kind]:
    kind = _CONTACTS.get(str(one.get("alternate_contact_type")))
    if kind is not None and one.get("account_id") in (None, world.account):
        yield kind(
            scope=world.whole(),
            id=world.account,
            origin=one.source(),
            email=unknown_if(one.perhaps, text_of(one.get("email_address"))),
            phone=unknown_if(one.perhaps, text_of(one.get("phone_number"))),
        )


def _no_contacts(world: World) -> Iterator[Kind]:
    """Yield that there are no others, where some are declared."""
    told = {str(one.get("alternate_contact_type")) for one in world.of_type(_CONTACT)}
    for name, kind in _CONTACTS.items():
        if name not in told:
            yield kind(scope=world.whole(), id=world.account, origin=world.origin(), email=ABSENT, phone=ABSENT)


def _primary_contact(world: World, one: Declared) -> Iterator[Kind]:
    yield PrimaryContact(
        scope=world.whole(),
        id=world.account,
        origin=one.source(),
        full_name=text_of(one.get("full_name")),
        phone=text_of(one.get("phone_number")),
    )


def _analyzer(world: World, one: Declared) -> Iterator[Kind]:
    configuration = one.block("configuration")
    unused = block_of(configuration, "unused_access") if configuration is not None else None
    yield Analyzer(
        **row(world, one, name="analyzer_name"),
        type=unknown_if(one.perhaps, text_or(one.get("type"), "ACCOUNT")),
        status="ACTIVE",
        status_reason=ABSENT,
        created_at=not_told("when it was made"),
        last_resource_analyzed_at=ABSENT,
        unused_access_age=number_of(unused.get("unused_access_age")) if unused is not None else ABSENT,
    )


def _inspector(world: World, one: Declared) -> Iterator[Kind]:
    types = one.get("resource_types")
    fields = {name: _scan(types, word) for name, word in _SCANS.items()}
    yield setting(InspectorStatus, world, one, "resource_types", status="ENABLED", **fields)


def _scan(types: Any, word: str) -> Maybe[str]:
    hole = first_hole(types)
    if hole is not None:
        return hole.unknown()
    return "ENABLED" if word and word in list_of(types) else "DISABLED"


READINGS: Final = (
    Reading(
        types=(_CONTACT,),
        yields=(SecurityContact, BillingContact, OperationsContact),
        read=_contact,
        otherwise=_no_contacts,
    ),
    Reading(types=("aws_account_primary_contact",), yields=(PrimaryContact,), read=_primary_contact),
    Reading(types=("aws_accessanalyzer_analyzer",), yields=(Analyzer,), read=_analyzer),
    Reading(types=("aws_inspector2_enabler",), yields=(InspectorStatus,), read=_inspector),
)
