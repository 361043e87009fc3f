"""checkov as an external engine: run beside our own evaluation, on a copy of what we read, and cut off from the rest.

It gets the files that the loader read and nothing else of the scanned tree, for a `.checkov.yaml` there could name
Python code to be run; it gets no credentials and no platform key, and downloads nothing. It exits with 0 on files that it
cannot parse, on JSON that is no plan and on missing modules: the first two are seen in its counts, the rest by the loader.
Source: checkov documentation, "CLI Command Reference" and "Reviewing Scan Results".
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from scanner.iac.checkov_environment import Checkov

MOST_SECONDS: Final = 600
FRAMEWORKS: Final = {"terraform": "terraform", "plan": "terraform_plan", "cloudformation": "cloudformation"}
_DEPTH: Final = 12
"""Folders above the copied root, so that modules beside it (`../shared`) have a place."""
_ID: Final = re.compile(r"CKV2?_[A-Z0-9]+_\d+")


class Record(msgspec.Struct, frozen=True, order=True):
    """A check that failed on a resource: its address as checkov writes it, and the lines of its block."""

    check: str
    name: str
    resource: str
    file: str
    line: int


class Result(msgspec.Struct, frozen=True):
    """What checkov found, how much it looked at, and why that may not be all."""

    records: tuple[Record, ...]
    resources: int
    skipped: int
    """Checks that comments in the code switch off."""
    problems: tuple[str, ...]


class Running(Protocol):
    """A run that gives its result when it is asked."""

    def result(self) -> Result:
        """Return what was found."""


class Ended(msgspec.Struct, frozen=True):
    """A run that needs no waiting: there was nothing to look at, or no way to."""

    found: Result

    def result(self) -> Result:
        """Return what was found."""
        return self.found


class Run:
    """A run that has begun. `result` waits for its end."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, output: Path) -> None:
        self._process = process
        self._folder = folder
        self._output = output

    def result(self) -> Result:
        """Return what was found; a run that does not end in time is stopped, and says so."""
        try:
            self._process.wait(MOST_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return Result((), 0, 0, (f"checkov took longer than {MOST_SECONDS} s and was stopped",))
        else:
            return parse(self._output.read_bytes(), self._process.returncode)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)


def start(checkov: Checkov, kind: str, files: Mapping[str, str]) -> Run:
    """Begin a run over a copy of these files (paths below the scanned root; a plan or template is one file)."""
    folder = Path(tempfile.mkdtemp(prefix="casemate-checkov-"))
    root = folder.joinpath("files", *("d" for _ in range(_DEPTH)))
    root.mkdir(parents=True)
    for name, text in files.items():
        target = Path(os.path.normpath(root / name))
        if target.is_relative_to(folder / "files"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    where = ["-d", str(root)] if kind == "terraform" else ["-f", *(str(root / name) for name in files)]
    output, home = folder / "out.json", folder / "home"
    home.mkdir()
    command = [
        *checkov.command,
        *("--skip-download", "--framework", FRAMEWORKS[kind], "--quiet", "--compact", "-o", "json"),
        *("--download-external-modules", "false", "--skip-results-upload"),
        *where,
    ]
    with output.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - the command is ours, the files are data
            command,
            cwd=home,
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.DEVNULL,
        )
    return Run(process, folder, output)


def _environment(home: Path) -> dict[str, str]:
    """Return the whole environment of a run: no credentials, no key of a platform, and proxies that lead nowhere."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LOG_LEVEL": "ERROR",
        "LC_ALL": "C.UTF-8",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }


def parse(data: bytes, code: int) -> Result:
    """Read what checkov wrote: a list for several frameworks, an object for one, and a bare summary for none."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return Result((), 0, 0, (f"checkov ended with code {code} and wrote no JSON",))
    parts = [part for part in (said if isinstance(said, list) else [said]) if isinstance(part, dict)]
    records: set[Record] = set()
    counts = {"parsing_errors": 0, "resource_count": 0, "skipped": 0}
    for part in parts:
        summary = part.get("summary", part)
        for name in counts:
            counts[name] += summary.get(name, 0) if isinstance(summary.get(name, 0), int) else 0
        results = part.get("results")
        records.update(_records(results.get("failed_checks") if isinstance(results, dict) else None))
    problems = []
    if counts["parsing_errors"]:
        problems.append(f"checkov could not read {counts['parsing_errors']} of the files")
    if code not in (0, 1):
        problems.append(f"checkov ended with code {code}")
    return Result(tuple(sorted(records)), counts["resource_count"], counts["skipped"], tuple(problems))


def _records(rows: Any) -> Iterator[Record]:
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or not _ID.fullmatch(str(row.get("check_id"))):
            continue
        lines = row.get("file_line_range")
        first = lines[0] if isinstance(lines, list) and lines and isinstance(lines[0], int) else 0
        yield Record(
            row["check_id"],
            str(row.get("check_name") or row["check_id"]),
            str(row.get("resource_address") or row.get("resource") or ""),
            str(row.get("file_path") or "").lstrip("/"),
            first,
        )
