"""What the overlay was told to answer, and to change in moto's answers; checked against botocore's shapes first."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.utils import get_service_model

from scanner.aws.embedded.shapes import WrongShape, fitted
from scanner.aws.embedded.wire import Call, ServiceError, operation_model

ANY = "*"


class Failure(msgspec.Struct, frozen=True):
    """An error answer: the service's code, its message, its HTTP status."""

    code: str
    message: str
    status: int = 400


class Answer(msgspec.Struct, frozen=True):
    """What one operation answers: a response or an error.

    `account` and `region` may be `*`; `where` names parameters that the call must carry, and the most specific answer
    wins, then the latest. Times in `response` are ISO 8601 text and blobs base64, as in recorded evidence.
    """

    service: str
    operation: str
    response: dict[str, Any] = {}
    error: Failure | None = None
    account: str = ANY
    region: str = ANY
    where: dict[str, Any] = {}

    def suits(self, call: Call) -> bool:
        """Whether this answers the call."""
        return (
            self.account in (ANY, call.account)
            and self.region in (ANY, call.region)
            and all(call.parameters.get(name) == value for name, value in self.where.items())
        )

    def specificity(self) -> tuple[bool, bool, int]:
        """How narrowly it is meant; compares greater for the narrower answer."""
        return (self.account != ANY, self.region != ANY, len(self.where))


class Amendment(msgspec.Struct, frozen=True):
    """A change to every structure of the named shapes, in any answer of the service, whose members equal `where`.

    moto dates everything now; this is how a key becomes three years old in each call that shows it.
    """

    service: str
    shapes: tuple[str, ...]
    where: dict[str, Any]
    set: dict[str, Any]
    account: str = ANY

    def suits(self, shape: StructureShape, value: Mapping[str, Any]) -> bool:
        """Whether it changes such a structure."""
        return shape.name in self.shapes and all(value.get(name) == wanted for name, wanted in self.where.items())


class Answers:
    """The seeded answers and amendments of one server."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._amendments: dict[str, list[Amendment]] = {}
        for answer in answers:
            self.register(answer)

    def register(self, answer: Answer) -> None:
        """Keep an answer. Raises `WrongShape` where AWS could not give it."""
        try:
            operation = operation_model(answer.service, answer.operation)
        except LookupError as unknown:
            raise WrongShape(str(unknown)) from unknown
        _require_members(operation.input_shape, answer.where, f"{answer.service} {answer.operation} where")
        path = f"{answer.service} {answer.operation}"
        response = {} if answer.error else fitted(operation.output_shape, answer.response, path)
        kept = msgspec.structs.replace(answer, response=response)
        self._answers.setdefault((answer.service, answer.operation), []).append(kept)

    def amend(self, amendment: Amendment) -> None:
        """Keep an amendment. Raises `WrongShape` where a named shape has no such members, or the values do not fit."""
        model = get_service_model(amendment.service)
        unknown = sorted(set(amendment.shapes) - set(model.shape_names))
        if unknown or not amendment.shapes:
            raise WrongShape(f"{amendment.service} has no shape {', '.join(unknown)}")
        for name in amendment.shapes:
            shape = model.shape_for(name)
            _require_members(shape, amendment.where | amendment.set, name)
            for member, value in amendment.set.items():
                fitted(shape.members[member], value, f"{name}.{member}")
        self._amendments.setdefault(amendment.service, []).append(amendment)

    def find(self, call: Call) -> Answer | None:
        """Return the answer for a call, if one was seeded."""
        suiting = [answer for answer in self._answers.get((call.service, call.operation), ()) if answer.suits(call)]
        return max(reversed(suiting), key=Answer.specificity, default=None)

    def amendments_for(self, call: Call, body: bytes) -> list[Amendment]:
        """Return the amendments that may change an answer with this body; the cheap test spares most parsing."""
        return [
            amendment
            for amendment in self._amendments.get(call.service, ())
            if amendment.account in (ANY, call.account)
            and all(str(value).encode() in body for value in amendment.where.values())
        ]


def _require_members(shape: Shape | None, members: Mapping[str, Any], path: str) -> None:
    known = set(shape.members) if isinstance(shape, StructureShape) else set()
    if unknown := sorted(set(members) - known):
        raise WrongShape(f"{path}: no member {', '.join(unknown)}")


def amended(shape: Shape | None, value: Any, amendments: list[Amendment]) -> Any:
    """Return the value with the amendments applied to each structure in it."""
    match shape:
        case StructureShape() if isinstance(value, dict):
            changed = {name: amended(shape.members.get(name), item, amendments) for name, item in value.items()}
            for amendment in amendments:
                if amendment.suits(shape, changed):
                    changed |= {name: fitted(shape.members[name], new) for name, new in amendment.set.items()}
            return changed
        case ListShape() if isinstance(value, list):
            return [amended(shape.member, item, amendments) for item in value]
        case MapShape() if isinstance(value, dict):
            return {key: amended(shape.value, item, amendments) for key, item in value.items()}
        case _:
            return value


def given(answer: Answer) -> dict[str, Any]:
    """Return the response of an answer. Raises its error as `ServiceError`."""
    if answer.error:
        raise ServiceError(answer.error.code, answer.error.message, answer.error.status)
    return answer.response
