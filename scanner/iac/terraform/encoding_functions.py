"""Terraform's functions that write values in other forms.

Source: Terraform language documentation, "Encoding Functions".
"""

import base64
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.iac.terraform.evaluate import EvaluationError
from scanner.iac.values import Hole, Value

_NAMESPACES: Final = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def _yaml(value: Value) -> Value:
    import yaml  # noqa: PLC0415 - few configurations write YAML

    class _Dumper(yaml.SafeDumper):
        """Writes as Terraform does: texts in quotation marks, those of several lines as blocks."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the same thing is written each time
            return True

    def text(dumper: yaml.SafeDumper, said: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", said, style="|" if "\n" in said else '"')

    _Dumper.add_representer(str, text)
    try:
        return str(yaml.dump(value, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=float("inf")))
    except (yaml.YAMLError, RecursionError):
        return Hole("yamlencode(…)", detail="not all of what is to be written as YAML is a plain value")


def _encoded(text: Value, encoding: Value) -> str:
    return base64.b64encode(str(text).encode(_codec(encoding))).decode()


def _decoded(text: Value, encoding: Value) -> str:
    return base64.b64decode(str(text), validate=True).decode(_codec(encoding))


def _codec(encoding: Value) -> str:
    """Return how Python calls an encoding of IANA's; byte order marks are written by none."""
    name = str(encoding).lower()
    return "utf-16-be" if name == "utf-16" else name


def _uuid(space: Value, name: Value) -> str:
    said = str(space)
    try:
        known = _NAMESPACES[said] if said in _NAMESPACES else uuid.UUID(said)
    except ValueError as error:
        raise EvaluationError(f"{said!r:.60} is no namespace") from error
    return str(uuid.uuid5(known, str(name)))


ENCODINGS: Final[Mapping[str, Callable[..., Value]]] = {
    "ephemeralasnull": lambda value: value,
    "textdecodebase64": _decoded,
    "textencodebase64": _encoded,
    "uuidv5": _uuid,
    "yamlencode": _yaml,
}
