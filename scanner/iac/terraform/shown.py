"""A plan in Terraform's own format as `terraform show -json` tells it, where the user names the program to run.

Terraform starts the providers that `terraform init` installed, for their schemas say which values are sensitive; so this
is done only when asked for. It gets no credentials: to show a plan in a file, no backend and no account is asked.
Source: Terraform documentation, "Command: show" and "Environment Variables".
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from scanner.errors import SourceError, UsageError
from scanner.iac.terraform.plan import MOST_BYTES

MOST_SECONDS: Final = 180
_LOOK_SECONDS: Final = 0.1
_MOST_TOLD: Final = 4096
_PASSED: Final = (
    *("PATH", "HOME", "TMPDIR", "LANG", "TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_PLUGIN_CACHE_DIR"),
    *("SYSTEMROOT", "USERPROFILE", "APPDATA", "TEMP", "TMP"),
)
"""What of the environment Terraform gets: where programs, settings and installed providers are."""


def program(named: str) -> Path:
    """Return the program of this path or name on PATH. Raises `UsageError` if there is none that can be run."""
    found = shutil.which(named)
    if found is None:
        raise UsageError(f"--terraform: {named} is no program that can be run")
    return Path(found).absolute()


def shown(terraform: Path, plan: Path) -> bytes:
    """Return a plan in JSON as Terraform writes it.

    Raises `SourceError` if Terraform fails, takes longer than `MOST_SECONDS`, or writes more than a plan may have.
    """
    plan = plan.resolve()
    folder = _initialised(plan)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as told:
        try:
            process = subprocess.Popen(  # noqa: S603 - the program that the user names; the plan is passed as a word
                [str(terraform), "show", "-json", "-no-color", str(plan)],
                cwd=folder,
                env=_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=told,
                start_new_session=True,
            )
        except OSError as error:
            raise SourceError(f"--terraform: {terraform} cannot be run: {error.strerror}") from error
        try:
            _wait(process, output, plan)
        finally:
            _end(process)
        if process.returncode:
            raise SourceError(f"{plan}: terraform show in {folder} failed: {_said(told)}")
        output.seek(0)
        return output.read()


def _initialised(plan: Path) -> Path:
    """Return where the configuration of a plan is initialised: beside the plan, else here; beside it if nowhere is."""
    data = os.environ.get("TF_DATA_DIR") or ".terraform"
    return next((one for one in (plan.parent, Path.cwd()) if (one / data).is_dir()), plan.parent)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of Terraform: no credentials, and no arguments that come by a variable."""
    kept = {name: given[name] for name in _PASSED if name in given}
    return kept | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def _wait(process: subprocess.Popen[bytes], output: IO[bytes], plan: Path) -> None:
    """Wait for the end of the program within its bounds of time and output."""
    last = time.monotonic() + MOST_SECONDS
    running = True
    while running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            running = False
        if os.fstat(output.fileno()).st_size > MOST_BYTES:
            raise SourceError(f"{plan}: terraform show writes more than {MOST_BYTES >> 20} MiB; refused")
        if running and time.monotonic() > last:
            raise SourceError(f"{plan}: terraform show took longer than {MOST_SECONDS} s and was stopped")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and the providers that it started, if they still run."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _said(told: IO[bytes]) -> str:
    """Return what Terraform says is wrong, on one line."""
    told.seek(0)
    text = told.read(_MOST_TOLD).decode("utf-8", "replace")
    words = " ".join(text.replace("\u2502", " ").replace("\u2577", " ").replace("\u2575", " ").split())
    return words or "it says nothing of why"
