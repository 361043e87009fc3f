"""An AWS on this machine to try Casemate on: moto behind an overlay, with a deliberately weak account.

Importing this package imports neither moto nor boto3; only using it does.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Final, Self

from scanner.errors import CasemateError, UsageError

ACCOUNT_ID: Final = "123456789012"
MAIN_REGION: Final = "eu-west-1"
SECOND_REGION: Final = "us-east-1"

_START_SECONDS: Final = 90.0
_STOP_SECONDS: Final = 10.0


class EmbeddedAwsMissing(UsageError):  # noqa: N818 - it names what is missing
    """The packages that the embedded AWS consists of are not installed."""


class EmbeddedAwsFailed(CasemateError):  # noqa: N818 - it names what happened
    """The embedded AWS did not start."""


class EmbeddedAws:
    """An embedded AWS in a process of its own, as a context manager; `endpoint_url` is valid within it."""

    def __init__(self, *, seeded: bool, managed_policies: bool = True) -> None:
        self._options = ([] if seeded else ["--empty"]) + ([] if managed_policies else ["--few-managed-policies"])
        self._process: subprocess.Popen[str] | None = None
        self.endpoint_url = ""

    def __enter__(self) -> Self:
        """Start the server. Raises `EmbeddedAwsMissing` or `EmbeddedAwsFailed`."""
        _require_packages()
        command = [sys.executable, "-P", "-m", "scanner.aws.embedded.server", *self._options]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_server_environment()
        )
        self.endpoint_url = _first_line(self._process)
        if not self.endpoint_url.startswith("http://"):
            self.__exit__(None, None, None)
            raise EmbeddedAwsFailed("The embedded AWS did not start; its own message stands above.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def environment(self) -> dict[str, str]:
        """Return the variables with which any AWS SDK or CLI talks to this server, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_DEFAULT_REGION": MAIN_REGION,
            "AWS_REGION": MAIN_REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def embedded_aws(*, seeded: bool = True, managed_policies: bool = True) -> EmbeddedAws:
    """Return an embedded AWS, with the weak account in it unless `seeded` is false.

    With few of the policies that AWS manages, another account of it is there in no time.
    """
    return EmbeddedAws(seeded=seeded, managed_policies=managed_policies)


def seed(endpoint_url: str) -> None:
    """Create the weak account in a running, empty embedded AWS. Raises `EmbeddedAwsMissing`."""
    _require_packages()
    from scanner.aws.embedded.account import seed as seed_account  # noqa: PLC0415 - imports boto3

    seed_account(endpoint_url)


def _require_packages() -> None:
    missing = [name for name in ("moto", "flask", "flask_cors") if find_spec(name) is None]
    if missing:
        raise EmbeddedAwsMissing(f"The demo needs {', '.join(missing)}: run  pip install 'casemate[demo]'")


def _server_environment() -> dict[str, str]:
    """Return this process's environment without anything that points an SDK at a real account, or changes moto."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    root = str(Path(__file__).parents[3])
    return kept | {
        "MOTO_DISABLE_GLOBAL_CORS": "true",
        "PYTHONPATH": os.pathsep.join(filter(None, [root, kept.get("PYTHONPATH", "")])),
    }


def _first_line(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        return ""
    too_long = Timer(_START_SECONDS, process.kill)
    too_long.start()
    try:
        return process.stdout.readline().strip()
    finally:
        too_long.cancel()
