"""The intrinsic functions of CloudFormation, as far as their arguments are known.

Source: AWS CloudFormation Template Reference, "Intrinsic function reference"; User Guide, "Get values stored in other
services using dynamic references".
"""

import base64
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.values import SYMBOLS, Encoded, Hole, Value, encode, first_hole, join_texts
from scanner.model.maybe import Reason

if TYPE_CHECKING:
    from scanner.iac.cloudformation.template import Template

KNOWN_AFTER_APPLY: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What stands in a change set for a value that does not exist yet."""
_DYNAMIC: Final = re.compile(r"(\{\{resolve:[^{}]*\}\})")
_PLACE: Final = re.compile(r"\$\{(!?[^}]*)\}")


def plain(text: str) -> Value:
    """Return a text as it is: with a hole for each dynamic reference, which is looked up when the stack is made."""
    if KNOWN_AFTER_APPLY in text:
        return Hole(text, Reason.KNOWN_AFTER_APPLY, "it is known after deployment")
    if "{{resolve:" not in text:
        return text
    parts = [part for part in _DYNAMIC.split(text) if part]
    found = [
        Hole(part, detail=f"{part} is looked up when the stack is made") if _DYNAMIC.match(part) else part
        for part in parts
    ]
    return found[0] if len(found) == 1 else join_texts(found)


def _if(at: "Template", argument: Any) -> Value:
    test = at.condition(str(argument[0]))
    return test if isinstance(test, Hole) else at.value(argument[1] if test else argument[2])


def _sub(at: "Template", argument: Any) -> Value:
    text, names = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    pieces: list[Value] = []
    end = 0
    for match in _PLACE.finditer(text):
        pieces += [plain(text[end : match.start()]), _placed(at, match.group(1), names)]
        end = match.end()
    pieces = [piece for piece in (*pieces, plain(text[end:])) if piece != ""]
    return pieces[0] if len(pieces) == 1 else join_texts(pieces)


def _placed(at: "Template", name: str, names: Mapping[str, Any]) -> Value:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in names:
        value = at.value(names[name])
    elif "." in name and "::" not in name:
        value = _get_att(at, name.split(".", 1))
    else:
        value = at.value({"Ref": name})
    return value if isinstance(value, SYMBOLS) else str(value)


def _get_att(at: "Template", argument: Any) -> Value:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    name, attribute = at.value(parts[0]), at.value(parts[1])
    hole = first_hole([name, attribute])
    if hole is not None:
        return hole
    return at.attribute(name, "arn" if attribute == "Arn" else str(attribute))


def _join(at: "Template", argument: Any) -> Value:
    separator, items = argument[0], at.value(argument[1])
    if isinstance(items, Hole):
        return items
    pieces: list[Value] = []
    for item in items:
        text = item if isinstance(item, SYMBOLS) else str(item)
        pieces += [separator, text] if pieces else [text]
    return join_texts(pieces)


def _select(at: "Template", argument: Any) -> Value:
    number, items = at.value(argument[0]), at.value(argument[1])
    hole = number if isinstance(number, Hole) else items if isinstance(items, Hole) else None
    return hole if hole is not None else items[int(number)]


def _split(at: "Template", argument: Any) -> Value:
    text = at.value(argument[1])
    hole = first_hole(text)
    return hole if hole is not None else text.split(argument[0])


def _find(at: "Template", argument: Any) -> Value:
    names = [at.value(part) for part in argument[:3]]
    hole = first_hole(names)
    if hole is not None:
        return hole
    found: Any = at.mappings
    try:
        for name in names:
            found = found[str(name)]
    except LookupError:
        if not (len(argument) == 4 and isinstance(argument[3], Mapping) and "DefaultValue" in argument[3]):  # noqa: PLR2004 - map, two keys, options
            raise
        found = argument[3]["DefaultValue"]
    return at.value(found)


def _zones(at: "Template", argument: Any) -> Value:
    region = at.value(argument) or at.value({"Ref": "AWS::Region"})
    detail = "the Availability Zones are known to AWS alone"
    return Hole(f"GetAZs {region}", Reason.KNOWN_AFTER_APPLY, detail, "Fn::GetAZs")


def _cidr(at: "Template", argument: Any) -> Value:
    said = at.value(argument)
    hole = first_hole(said)
    if hole is not None:
        return hole
    network = ip_network(said[0])
    length = network.max_prefixlen - int(said[2] if len(said) > 2 else 8)  # noqa: PLR2004 - the bits are the third
    return [str(one) for one in islice(network.subnets(new_prefix=length), int(said[1]))]


def _base64(at: "Template", argument: Any) -> Value:
    said = at.value(argument)
    return said if isinstance(said, SYMBOLS) else base64.b64encode(str(said).encode()).decode()


def _length(at: "Template", argument: Any) -> Value:
    said = at.value(argument)
    return said if isinstance(said, SYMBOLS) else len(said)


def _json(at: "Template", argument: Any) -> Value:
    said = at.value(argument)
    return Encoded(said) if first_hole(said) is not None else encode(said)


def _import(at: "Template", argument: Any) -> Value:
    name = at.value(argument)
    reference = f"ImportValue {name}"
    return Hole(reference, Reason.UNRESOLVED, f"{reference} is of another stack", reference, "id")


FUNCTIONS: Final[dict[str, Callable[["Template", Any], Value]]] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _zones,
    "Fn::If": _if,
    "Fn::Length": _length,
    "Fn::ToJsonString": _json,
    "Fn::Sub": _sub,
    "Fn::GetAtt": _get_att,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find,
    "Fn::ImportValue": _import,
}
