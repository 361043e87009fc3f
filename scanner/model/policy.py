"""The IAM policy document as a typed value, parsed as strictly as AWS does when it stores one.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Literal, NoReturn, TypeVar

import msgspec

_T = TypeVar("_T")

MAX_CHARACTERS = 512 * 1024
"""The longest text accepted; the largest quota of any AWS policy is about a fifth of it."""

MAX_ELEMENTS = 20_000
"""The most values one list may hold."""

_OPERATORS: Mapping[str, str] = {
    name.lower(): name
    for name in (
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        *("StringLike", "StringNotLike", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"),
        *("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
        *(
            f"{kind}{relation}"
            for kind in ("Numeric", "Date")
            for relation in (
                *("Equals", "NotEquals", "LessThan", "LessThanEquals"),
                *("GreaterThan", "GreaterThanEquals"),
            )
        ),
    )
}
_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPAL_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


class MalformedPolicy(ValueError):  # noqa: N818 - the name AWS gives this error (MalformedPolicyDocument)
    """A document that is not an IAM policy; the text is ``JSON path: what is wrong``."""


class Effect(StrEnum):
    """What a statement does when it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class Quantifier(StrEnum):
    """How a condition ranges over a multivalued key; ``ONE`` is an operator without a set prefix."""

    ONE = ""
    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


