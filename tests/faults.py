"""An AWS that misbehaves on order: a proxy for tests in front of an embedded AWS.

It records every call and injects faults by rule. Each method that adds a rule takes a service and an operation (either
may be `*`), and optionally: a `region`, an `account`, `nth` (the first matching call that is hit, from 1) and `times`
(how many calls are hit from there; without it, all).

    with FaultyAws(endpoint_url) as aws:
        aws.fail("s3", "GetBucketPolicy", code="AccessDenied")
        aws.throttle("ec2", "DescribeInstances", times=2)
        ...
        assert ("s3", "GetBucketPolicy") in aws.operations()
"""

import json
import socket
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import urlsplit

import msgspec
from moto.core.request import Request
from werkzeug.wrappers import Response

from scanner.aws.embedded import ACCOUNT_ID
from scanner.aws.embedded.paging import page_of, paging_of
from scanner.aws.embedded.wire import Call, ServiceError, answer_of, call_of, error_response_of, response_of, scope_of

ANY: Final = "*"
_UPSTREAM_TIMEOUT: Final = 60
_HOP_HEADERS: Final = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
_PROXY_PAGE: Final = (
    b"<!doctype html><html><head><title>Service unavailable</title></head><body>Try later</body></html>"
)

_DENIED: Final = {
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "query": ("AccessDenied", 403),
    "rest-json": ("AccessDeniedException", 403),
    "rest-xml": ("AccessDenied", 403),
}
_THROTTLED: Final = {
    "ec2": ("RequestLimitExceeded", 503),
    "json": ("ThrottlingException", 400),
    "query": ("Throttling", 400),
    "rest-json": ("TooManyRequestsException", 429),
    "rest-xml": ("SlowDown", 503),
}
_STATUS_OF_CODE: Final = {
    "AccessDenied": 403,
    "InternalError": 500,
    "InternalFailure": 500,
    "RequestLimitExceeded": 503,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
    "UnauthorizedOperation": 403,
}


class Recorded(msgspec.Struct, frozen=True):
    """One call that arrived, with the HTTP status of its answer, or 0 where none was given."""

    account: str
    region: str
    service: str
    operation: str
    parameters: dict[str, Any]
    status: int


class _Lost(Exception):  # noqa: N818
    """The connection is to be closed without an answer, or with only the first half of one."""

    def __init__(self, half_of: Response | None = None) -> None:
        super().__init__()
        self.half_of = half_of


Forward: TypeAlias = Callable[[], Response]
Fault: TypeAlias = Callable[[Call, Forward], Response]


class _Rule:
    def __init__(self, where: tuple[str, str, str, str], fault: Fault, nth: int, times: int | None) -> None:
        self._where = where
        self._first = nth
        self._last = None if times is None else nth + times - 1
        self._seen = 0
        self.fault = fault

    def hits(self, call: Call) -> bool:
        asked = (call.service, call.operation, call.region, call.account)
        if not all(wanted in (ANY, actual) for wanted, actual in zip(self._where, asked, strict=True)):
            return False
        self._seen += 1
        return self._seen >= self._first and (self._last is None or self._seen <= self._last)


