"""Cuts a whole list answer into pages, by botocore's own pagination models."""

import base64
import binascii
from functools import cache
from typing import Any, Final

import msgspec
from botocore.exceptions import UnknownServiceError
from botocore.loaders import DataNotFoundError
from botocore.session import get_session

from scanner.aws.embedded.wire import Call, ServiceError

_TOKEN_PREFIX: Final = "page-"  # noqa: S105 - an offset, no secret


class Paging(msgspec.Struct, frozen=True):
    """How one operation pages: the names of its members in the request and in the answer."""

    input_token: str
    output_token: str
    result: str
    limit: str | None
    more: str | None


@cache
def _paginators(service: str) -> dict[str, dict[str, Any]]:
    try:
        model = get_session().get_component("data_loader").load_service_model(service, "paginators-1")
    except (UnknownServiceError, DataNotFoundError):
        return {}
    pagination: dict[str, dict[str, Any]] = model["pagination"]
    return pagination


@cache
def paging_of(service: str, operation: str) -> Paging | None:
    """How an operation pages, or nothing where it does not, or pages by several tokens or nested members."""
    model = _paginators(service).get(operation)
    if model is None:
        return None
    results = model["result_key"]
    first = results[0] if isinstance(results, list) else results
    names = (model["input_token"], model["output_token"], first)
    if not all(isinstance(name, str) and name.isalnum() for name in names):
        return None
    return Paging(*names, limit=model.get("limit_key"), more=model.get("more_results"))


def _offset(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as wrong:
        raise ServiceError("InvalidNextTokenException", "The token is not valid.") from wrong
    number = text.removeprefix(_TOKEN_PREFIX)
    if not number.isdecimal():
        raise ServiceError("InvalidNextTokenException", "The token is not valid.")
    return int(number)


def page_of(call: Call, answer: dict[str, Any], at_most: int | None = None) -> dict[str, Any]:
    """Return the page of a whole answer that the call asks for.

    `at_most` caps the page beside the call's own limit. The answer is returned unchanged where the operation does not
    page, or no limit is set. Raises `ServiceError` for a token which is none of ours.
    """
    paging = paging_of(call.service, call.operation)
    if paging is None or not isinstance(answer.get(paging.result), list):
        return answer
    asked = int(call.parameters.get(paging.limit, 0) or 0) if paging.limit else 0
    sizes = [size for size in (asked, at_most or 0) if size > 0]
    token = call.parameters.get(paging.input_token)
    start = _offset(token) if token else 0
    rows = answer[paging.result][start:]
    page = {name: value for name, value in answer.items() if name != paging.output_token}
    size = min(sizes, default=len(rows))
    page[paging.result] = rows[:size]
    if paging.more:
        page[paging.more] = len(rows) > size
    if len(rows) > size:
        page[paging.output_token] = base64.urlsafe_b64encode(f"{_TOKEN_PREFIX}{start + size}".encode()).decode()
    return page
