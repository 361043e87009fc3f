"""Whether a text is a policy at all: JSON, with the elements of the grammar and values of the right types.

Source: IAM User Guide, "Grammar of the IAM JSON policy language". Unlike the parser of policies, which refuses a policy
at the first fault, this names all of them. Paths are those of the text.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NoReturn

import msgspec

from scanner.model.lint import LintFinding
from scanner.model.policy import MAX_CHARACTERS
from scanner.reason.lint.codes import finding, quoted

_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPAL_KEYS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_OPERATORS: Final = frozenset(
    {
        *("bool", "binaryequals", "ipaddress", "notipaddress", "null"),
        *("stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase"),
        *("stringlike", "stringnotlike", "arnequals", "arnnotequals", "arnlike", "arnnotlike"),
        *(
            f"{kind}{relation}"
            for kind in ("numeric", "date")
            for relation in ("equals", "notequals", "lessthan", "lessthanequals", "greaterthan", "greaterthanequals")
        ),
    }
)


class Numeral(str):
    """A JSON number as it is written."""

    __slots__ = ()


class Repeated(msgspec.Struct, frozen=True):
    """A JSON object in which one key occurs twice."""

    key: str


class Unreadable(ValueError):  # noqa: N818 - an answer, not a fault of the program
    """A text that is not JSON; the text of the error says where."""


def decode(text: str | bytes) -> object:
    """Decode JSON, keeping numbers as written and repeated keys visible. Raises Unreadable."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"the policy is longer than {MAX_CHARACTERS} characters")
    try:
        decoded: object = json.loads(
            text if isinstance(text, str) else text.decode(),
            object_pairs_hook=_unique,
            parse_int=Numeral,
            parse_float=Numeral,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"the policy is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise Unreadable("the policy is nested too deeply") from error
    return decoded


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object] | Repeated:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            return Repeated(key)
        found[key] = value
    return found


