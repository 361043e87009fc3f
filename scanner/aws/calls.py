"""One AWS call, through all its pages: what came back, or the failure in our words. Never raises for what AWS does."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from scanner.aws.session import Session
from scanner.evidence import Answer, Failure
from scanner.failures import reason_of
from scanner.model.maybe import Reason, UnknownAsked, known
from scanner.pages import PackedPages
from scanner.plan import Step
from scanner.reader import Preparation, Reader, without

MOST_PAGES: Final = 20_000
"""Pages of one listing beyond which it is cut off and recorded as incomplete: no listing is endless."""
_READY_WITHIN: Final = 120.0
"""Seconds that a prepared answer may take to become ready."""


def call_once(session: Session, step: Step) -> Answer:
    """Make the call of a step, page by page, and return the answer with every failure recorded in it."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    reader, region = step.reader, _endpoint_region(step, session)
    pages = PackedPages()
    try:
        client = session.client(reader.service, region)
        limiter = session.limiters.of(session.account, client.meta.region_name, reader.service, reader.operation)
        if reader.after is not None:
            _prepare(client, reader.after)
        for page in _pages(client, reader, dict(step.place.parameters)):
            limiter.passed()
            pages.append(without(reader.secrets, page))
    except ClientError as error:
        said = error.response.get("Error", {})
        return Answer(
            pages,
            complete=False,
            failure=_failure(reader, str(said.get("Code", "Unknown")), str(said.get("Message", ""))),
        )
    except _NotReadyError as error:
        return Answer(pages, complete=False, failure=Failure("NotReady", str(error)))
    except (BotoCoreError, ResponseParserError, ValueError, LookupError, TypeError) as error:
        return Answer(pages, complete=False, failure=_broken(session, reader, region, error))
    return Answer(pages, complete=len(pages) < MOST_PAGES)


class _NotReadyError(Exception):
    """A prepared answer did not become ready in time."""


_ONLY_IN: Final = {
    name: {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
    for name in ("support", "trustedadvisor")
}
"""Services that speak for the whole account, and have endpoints in few regions only (AWS General Reference)."""


def _endpoint_region(step: Step, session: Session) -> str:
    if not step.scope.is_global:
        return step.scope.region
    if step.reader.endpoint_region is None:
        return _ONLY_IN.get(step.reader.service, {}).get(step.scope.partition, session.home)
    try:
        return known(step.reader.endpoint_region(step.parent))
    except UnknownAsked:
        return session.home


def _failure(reader: Reader, code: str, message: str) -> Failure:
    return Failure(code, message, reader.means.get(code) or reason_of(code))


def _broken(session: Session, reader: Reader, region: str, error: Exception) -> Failure:
    """Say what broke on the way to AWS or in the form of its answer."""
    unreachable = type(error).__name__ in {"EndpointConnectionError", "ConnectTimeoutError"}
    if unreachable and session.lacks(reader.service, region):
        return Failure("ServiceAbsent", f"{reader.service} is not offered in {region}", Reason.NOT_ENABLED)
    return Failure(type(error).__name__, " ".join(str(error).split())[:300])


def _pages(client: Any, reader: Reader, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from botocore import xform_name  # noqa: PLC0415

    operation = reader.operation
    method = getattr(client, xform_name(operation))
    tokens = _tokens(client, xform_name(operation))
    asked = dict(parameters)
    last: object = None
    for _ in range(MOST_PAGES):
        page = method(**asked) if reader.until is None else _ready(lambda: method(**asked), operation, *reader.until)  # noqa: B023 - called at once
        page.pop("ResponseMetadata", None)
        yield plain(page)
        found = next(((name, token) for key, name in tokens if (token := _member(page, key))), None)
        if found is None or (page.get("IsTruncated") is False):
            return
        if found[1] == last:
            raise ValueError(f"{operation} answered the same page token twice")
        last = found[1]
        asked = {**parameters, found[0]: found[1]}


def _member(page: dict[str, Any], path: str) -> Any:
    """Return the member that a path such as `DistributionList.NextMarker` names, or None."""
    value: Any = page
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _tokens(client: Any, method: str) -> list[tuple[str, str]]:
    """Return (key in the answer, parameter of the next call): from botocore's paginators, else by AWS's common names."""
    if client.can_paginate(method):
        paginator = client.get_paginator(method)
        pairs = []
        for output, parameter in zip(paginator._output_token, paginator._input_token, strict=False):  # noqa: SLF001 - its only account of tokens
            pairs.append((output.expression, parameter))
        return pairs
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    takes = shape.input_shape.members if shape.input_shape is not None else {}
    gives = shape.output_shape.members if shape.output_shape is not None else {}
    return [
        (name, name)
        for name in ("NextToken", "nextToken", "Marker", "ContinuationToken")
        if name in takes and name in gives
    ]


def _prepare(client: Any, preparation: Preparation) -> None:
    from botocore import xform_name  # noqa: PLC0415

    method = getattr(client, xform_name(preparation.operation))
    _ready(method, preparation.operation, preparation.key, preparation.ready)


def _ready(ask: Callable[[], Any], operation: str, key: str, ready: str) -> Any:
    """Ask until an answer says that it is ready; return that answer. Raises `_NotReadyError` if none does in time."""
    until, pause = time.monotonic() + _READY_WITHIN, 0.25
    while (answer := ask()).get(key) != ready:
        if time.monotonic() > until or answer.get(key) == "FAILED":
            raise _NotReadyError(
                f"{operation} was not {ready} within {_READY_WITHIN:.0f} seconds, but {answer.get(key)}"
            )
        time.sleep(pause)
        pause = min(2 * pause, 5.0)
    return answer


def plain(value: Any) -> Any:
    """Return what botocore decoded as plain JSON values: times as ISO 8601 in UTC, blobs as base64."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if hasattr(value, "read"):
        return base64.b64encode(value.read()).decode("ascii")
    return value
