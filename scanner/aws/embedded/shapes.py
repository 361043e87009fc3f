"""Fits plain data to botocore's shapes, so that an answer which AWS could not give is refused when it is seeded."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape


class WrongShape(ValueError):  # noqa: N818 - it names what is wrong with the value
    """A value does not fit the botocore shape it was seeded for; the text says where."""


def fitted(shape: Shape | None, value: Any, path: str = "$") -> Any:
    """Return the value as botocore's shape wants it: ISO 8601 text becomes a time, base64 text bytes.

    Raises `WrongShape` for an unknown or missing member, a wrong type, or a value outside an enumeration.
    """
    match shape:
        case None:
            if value:
                raise WrongShape(f"{path}: the operation answers nothing")
            return {}
        case StructureShape():
            return _structure(shape, value, path)
        case ListShape():
            return [fitted(shape.member, item, f"{path}[{index}]") for index, item in enumerate(_of(list, value, path))]
        case MapShape():
            return {
                fitted(shape.key, key, path): fitted(shape.value, item, f"{path}.{key}")
                for key, item in _of(dict, value, path).items()
            }
        case _:
            return _scalar(shape, value, path)


def _of(kind: type, value: Any, path: str) -> Any:
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise WrongShape(f"{path}: {kind.__name__} expected, not {type(value).__name__}")


def _structure(shape: StructureShape, value: Any, path: str) -> dict[str, Any]:
    given: Mapping[str, Any] = _of(dict, value, path)
    if shape.is_document_type:
        return dict(given)
    if unknown := sorted(set(given) - set(shape.members)):
        raise WrongShape(f"{path}: {shape.name} has no member {', '.join(unknown)}")
    if missing := sorted(set(shape.required_members) - set(given)):
        raise WrongShape(f"{path}: {shape.name} needs {', '.join(missing)}")
    return {name: fitted(shape.members[name], item, f"{path}.{name}") for name, item in given.items()}


def _scalar(shape: Shape, value: Any, path: str) -> Any:
    match shape.type_name:
        case "string" | "character":
            return _string(shape, _of(str, value, path), path)
        case "boolean":
            return _of(bool, value, path)
        case "integer" | "long":
            return _of(int, value, path)
        case "float" | "double":
            return float(_of(int if isinstance(value, int) else float, value, path))
        case "timestamp":
            return _time(value, path)
        case "blob":
            return _blob(value, path)
        case other:
            raise WrongShape(f"{path}: no value can be fitted to the type {other}")


def _string(shape: Shape, value: str, path: str) -> str:
    allowed = shape.enum if isinstance(shape, StringShape) else []
    if allowed and value not in allowed:
        raise WrongShape(f"{path}: {value!r} is none of {shape.name}: {', '.join(allowed)}")
    return value


def _time(value: Any, path: str) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(_of(str, value, path))
    except ValueError as wrong:
        raise WrongShape(f"{path}: an ISO 8601 time expected, not {value!r}") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _blob(value: Any, path: str) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(_of(str, value, path), validate=True)
    except binascii.Error as wrong:
        raise WrongShape(f"{path}: base64 expected") from wrong
