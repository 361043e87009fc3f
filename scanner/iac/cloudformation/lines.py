"""Where a template writes what the declarations made of it say: a tree of arguments and blocks with lines and no values.

An argument is known by Terraform's name, which a shape gives or which is the property's own in another spelling
(`BlockPublicAcls`, `block_public_acls`).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from scanner.iac.cloudformation.shapes import Block as BlockOf
from scanner.iac.cloudformation.shapes import Document, Spec, Switch
from scanner.iac.cloudformation.template import Located
from scanner.iac.terraform.syntax import Argument, Block, Body, Literal

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RULE: Final[Mapping[str, Spec]] = {"cidr_blocks": "CidrIp", "ipv6_cidr_blocks": "CidrIpv6", "protocol": "IpProtocol"}
_BESIDE_SHAPES: Final[Mapping[str, Mapping[str, Spec]]] = {
    "aws_security_group": {
        "ingress": BlockOf("SecurityGroupIngress", _RULE),
        "egress": BlockOf("SecurityGroupEgress", _RULE),
    },
    "aws_security_group_rule": _RULE,
}
"""Arguments that no table of a shape tells."""


def body_of(terraform: str, written: Any, specs: Mapping[str, Spec], file: str) -> Body | None:
    """Return where the arguments of a resource are written; None where its properties have no lines."""
    return _body(written, {**specs, **_BESIDE_SHAPES.get(terraform, {})}, file)


def _body(written: Any, specs: Mapping[str, Spec], file: str) -> Body | None:
    if not isinstance(written, Located):
        return None
    arguments: dict[str, Argument] = {}
    blocks: list[Block] = []
    for key, value in written.items():
        name = _WORD.sub("_", key).lower()
        _take(name, value, _place(written, key), {}, file, arguments, blocks)
    for name, spec in specs.items():
        inner = spec.arguments if isinstance(spec, BlockOf) else {}
        path = spec if isinstance(spec, str) else spec.of if isinstance(spec, BlockOf | Document | Switch) else ""
        found = _at(written, path)
        if found is not None:
            holder, key = found
            place = _place(holder, key)
            _take(
                name, holder[key], place if isinstance(spec, str) else (place[0], 0, 0), inner, file, arguments, blocks
            )
    return Body(arguments, tuple(blocks))


def _take(  # noqa: PLR0917 - where a thing stands, and where to put that
    name: str,
    value: Any,
    place: tuple[int, int, int],
    specs: Mapping[str, Spec],
    file: str,
    arguments: dict[str, Argument],
    blocks: list[Block],
) -> None:
    items = [
        one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Located) and _is_map(one)
    ]
    if not items:
        arguments[name] = Argument(name, Literal(None), *place)
    for item in items:
        inner = _body(item, specs, file)
        if inner is not None:
            blocks.append(Block(name, (), inner, file, item.line if isinstance(value, list) else place[0]))


def _is_map(one: Located) -> bool:
    """Whether this is a map of properties, rather than the call of an intrinsic function."""
    return not any(key in ("Ref", "Condition") or key.startswith("Fn::") for key in one)


def _place(written: Located, key: str) -> tuple[int, int, int]:
    """Return the line of a key, and the span of its value if that is written out as a literal."""
    lines: Mapping[str, int] = getattr(written, "lines", {})
    return (lines.get(key, getattr(written, "line", 1)), *written.spans.get(key, (0, 0)))


def _at(written: Any, path: str) -> tuple[Located, str] | None:
    """Return the mapping that holds the property at a path with dots, and its key there."""
    *outer, key = path.split(".")
    found = written
    for step in outer:
        found = found.get(step) if isinstance(found, Located) else None
    return (found, key) if isinstance(found, Located) and key in found else None
