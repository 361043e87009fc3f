"""The overlay: a WSGI application in front of moto that answers what moto lacks and amends what it fakes.

A call is answered by the first of: a handler that keeps state, a seeded answer, moto. What moto does not implement is
a typed error with status 501, never an HTML page or a 500, which a client would retry as an outage.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication

import msgspec
from moto.core.request import Request
from moto.iam.models import get_account_id_from
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from scanner.aws.embedded import account_settings, analyzers, buckets, ec2_settings, instance_metadata, refusals
from scanner.aws.embedded.answers import Amendment, Answer, Answers, amended, given
from scanner.aws.embedded.base_answers import BASE_ANSWERS
from scanner.aws.embedded.inspector_filters import wanted_findings
from scanner.aws.embedded.paging import page_of
from scanner.aws.embedded.realism import REALISTIC
from scanner.aws.embedded.shapes import WrongShape
from scanner.aws.embedded.state import Handlers, States
from scanner.aws.embedded.wire import (
    Call,
    ServiceError,
    answer_of,
    call_of,
    error_response_of,
    operation_model,
    response_of,
    scope_of,
)

ADMIN_PREFIX: Final = "/casemate/"
NOT_IMPLEMENTED_CODE: Final = "NotImplementedByEmbeddedAws"

_Environ: TypeAlias = dict[str, Any]
_HANDLERS: Final[Handlers] = {
    **account_settings.HANDLERS,
    **analyzers.HANDLERS,
    **ec2_settings.HANDLERS,
    **instance_metadata.HANDLERS,
    **refusals.HANDLERS,
}


class Overlay:
    """One embedded AWS: moto behind, with the seeded answers, amendments and settings of its accounts."""

    def __init__(self, backend: WSGIApplication) -> None:
        self._backend = backend
        self._answers = Answers(BASE_ANSWERS)
        self._states = States()

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        owned: _Environ = dict(environ)
        body = Request(owned).get_data()
        owned |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        owned.pop("HTTP_TRANSFER_ENCODING", None)
        return self._respond(owned, body)(owned, start_response)

    def _respond(self, environ: _Environ, body: bytes) -> Response:
        request = Request(_rewound(environ, body))
        if request.path.startswith(ADMIN_PREFIX):
            return self._administer(request)
        scope = scope_of(request)
        account = request.headers.get("x-moto-account-id") or get_account_id_from(scope.access_key if scope else "")
        call = call_of(request, account)
        if call is None:
            return self._from_backend(_rewound(environ, body))
        try:
            answer = self._answer(call)
        except ServiceError as error:
            return error_response_of(call.service, call.protocol, error)
        if answer is not None:
            return response_of(call, answer)
        return self._amended(call, self._realistic(call, environ, self._from_moto(call, _rewound(environ, body))))

    def _answer(self, call: Call) -> Mapping[str, Any] | None:
        refusals.refuse_other_owner(call)
        refusals.answer_dry_run(call)
        handler = _HANDLERS.get((call.service, call.operation))
        if handler is not None:
            with self._states.lock:
                answer = handler(call, self._states.of(call))
            if answer is not None:
                return page_of(call, answer)
        seeded = self._answers.find(call)
        if seeded is None:
            return None
        answer = given(seeded)
        if (call.service, call.operation) == ("inspector2", "ListFindings"):
            answer = wanted_findings(call, answer)
        return page_of(call, answer)

    def _from_backend(self, environ: _Environ) -> Response:
        return Response.from_app(self._backend, environ, buffered=True)

    def _from_moto(self, call: Call, environ: _Environ) -> Response:
        try:
            response = self._from_backend(environ)
        except NotImplementedError:
            return _not_implemented(call)
        unknown = response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)
        if unknown and call.service != "s3" and response.mimetype == "text/html":
            return _not_implemented(call)
        return response

    def _realistic(self, call: Call, environ: _Environ, response: Response) -> Response:
        name = (call.service, call.operation)
        if name == ("s3", "CreateBucket") and response.status_code == HTTPStatus.OK:
            for put in buckets.settings_of_new_bucket(call):
                self._from_backend(_signed_like(environ, put))
        if name == ("s3", "GetBucketEncryption") and buckets.NO_ENCRYPTION_CODE in response.get_data():
            return response_of(call, buckets.DEFAULT_ENCRYPTION)
        change = REALISTIC.get(name)
        if change is None or response.status_code != HTTPStatus.OK:
            return response
        return response_of(call, change(call, answer_of(call, response)))

    def _amended(self, call: Call, response: Response) -> Response:
        if response.status_code != HTTPStatus.OK:
            return response
        amendments = self._answers.amendments_for(call, response.get_data())
        if not amendments:
            return response
        before = answer_of(call, response)
        after = amended(operation_model(call.service, call.operation).output_shape, before, amendments)
        return response if after == before else response_of(call, after)

    def _administer(self, request: Request) -> Response:
        try:
            match (request.method, request.path.removeprefix(ADMIN_PREFIX)):
                case ("POST", "answers"):
                    for answer in msgspec.json.decode(request.get_data(), type=list[Answer]):
                        self._answers.register(answer)
                case ("POST", "amendments"):
                    for amendment in msgspec.json.decode(request.get_data(), type=list[Amendment]):
                        self._answers.amend(amendment)
                case _:
                    return Response("Nothing is administered here.\n", status=HTTPStatus.NOT_FOUND)
        except (WrongShape, msgspec.MsgspecError) as wrong:
            return Response(f"{wrong}\n", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return Response(status=HTTPStatus.NO_CONTENT)


def _rewound(environ: _Environ, body: bytes) -> _Environ:
    return {**environ, "wsgi.input": BytesIO(body)}


def _signed_like(environ: _Environ, put: buckets.Put) -> _Environ:
    """Return a request to the same host by the same caller; moto does not verify signatures, it reads the scope."""
    builder = EnvironBuilder(
        path=put.path,
        query_string=put.query,
        method="PUT",
        data=put.body,
        content_type="application/xml",
        headers=[("Authorization", environ.get("HTTP_AUTHORIZATION", "")), ("Host", environ.get("HTTP_HOST", ""))],
    )
    return builder.get_environ()


def _not_implemented(call: Call) -> Response:
    error = ServiceError(
        NOT_IMPLEMENTED_CODE,
        f"The embedded AWS does not implement {call.service} {call.operation}.",
        HTTPStatus.NOT_IMPLEMENTED,
    )
    return error_response_of(call.service, call.protocol, error)
