"""Arguments that hold JSON, as the values in it: what is not known of them stays a hole where it is."""

import json
import re
from typing import Any, Final

from scanner.iac.values import Encoded, Hole, Template, Value, first_hole

_MARK: Final = re.compile("\ue000(\\d+)\ue001")


def decoded(value: Value) -> Value:
    """Return the structure that a text or symbol encodes, with holes where they are. Raises ValueError if it is no JSON."""
    if isinstance(value, Encoded):
        return value.value
    if isinstance(value, Template):
        symbols: list[Hole | Encoded] = []
        text = ""
        for part in value.parts:
            if isinstance(part, str):
                text += part
            else:
                symbols.append(part)
                text += f"\ue000{len(symbols) - 1}\ue001"
        return _restored(_load(text), symbols)
    if isinstance(value, str):
        return _load(value)
    return value


def document_of(value: Value) -> Value:
    """Return the same, with a hole in place of what is no JSON; null where there is nothing."""
    try:
        return None if value in (None, "") else decoded(value)
    except ValueError as error:
        hole = first_hole(value)
        return hole if hole is not None else Hole("the document", detail=f"it is no JSON: {error}")


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _restored(value: Any, symbols: list[Hole | Encoded]) -> Value:
    if isinstance(value, dict):
        return {str(_plain_key(key, symbols)): _restored(item, symbols) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, symbols) for item in value]
    if not isinstance(value, str) or "\ue000" not in value:
        return value
    pieces = _MARK.split(value)
    parts = [symbols[int(piece)] if number % 2 else piece for number, piece in enumerate(pieces) if piece]
    return parts[0] if len(parts) == 1 else Template(tuple(parts))


def _plain_key(key: str, symbols: list[Hole | Encoded]) -> str:
    return _MARK.sub(lambda match: f"{{{symbols[int(match.group(1))]}}}", key)
