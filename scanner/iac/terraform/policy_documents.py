"""`aws_iam_policy_document`: from nested blocks to a policy, as the provider renders it.

Source: provider documentation, "Data Source: aws_iam_policy_document": source documents come first, a statement of an
override document replaces the one with its Sid, and the rest is appended. `&{…}` is written for variables of policies,
for `${…}` is Terraform's own.
"""

from collections.abc import Mapping
from typing import Any, Final

from scanner.iac.declared import as_block, blocks_of
from scanner.iac.documents import decoded
from scanner.iac.values import SYMBOLS, Encoded, Template, Value, first_hole, join_texts, list_of

_MEMBERS: Final = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def rendered(values: Mapping[str, Value]) -> Value:
    """Return the document's JSON: a symbol that keeps what is known."""
    statements: list[Value] = []
    for name in ("source_json", "source_policy_documents"):
        for document in list_of(values.get(name)):
            statements += _statements_of(document)
    statements = _overridden(statements, [_statement(one) for one in blocks_of(values, "statement")])
    for name in ("override_json", "override_policy_documents"):
        for document in list_of(values.get(name)):
            statements = _overridden(statements, _statements_of(document))
    policy: dict[str, Value] = {"Version": values.get("version") or "2012-10-17", "Statement": statements}
    if values.get("policy_id"):
        policy["Id"] = values["policy_id"]
    return Encoded(policy)


def _overridden(statements: list[Value], others: list[Value]) -> list[Value]:
    """Return the statements with those replaced that have the Sid of another, and the rest of the others appended."""
    kept = list(statements)
    for other in others:
        sid = other.get("Sid") if isinstance(other, dict) else None
        place = next((at for at, one in enumerate(kept) if sid and isinstance(one, dict) and one.get("Sid") == sid), -1)
        if place >= 0:
            kept[place] = other
        else:
            kept.append(other)
    return kept


def _statements_of(document: Value) -> list[Value]:
    if document in (None, ""):
        return []
    try:
        known = decoded(document)
        return list_of(known["Statement"]) if isinstance(known, dict) else [known]
    except (ValueError, LookupError):
        hole = first_hole(document)
        return [hole or {"Effect": f"the source document is no policy: {document!s:.60}"}]


def _statement(said: Value) -> Value:
    if isinstance(said, SYMBOLS):
        return said
    block = as_block(said)
    made: dict[str, Value] = {"Effect": block.get("effect") or "Allow"}
    if block.get("sid"):
        made["Sid"] = block.get("sid")
    for argument, member in _MEMBERS:
        if block.get(argument):
            said_names = block.get(argument)
            made[member] = _with_variables(said_names) if member.endswith("Resource") else said_names
    for argument, member in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(argument):
            made[member] = _principals(blocks_of(block, argument))
    if block.get("condition"):
        made["Condition"] = _conditions(blocks_of(block, "condition"))
    return made


def _with_variables(value: Value) -> Value:
    """Return texts with the variables of policies as IAM has them."""
    if isinstance(value, list):
        return [_with_variables(one) for one in value]
    if isinstance(value, Template):
        return join_texts([_with_variables(part) for part in value.parts])
    return value.replace("&{", "${") if isinstance(value, str) else value


def _principals(blocks: list[Value]) -> Value:
    made: dict[str, list[Value]] = {}
    for said in blocks:
        block = as_block(said)
        kind, names = block.get("type"), block.get("identifiers")
        if isinstance(kind, SYMBOLS):
            return kind
        if kind == "*":
            return "*"
        made.setdefault(str(kind), []).extend(_with_variables(list_of(names)))
    return {kind: names[0] if len(names) == 1 else names for kind, names in made.items()}


def _conditions(blocks: list[Value]) -> Value:
    made: dict[str, dict[str, Any]] = {}
    for said in blocks:
        block = as_block(said)
        test, variable = block.get("test"), block.get("variable")
        for symbol in (test, variable):
            if isinstance(symbol, SYMBOLS):
                return symbol
        made.setdefault(str(test), {}).setdefault(str(variable), []).extend(
            _with_variables(list_of(block.get("values")))
        )
    return made