class Condition(msgspec.Struct, frozen=True):
    """One condition key under one operator.

    ``operator`` is the canonical spelling without prefix and suffix, ``key`` is as written (AWS compares keys without
    regard to case), ``values`` are texts: numbers as written, booleans as ``true`` and ``false``. ``ForAllValues:Null``
    always holds and ``ForAnyValue:Null`` never does (IAM User Guide, "IAM policy validation check reference"): they are
    kept as a Null of both values, and of none.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: Quantifier = Quantifier.ONE
    if_exists: bool = False

    @property
    def name(self) -> str:
        """The operator as a policy writes it, with its prefix and suffix."""
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.operator}{'IfExists' if self.if_exists else ''}"


class Principals(msgspec.Struct, frozen=True):
    """A Principal or NotPrincipal element.

    ``anyone`` is the bare ``"*"``; ``aws`` holds account ids, ARNs, unique ids and ``"*"`` as written.
    """

    anyone: bool = False
    aws: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    canonical_user: tuple[str, ...] = ()

    @property
    def is_everyone(self) -> bool:
        """Whether it is ``"*"`` or has ``{"AWS": "*"}``, which IAM documents as equivalent."""
        return self.anyone or "*" in self.aws


class Statement(msgspec.Struct, frozen=True):
    """One statement; of each pair (principals, actions, resources and their negations) at most one side is set.

    ``None`` means that the element is absent, an empty tuple that it is an empty list (which matches nothing).
    Blanks around actions and commas between them are taken as AWS takes them: ``"s3:Get*, s3:List*"`` is two actions.
    """

    index: int
    effect: Effect
    sid: str | None = None
    principals: Principals | None = None
    not_principals: Principals | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def label(self) -> str:
        """The Sid, or the position when there is none."""
        return self.sid or f"Statement[{self.index}]"

    @property
    def allows(self) -> bool:
        """Whether the effect is Allow."""
        return self.effect is Effect.ALLOW

    @property
    def has_every_action(self) -> bool:
        """Whether ``*`` (or the equivalent ``*:*``) is one of its actions, read literally."""
        return any(set(action) <= {"*", ":"} and "*" in action for action in self.actions or ())

    @property
    def has_every_resource(self) -> bool:
        """Whether ``*`` is one of its resources, read literally."""
        return any(set(resource) == {"*"} for resource in self.resources or ())

    @property
    def allows_everything(self) -> bool:
        """Whether it reads ``Allow * on *`` without a condition; what it means is for the solver to say."""
        return self.allows and self.has_every_action and self.has_every_resource and not self.conditions


class PolicyDocument(msgspec.Struct, frozen=True):
    """A policy; ``version`` is 2008-10-17 when the document does not say (then policy variables are plain text)."""

    version: Literal["2008-10-17", "2012-10-17"] = "2008-10-17"
    id: str | None = None
    statements: tuple[Statement, ...] = ()

    @property
    def has_variables(self) -> bool:
        """Whether ``${…}`` is a policy variable in this document rather than plain text."""
        return self.version == "2012-10-17"

    @property
    def allows(self) -> Iterator[Statement]:
        """Its Allow statements, in order."""
        return (statement for statement in self.statements if statement.effect is Effect.ALLOW)

    @property
    def denies(self) -> Iterator[Statement]:
        """Its Deny statements, in order."""
        return (statement for statement in self.statements if statement.effect is Effect.DENY)


class _Number(msgspec.Struct, frozen=True):
    """A JSON number as it was written, so that no digit is lost on the way to text."""

    text: str


class _Repeated(msgspec.Struct, frozen=True):
    """A JSON object in which one key occurs twice."""

    key: str


def parse_policy(document: str | bytes | Mapping[str, object]) -> PolicyDocument:
    """Read a policy from JSON text or from an already decoded JSON object.

    Raises MalformedPolicy, naming the JSON path, for what AWS refuses to store: other elements than those of the
    grammar (names are case-sensitive), repeated keys, both sides of an exclusive pair, no Effect or Action, values of
    the wrong type, unknown condition operators. Whether Principal and Resource are due depends on the type of policy
    and is not judged here.
    """
    root = "$"
    decoded = document if isinstance(document, Mapping) else _decode(document)
    elements = _object(decoded, root, _DOCUMENT_ELEMENTS)
    version = elements.get("Version", "2008-10-17")
    if version != "2012-10-17" and version != "2008-10-17":  # noqa: PLR1714 - this spelling narrows the type
        raise _malformed(f"{root}.Version", "is neither 2012-10-17 nor 2008-10-17")
    if "Statement" not in elements:
        raise _malformed(root, "has no Statement")
    statements = elements["Statement"]
    if _is_list(statements):
        parsed = [
            _statement(value, index, f"{root}.Statement[{index}]")
            for index, value in enumerate(_items(statements, f"{root}.Statement"))
        ]
    else:
        parsed = [_statement(statements, 0, f"{root}.Statement")]
    identifier = _text(elements["Id"], f"{root}.Id") if "Id" in elements else None
    return PolicyDocument(version, identifier, tuple(parsed))


def _decode(text: str | bytes) -> object:
    if len(text) > MAX_CHARACTERS:
        raise _malformed("$", f"is longer than {MAX_CHARACTERS} characters")
    try:
        return json.loads(
            text if isinstance(text, str) else text.decode(),
            object_pairs_hook=_unique,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise MalformedPolicy(f"$: is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise MalformedPolicy(f"$: is not JSON at line {error.lineno} column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise MalformedPolicy("$: is nested too deeply") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object] | _Repeated:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            return _Repeated(key)
        found[key] = value
    return found


def _constant(name: str) -> NoReturn:
    raise _malformed("$", f"{name} is not JSON")


def _statement(value: object, index: int, path: str) -> Statement:
    elements = _object(value, path, _STATEMENT_ELEMENTS)
    for name in ("Principal", "Action", "Resource"):
        if name in elements and f"Not{name}" in elements:
            raise _malformed(path, f"has both {name} and Not{name}")
    if "Effect" not in elements:
        raise _malformed(path, "has no Effect")
    effect = elements["Effect"]
    if effect != "Allow" and effect != "Deny":  # noqa: PLR1714 - this spelling narrows the type
        raise _malformed(f"{path}.Effect", "is neither Allow nor Deny (case matters)")
    if "Action" not in elements and "NotAction" not in elements:
        raise _malformed(path, "has neither Action nor NotAction")
    return Statement(
        index=index,
        effect=Effect(effect),
        sid=_optional(elements, "Sid", path, _text),
        principals=_optional(elements, "Principal", path, _principals),
        not_principals=_optional(elements, "NotPrincipal", path, _principals),
        actions=_optional(elements, "Action", path, _actions),
        not_actions=_optional(elements, "NotAction", path, _actions),
        resources=_optional(elements, "Resource", path, _texts),
        not_resources=_optional(elements, "NotResource", path, _texts),
        conditions=_optional(elements, "Condition", path, _conditions) or (),
    )


def _optional(elements: Mapping[str, object], name: str, path: str, parse: Callable[[object, str], _T]) -> _T | None:
    return parse(elements[name], f"{path}.{name}") if name in elements else None


def _principals(value: object, path: str) -> Principals:
    if isinstance(value, str):
        if value != "*":
            raise _malformed(path, 'is text other than "*"')
        return Principals(anyone=True)
    entries = {kind: _texts(names, f"{path}.{kind}") for kind, names in _object(value, path, _PRINCIPAL_TYPES).items()}
    return Principals(
        aws=entries.get("AWS", ()),
        service=entries.get("Service", ()),
        federated=entries.get("Federated", ()),
        canonical_user=entries.get("CanonicalUser", ()),
    )


def _actions(value: object, path: str) -> tuple[str, ...]:
    actions = tuple(part.strip() for text in _texts(value, path) for part in text.split(",") if part.strip())
    for action in actions:
        if ":" not in action and set(action) != {"*"}:
            raise _malformed(path, f"{action!r} names no service (service:action)")
    return actions


def _conditions(value: object, path: str) -> tuple[Condition, ...]:
    return tuple(
        _condition(name, key, values, f"{path}.{name}.{key}")
        for name, keys in _object(value, path).items()
        for key, values in _object(keys, f"{path}.{name}").items()
    )


def _condition(name: str, key: str, values: object, path: str) -> Condition:
    lowered = name.lower()
    quantifier = Quantifier.ONE
    for prefixed in (Quantifier.FOR_ALL_VALUES, Quantifier.FOR_ANY_VALUE):
        if lowered.startswith(f"{prefixed.lower()}:"):
            quantifier, lowered = prefixed, lowered[len(prefixed) + 1 :]
    if_exists = lowered.endswith("ifexists")
    operator = _OPERATORS.get(lowered.removesuffix("ifexists"))
    if operator is None:
        raise _malformed(path, f"{name} is not a condition operator")
    if operator == "Null" and if_exists:
        raise _malformed(path, "Null takes no IfExists")
    items = _items(values, path) if _is_list(values) else (values,)
    if operator == "Null" and quantifier:
        return Condition(operator, key, ("true", "false") if quantifier is Quantifier.FOR_ALL_VALUES else ())
    return Condition(operator, key, tuple(_scalar(item, path) for item in items), quantifier, if_exists)


def _scalar(value: object, path: str) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _Number(text):
            return text
        case int() | float():
            return str(value)
        case _:
            raise _malformed(path, f"has {_kind(value)} where text, a number or a Boolean is due")


def _texts(value: object, path: str) -> tuple[str, ...]:
    if _is_list(value):
        return tuple(_text(item, f"{path}[{index}]") for index, item in enumerate(_items(value, path)))
    return (_text(value, path),)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _malformed(path, f"is {_kind(value)} where text is due")
    return value


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _items(value: object, path: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise _malformed(path, f"is {_kind(value)} where a list is due")
    if len(value) > MAX_ELEMENTS:
        raise _malformed(path, f"has more than {MAX_ELEMENTS} values")
    return value


def _object(value: object, path: str, names: frozenset[str] | None = None) -> Mapping[str, object]:
    if isinstance(value, _Repeated):
        raise _malformed(path, f"has {value.key!r} twice")
    if not isinstance(value, Mapping):
        raise _malformed(path, f"is {_kind(value)} where an object is due")
    for key in value:
        if not isinstance(key, str):
            raise _malformed(path, f"has {_kind(key)} as a key")
        if names is not None and key not in names:
            raise _malformed(path, f"{key!r} is not an element; expected {', '.join(sorted(names))}")
    return value


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a Boolean"
        case int() | float() | _Number():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case Mapping() | _Repeated():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def _malformed(path: str, wrong: str) -> MalformedPolicy:
    return MalformedPolicy(f"{path}: {wrong}")
