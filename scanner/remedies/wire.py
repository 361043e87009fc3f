"""Looking at AWS and changing it, one call at a time: what was told, and what is not known after a call.

A write is tried once by the client: whoever repeats it must first look whether it took effect.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from scanner.aws.calls import call_once
from scanner.aws.session import Session
from scanner.errors import RemedyError
from scanner.failures import THROTTLED
from scanner.image import Image, Look, image_of
from scanner.model.kind import GLOBAL
from scanner.model.maybe import UnknownAsked
from scanner.plan import step_for
from scanner.reader import Reader
from scanner.remedy import Write

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
_DRY_RUN: Final = "DryRunOperation"
_SERVER_ERROR: Final = 500


class Refused(Exception):  # noqa: N818 - it is an answer
    """AWS said no, and changed nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Unsure(Exception):  # noqa: N818 - it is the lack of an answer
    """No answer came back, or one that does not tell whether the call took effect."""


class Sent(msgspec.Struct, frozen=True):
    """That AWS took a call."""

    request_id: str


class Wire:
    """The way to one account. `patience` is in seconds: how long AWS may take to show a change."""

    def __init__(self, session: Session, patience: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.session = session
        self.patience = patience
        self._sleep = sleep

    def look(self, look: Look) -> Image:
        """Return what a look shows now. Raises `RemedyError` if that cannot be read."""
        asked = json.loads(look.key.request or "{}") if look.ask is None else dict(look.ask)
        if look.key.service == "s3" and "Bucket" in asked:
            asked["ExpectedBucketOwner"] = self.session.account
        reader = Reader(
            service=look.key.service,
            operation=look.key.operation,
            actions=(),
            yields=(),
            parse=lambda _pages, _place: (),
            regional=look.key.region != GLOBAL,
            request=asked,
            endpoint_region=(lambda _: look.endpoint) if look.endpoint else None,
        )
        try:
            return image_of(call_once(self.session, step_for(reader, look.key.scope, None)), look)
        except UnknownAsked as asked_in_vain:
            raise RemedyError(f"cannot look at {look.call} {look.key.request}: {asked_in_vain.why}") from asked_in_vain

    def until(self, holds: Callable[[], bool], patience: float | None = None) -> bool:
        """Ask again and again, ever more seldom, until it holds or patience ends."""
        end = time.monotonic() + (self.patience if patience is None else patience)
        pause = _FIRST_PAUSE
        while not holds():
            if time.monotonic() + pause > end:
                return False
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return True

    def dry_run(self, write: Write) -> None:
        """Ask EC2 whether the call would be allowed. Raises `Refused` if not; does nothing for other services."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - imported only when AWS is changed

        if write.service != "ec2" or not self._takes(write, "DryRun"):
            return

        def told() -> bool:
            try:
                self._method(write)(**write.parameters, DryRun=True)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                return code == _DRY_RUN or _refused(error)
            return True

        try:
            if not self.until(told):
                raise Refused("Throttled", f"AWS throttled {write.name} for {self.patience:.0f} seconds")
        except (BotoCoreError, Unsure) as error:
            raise Refused(type(error).__name__, str(error)) from error

    def send(self, write: Write, token: str) -> Sent:
        """Make a call that changes something, once; throttled ones again, for these surely changed nothing.

        `token` makes the call the same one, where AWS takes such tokens. Raises `Refused` or `Unsure`.
        """
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError  # noqa: PLC0415
        from botocore.parsers import ResponseParserError  # noqa: PLC0415

        parameters = {**self._idempotent(write, token), **write.parameters}
        method = self._method(write)
        answers: list[Sent] = []

        def taken() -> bool:
            try:
                answers.append(_sent(method(**parameters)))
            except ClientError as error:
                return _refused(error)
            except ParamValidationError as error:
                raise Refused("ParamValidation", str(error)) from error
            except (BotoCoreError, ResponseParserError, OSError) as error:
                raise Unsure(f"{type(error).__name__}: {error}") from error
            return True

        if not self.until(taken):
            raise Refused("Throttled", f"AWS throttled {write.name} for {self.patience:.0f} seconds")
        return answers[-1]

    def _method(self, write: Write) -> Any:
        from botocore import xform_name  # noqa: PLC0415

        return getattr(self.session.client(write.service, write.region, attempts=1), xform_name(write.operation))

    def _shape(self, write: Write) -> Any:
        client = self.session.client(write.service, write.region, attempts=1)
        return client.meta.service_model.operation_model(write.operation).input_shape

    def _takes(self, write: Write, member: str) -> bool:
        return member in self._shape(write).members

    def _idempotent(self, write: Write, token: str) -> dict[str, str]:
        members = self._shape(write).members.items()
        value = str(uuid5(NAMESPACE_URL, token))
        return {name: value for name, shape in members if shape.metadata.get("idempotencyToken")}


def _sent(answer: dict[str, Any]) -> Sent:
    return Sent(str(answer.get("ResponseMetadata", {}).get("RequestId", "")))


def _refused(error: Any) -> bool:
    """Return False for a throttled call, which may be made again; raise for every other."""
    said = error.response.get("Error", {})
    code, message = str(said.get("Code")), str(said.get("Message"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in THROTTLED:
        return False
    if status >= _SERVER_ERROR:
        raise Unsure(f"{code}: {message}") from error
    raise Refused(code, message) from error
