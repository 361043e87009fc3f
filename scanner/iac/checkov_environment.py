"""The private environment of checkov: made once from requirements pinned by hash, and never Casemate's own.

checkov pins old versions of libraries that Casemate needs newer, so it runs as a program of its own.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from scanner.errors import SourceError

REQUIREMENTS: Final = Path(__file__).with_name("checkov-requirements.txt")
"""What is installed, every package by hash. `make lock` writes it from the dependency group of pyproject.toml."""
_MOST_SECONDS: Final = 900
_REMEDY: Final = "install it where it is found on PATH, or try `casemate checkov install` again"


class Checkov(msgspec.Struct, frozen=True):
    """A checkov that can be run: the command, and where it comes from."""

    command: tuple[str, ...]
    place: Path


def home() -> Path:
    """Return the folder of the environment that these requirements make: below the user's cache."""
    cache = os.environ.get("CASEMATE_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    version = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    return Path(cache) / "casemate" / f"checkov-{version}-py{sys.version_info.major}.{sys.version_info.minor}"


def find() -> Checkov | None:
    """Return the private checkov, else the one on PATH, else None."""
    python = home() / "bin" / "python"
    if python.is_file():
        return Checkov((str(python), "-P", "-m", "checkov.main"), home())
    found = shutil.which("checkov")
    return Checkov((found,), Path(found)) if found else None


def install() -> Checkov:
    """Make the private environment if it is not there. Raises `SourceError` if it cannot be made."""
    folder = home()
    python = folder / "bin" / "python"
    if not python.is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            _run([sys.executable, "-m", "venv", str(part)])
            made = [str(part / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _run([*made, "--require-hashes", "-r", str(REQUIREMENTS)])
            # Another process may have been faster; what it made is the same.
            if not folder.exists():
                part.rename(folder)
        except OSError as error:
            raise SourceError(f"the environment of checkov could not be made: {error}; {_REMEDY}") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Checkov((str(python), "-P", "-m", "checkov.main"), folder)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603 - our own interpreter
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"installing checkov took longer than {_MOST_SECONDS} s; {_REMEDY}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SourceError(f"checkov could not be installed ({last}); {_REMEDY}")