def _refuse(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not JSON")


def document_findings(root: object) -> Iterator[LintFinding]:
    """Yield what is wrong with the document apart from its statements."""
    if not isinstance(root, Mapping):
        yield _mismatch("$", root, "an object")
        return
    for name in root.keys() - _ELEMENTS:
        yield finding("INVALID_POLICY_ELEMENT", "$", f"{quoted(name)} is no element of a policy")
    if "Version" not in root:
        yield finding("MISSING_VERSION", "$", 'without "Version": "2012-10-17" policy variables are plain text')
    elif not isinstance(root["Version"], str) or isinstance(root["Version"], Numeral):
        yield _mismatch("$.Version", root["Version"], "a string")
    elif root["Version"] not in _VERSIONS:
        yield finding("INVALID_VERSION", "$.Version", f"{quoted(root['Version'])} is neither {' nor '.join(_VERSIONS)}")
    if "Id" in root:
        yield from _string(root["Id"], "$.Id")
    if "Statement" not in root:
        yield finding("MISSING_STATEMENT", "$", "the policy has no statement")
    elif not isinstance(root["Statement"], list | Mapping | Repeated):
        yield _mismatch("$.Statement", root["Statement"], "a list of objects")


def statement_findings(statement: object, path: str) -> Iterator[LintFinding]:
    """Yield what the grammar refuses or remarks in one statement."""
    if not isinstance(statement, Mapping):
        yield _mismatch(path, statement, "an object")
        return
    for name in sorted(statement.keys() - _STATEMENT_ELEMENTS):
        yield finding("INVALID_POLICY_ELEMENT", path, f"{quoted(name)} is no element of a statement")
    for name in ("Principal", "Action", "Resource"):
        if name in statement and f"Not{name}" in statement:
            yield finding("UNSUPPORTED_ELEMENT_COMBINATION", path, f"a statement has {name} or Not{name}, not both")
    if "Action" not in statement and "NotAction" not in statement:
        yield finding("MISSING_ACTION", path, "the statement has neither Action nor NotAction")
    yield from _effect(statement, path)
    for name in sorted(statement.keys() & _READERS.keys()):
        yield from _READERS[name](statement[name], f"{path}.{name}")


def _effect(statement: Mapping[str, object], path: str) -> Iterator[LintFinding]:
    if "Effect" not in statement:
        yield finding("MISSING_EFFECT", path, "the statement has no Effect: Allow or Deny")
    elif not _is_string(statement["Effect"]):
        yield _mismatch(f"{path}.Effect", statement["Effect"], "a string")
    elif statement["Effect"] not in {"Allow", "Deny"}:
        yield finding("INVALID_EFFECT", f"{path}.Effect", "the Effect is Allow or Deny, spelled like that")


def _is_string(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, Numeral)


def _string(value: object, path: str) -> Iterator[LintFinding]:
    if not _is_string(value):
        yield _mismatch(path, value, "a string")


def _actions(value: object, path: str) -> Iterator[LintFinding]:
    yield from _strings(value, path)
    yield from _action_forms(value, path)


def _strings(value: object, path: str) -> Iterator[LintFinding]:
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if not _is_string(item):
            yield _mismatch(f"{path}[{index}]", item, "a string")


def _action_forms(value: object, path: str) -> Iterator[LintFinding]:
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        parts = item.split(",") if isinstance(item, str) else []
        for part in (part.strip() for part in parts):
            if part and ":" not in part and set(part) != {"*"}:
                yield finding("INVALID_ACTION", f"{path}[{index}]", f"{quoted(part)} is not of the form service:action")


def _principal(value: object, path: str) -> Iterator[LintFinding]:
    match value:
        case Numeral():
            yield _mismatch(path, value, 'an object or "*"')
        case str():
            if value != "*":
                yield finding(
                    "INVALID_PRINCIPAL_FORMAT", path, f'{quoted(value)} must stand in an object, such as {{"AWS": …}}'
                )
        case Mapping():
            if not value:
                yield finding("EMPTY_OBJECT_PRINCIPAL", path, "the statement names no principal and applies to nobody")
            for name in sorted(value.keys() - _PRINCIPAL_KEYS):
                yield finding(
                    "INVALID_PRINCIPAL_KEY", path, f"{quoted(name)} is none of {', '.join(sorted(_PRINCIPAL_KEYS))}"
                )
            for name, names in value.items():
                yield from _strings(names, f"{path}.{name}")
        case _:
            yield _mismatch(path, value, 'an object or "*"')


def _conditions(value: object, path: str) -> Iterator[LintFinding]:
    if not isinstance(value, Mapping):
        yield _mismatch(path, value, "an object")
        return
    if not value:
        yield finding("EMPTY_OBJECT_CONDITION", path, "the Condition is empty; leave it out or name conditions")
    for name, keys in value.items():
        yield from _operator(name, f"{path}.{name}")
        if not isinstance(keys, Mapping):
            yield _mismatch(f"{path}.{name}", keys, "an object")
            continue
        if not keys:
            yield finding("EMPTY_OBJECT_CONDITION", f"{path}.{name}", "the operator compares no condition key")
        for key, values in keys.items():
            yield from _values(values, f"{path}.{name}.{key}")


def _operator(name: str, path: str) -> Iterator[LintFinding]:
    lowered = name.lower()
    quantifier, colon, bare = lowered.rpartition(":")
    plain = bare.removesuffix("ifexists")
    if plain not in _OPERATORS or (colon and quantifier not in {"forallvalues", "foranyvalue"}):
        yield finding("INVALID_CONDITION_OPERATOR", path, f"{quoted(name)} is not a condition operator")
    elif plain == "null" and plain != bare:
        yield finding("NULL_WITH_IF_EXISTS", path, "Null already asks whether the key is there: it takes no IfExists")
    elif plain == "null" and colon:
        yield finding("NULL_WITH_QUALIFIER", path, "Null takes no set prefix: the outcome would always be the same")


def _values(value: object, path: str) -> Iterator[LintFinding]:
    types = set()
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(item, str | bool):
            types.add("number" if isinstance(item, Numeral) else type(item).__name__)
        else:
            yield _mismatch(f"{path}[{index}]", item, "a string, a number or a Boolean")
    if len(types) > 1:
        yield finding(
            "INVALID_CONDITION_DATA_TYPE", path, "the values are of different JSON types; write all as strings"
        )


def _mismatch(path: str, value: object, due: str) -> LintFinding:
    if isinstance(value, Repeated):
        return finding("JSON_SYNTAX_ERROR", path, f"the key {quoted(value.key)} occurs twice in one object")
    return finding("DATA_TYPE_MISMATCH", path, f"{_named(value)} where {due} is due")


def _named(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a Boolean"
        case Numeral():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


_READERS: Final[Mapping[str, Callable[[object, str], Iterator[LintFinding]]]] = {
    "Sid": _string,
    "Principal": _principal,
    "NotPrincipal": _principal,
    "Action": _actions,
    "NotAction": _actions,
    "Resource": _strings,
    "NotResource": _strings,
    "Condition": _conditions,
}
"""What reads each element of a statement whose presence alone says nothing."""
