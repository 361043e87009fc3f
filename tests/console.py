"""Running the installed console script, as a user does."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCRIPT = Path(sys.executable).with_name("casemate")
NOWHERE = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "COLUMNS": "100",
}
"""An environment without any AWS account."""


def run(
    *arguments: object,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    seconds: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `casemate` with these arguments, in an environment without an AWS account but for what `env` adds."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COV_"))}
    return subprocess.run(
        [str(SCRIPT), *map(str, arguments)],
        env=clean | NOWHERE | dict(env or {}),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def report_of(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the JSON report that a run printed."""
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)