class FaultyAws:
    """A proxy on 127.0.0.1 before the AWS at `upstream`; a context manager with an `endpoint_url` of its own."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._rules: list[_Rule] = []
        self._accounts: dict[str, str] = {}
        self._lock = Lock()
        self._closing = Event()
        self._whole: dict[str, dict[str, Any]] = {}
        self._calls: list[Recorded] = []
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.endpoint_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def calls(self) -> list[Recorded]:
        """Every call so far, in the order in which they were answered."""
        with self._lock:
            return list(self._calls)

    def operations(self) -> list[tuple[str, str]]:
        """The service and operation of every call so far."""
        return [(call.service, call.operation) for call in self.calls]

    def forget(self) -> None:
        """Drop all rules and recorded calls."""
        with self._lock:
            self._rules.clear()
            self._calls.clear()
            self._whole.clear()

    def fail(
        self, service: str, operation: str, *, code: str, message: str = "", status: int | None = None, **when: Any
    ) -> None:
        """Answer with this error, in the shape of the service's protocol."""
        number = _STATUS_OF_CODE.get(code, 400) if status is None else status
        error = ServiceError(code, message or f"{code} on order.", number)
        self._add(service, operation, lambda call, _: error_response_of(call.service, call.protocol, error), when)

    def deny(self, service: str, operation: str, **when: Any) -> None:
        """Answer that the caller may not, as this service says it."""
        self._add(service, operation, lambda call, _: _error_of(call, _DENIED, "is not authorized"), when)

    def throttle(self, service: str, operation: str, **when: Any) -> None:
        """Answer that there were too many calls, as this service says it."""
        self._add(service, operation, lambda call, _: _error_of(call, _THROTTLED, "Rate exceeded"), when)

    def unsubscribe(self, service: str, operation: str, **when: Any) -> None:
        """Answer that the account has no subscription, as AWS Support and Trusted Advisor do."""
        self.fail(service, operation, code="SubscriptionRequiredException", **when)

    def break_down(self, service: str, operation: str, *, status: int = 500, **when: Any) -> None:
        """Answer with a server error of this status, in the shape of the service's protocol."""
        code = "ServiceUnavailable" if status == _STATUS_OF_CODE["ServiceUnavailable"] else "InternalFailure"
        self.fail(service, operation, code=code, status=status, **when)

    def delay(self, service: str, operation: str, *, seconds: float, **when: Any) -> None:
        """Answer rightly, but only after a while (or at once when the proxy is closed)."""

        def late(_: Call, forward: Forward) -> Response:
            self._closing.wait(seconds)
            return forward()

        self._add(service, operation, late, when)

    def lose_response(self, service: str, operation: str, **when: Any) -> None:
        """Let the call take effect, and close the connection without an answer."""

        def lost(_: Call, forward: Forward) -> Response:
            forward()
            raise _Lost

        self._add(service, operation, lost, when)

    def swallow(self, service: str, operation: str, **when: Any) -> None:
        """Answer with success, and do nothing."""
        self._add(service, operation, lambda call, _: response_of(call, {}), when)

    def refuse_connection(self, service: str, operation: str, **when: Any) -> None:
        """Close the connection before the call takes effect."""

        def lost(_: Call, __: Forward) -> Response:
            raise _Lost

        self._add(service, operation, lost, when)

    def truncate(self, service: str, operation: str, **when: Any) -> None:
        """Send half of the announced answer and close the connection."""

        def halved(_: Call, forward: Forward) -> Response:
            raise _Lost(half_of=forward())

        self._add(service, operation, halved, when)

    def malform(self, service: str, operation: str, **when: Any) -> None:
        """Send half of the answer as if it were all of it, so that the body cannot be parsed."""

        def cut(_: Call, forward: Forward) -> Response:
            response = forward()
            body = response.get_data()
            response.set_data(body[: len(body) // 2])
            return response

        self._add(service, operation, cut, when)

    def answer_html(self, service: str, operation: str, *, status: int = 200, **when: Any) -> None:
        """Answer with a web page, as a proxy in between would."""
        self._add(
            service, operation, lambda _, __: Response(_PROXY_PAGE, status=status, content_type="text/html"), when
        )

    def interleave(self, service: str, operation: str, act: Callable[[], object], **when: Any) -> None:
        """Do something just before the call takes effect: a concurrent writer."""

        def interleaved(_: Call, forward: Forward) -> Response:
            act()
            return forward()

        self._add(service, operation, interleaved, when)

    def page(self, service: str, operation: str, *, size: int, **when: Any) -> None:
        """Cut a list into pages of at most this size. Raises ValueError where botocore knows no pages of it."""
        paging = paging_of(service, operation)
        if paging is None:
            raise ValueError(f"{service} {operation} does not page")
        unpaged = {paging.input_token, paging.limit}

        def paged(call: Call, forward: Forward) -> Response:
            parameters = {name: value for name, value in call.parameters.items() if name not in unpaged}
            key = json.dumps([call.account, call.region, service, operation, parameters], sort_keys=True, default=str)
            if paging.input_token not in call.parameters:
                response = forward()
                if response.status_code != 200:
                    return response
                self._whole[key] = answer_of(call, response)
            return response_of(call, page_of(call, self._whole[key], at_most=size))

        self._add(service, operation, paged, when)

    def _add(self, service: str, operation: str, fault: Fault, when: dict[str, Any]) -> None:
        if unknown := sorted(set(when) - {"region", "account", "nth", "times"}):
            raise TypeError(f"no such condition: {', '.join(unknown)}")
        where = (service, operation, when.get("region", ANY), when.get("account", ANY))
        with self._lock:
            self._rules.append(_Rule(where, fault, when.get("nth", 1), when.get("times")))

    def _answer(self, method: str, target: str, headers: Any, body: bytes) -> Response:
        def forward() -> Response:
            return self._forward(method, target, headers, body)

        request = Request.from_primitives(method, f"http://127.0.0.1{target}", headers, body)
        scope = scope_of(request)
        account = self._accounts.get(scope.access_key if scope else "", ACCOUNT_ID)
        call = call_of(request, account)
        if call is None:
            return forward()
        return self._recorded(call, forward)

    def _recorded(self, call: Call, forward: Forward) -> Response:
        with self._lock:
            hitting = [rule.fault for rule in self._rules if rule.hits(call)]
        status = 0
        try:
            response = _composed(call, forward, hitting)()
            status = response.status_code
        finally:
            row = Recorded(call.account, call.region, call.service, call.operation, call.parameters, status)
            with self._lock:
                self._calls.append(row)
        if call.operation == "AssumeRole" and status == 200:
            self._remember(answer_of(call, response))
        return response

    def _remember(self, assumed: dict[str, Any]) -> None:
        account = assumed["AssumedRoleUser"]["Arn"].split(":")[4]
        self._accounts[assumed["Credentials"]["AccessKeyId"]] = account

    def _forward(self, method: str, target: str, headers: Any, body: bytes) -> Response:
        connection = HTTPConnection(self._upstream, timeout=_UPSTREAM_TIMEOUT)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}
            connection.request(method, target, body=body, headers=kept | {"Content-Length": str(len(body))})
            response = connection.getresponse()
            given = [(name, value) for name, value in response.getheaders() if name.lower() not in _HOP_HEADERS]
            return Response(response.read(), status=response.status, headers=given)
        finally:
            connection.close()


def _composed(call: Call, forward: Forward, faults: list[Fault]) -> Forward:
    """Nest the faults, the first rule outermost."""
    if not faults:
        return forward
    inner = _composed(call, forward, faults[1:])
    return lambda: faults[0](call, inner)


def _error_of(call: Call, codes: dict[str, tuple[str, int]], message: str) -> Response:
    code, status = codes[call.protocol]
    return error_response_of(call.service, call.protocol, ServiceError(code, message, status))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, aws: FaultyAws) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.aws = aws


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        try:
            response = self.server.aws._answer(self.command, self.path, self.headers, self._body())
        except _Lost as lost:
            if lost.half_of is not None:
                self._send(lost.half_of, half=True)
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(response)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, response: Response, *, half: bool = False) -> None:
        body = response.get_data()
        try:
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name.lower() not in _HOP_HEADERS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if half else body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return  # the client gave up waiting, which is what some tests are about

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: tests read `calls`."""
