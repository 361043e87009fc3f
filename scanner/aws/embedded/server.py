"""The embedded AWS as a program: `python -P -m scanner.aws.embedded.server [--port 0] [--empty]`.

It serves on 127.0.0.1 only, prints its URL as one line when it is ready, and ends on SIGTERM, when its standard input
closes, or when its parent dies, so that none outlives the command which started it. Without `--empty` it seeds the
account first.
"""

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Final, NoReturn

from flask import Flask
from moto.backends import SERVICE_NAMES
from moto.iam import models
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from scanner.aws.embedded.account import seed
from scanner.aws.embedded.overlay import Overlay

HOST: Final = "127.0.0.1"
_PARENT_POLL_SECONDS: Final = 1.0
_STANDARD_INPUT: Final = 0
_FEW_POLICIES: Final = ("AdministratorAccess", "AWSCloudShellFullAccess", "IAMFullAccess", "ReadOnlyAccess")
_MOTO_SETTINGS: Final = {
    # AWS's own public images and managed policies: the images only slow the start, the policies are attached by name.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}


class _QuietHandler(MotoRequestHandler):
    """Keeps connections open, without Nagle's delay between headers and body, and logs no request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: whoever started the server prints what is worth reading."""


def _few(policies: str) -> str:
    """Return moto's policies that AWS manages without all but a few; each account loads them, which takes its time."""
    return json.dumps({name: policy for name, policy in json.loads(policies).items() if name in _FEW_POLICIES})


def _application(service: SERVICE_NAMES | None) -> Flask:
    if service is None:
        raise NotImplementedError("moto has no such service")
    return create_backend_app(service)


def server(port: int = 0) -> BaseWSGIServer:
    """Return an embedded AWS bound to 127.0.0.1 and the port, or to a free one; not yet serving."""
    overlay = Overlay(DomainDispatcherApplication(_application))
    return make_server(HOST, port, overlay, threaded=True, request_handler=_QuietHandler)


def _when_alone(act: Callable[[], None]) -> None:
    def wait_for_input_to_close() -> None:
        with suppress(OSError):  # closed from the start
            while os.read(_STANDARD_INPUT, 4096):
                pass
        act()

    def wait_for_parent_to_die() -> None:
        parent = os.getppid()
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_SECONDS)
        act()

    for wait in (wait_for_input_to_close, wait_for_parent_to_die):
        Thread(target=wait, daemon=True).start()


def _stop(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -P -m scanner.aws.embedded.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--empty", action="store_true", help="leave out the weak account")
    parser.add_argument("--few-managed-policies", action="store_true", help="leave out most policies that AWS manages")
    options = parser.parse_args(arguments)
    os.environ.update(_MOTO_SETTINGS)
    if options.few_managed_policies:
        vars(models)["aws_managed_policies_data"] = _few(vars(models)["aws_managed_policies_data"])
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    embedded = server(options.port)
    _when_alone(lambda: os._exit(0))
    url = f"http://{HOST}:{embedded.server_port}"
    announced = sys.stdout
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # moto prints what it cannot route
        Thread(target=embedded.serve_forever, daemon=True).start()
        if not options.empty:
            seed(url)
        announced.write(f"{url}\n")
        announced.flush()
        Event().wait()


if __name__ == "__main__":
    main()
