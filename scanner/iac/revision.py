"""The code of a folder as a revision of its git repository has it, for comparison."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scanner.errors import SourceError, UsageError

MOST_BYTES: Final = 1 << 30
_MOST_SECONDS: Final = 120


@contextmanager
def folder_at(revision: str, path: Path) -> Iterator[Path]:
    """Give the path as it was at a revision, below a temporary folder that is gone afterwards.

    The path that is given need not exist: it may be new since. Modules that `terraform init` has installed are those of
    now, for git does not hold them. Raises `UsageError` if there is no such revision.
    """
    here = path.resolve()
    folder = here if here.is_dir() else here.parent
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="casemate-base-") as name:
        root = Path(name).resolve()
        (root / ".git").touch()
        _extract(top, commit.decode().strip(), root)
        target = root / here.relative_to(top)
        installed = folder / ".terraform" / "modules"
        if installed.is_dir() and target.is_dir() and not (target / ".terraform").exists():
            shutil.copytree(installed, target / ".terraform" / "modules", symlinks=True)
        yield target


def _git(folder: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise UsageError("--base names a revision, and git is not installed; give a folder")
    try:
        done = subprocess.run(  # noqa: S603 - git itself, and what is asked is passed as words
            [git, "-C", str(folder), *arguments], capture_output=True, timeout=_MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"git {arguments[0]} took longer than {_MOST_SECONDS} s") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"--base is neither a folder nor a revision of git here ({told[0] if told else arguments[-1]})"
        )
    return done.stdout


def _extract(top: Path, commit: str, root: Path) -> None:
    """Unpack the files of a commit; links are left out."""
    archive = root / ".git-archive.tar"
    _git(top, "archive", "--format=tar", f"--output={archive}", commit)
    if archive.stat().st_size > MOST_BYTES:
        raise SourceError(f"the tree at {commit[:12]} is larger than {MOST_BYTES >> 20} MiB; give --base a folder")
    with tarfile.open(archive) as tree:
        for member in tree:
            target = root / member.name
            stream = tree.extractfile(member) if member.isfile() else None
            if stream is not None and target.resolve().is_relative_to(root):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(stream.read())
    archive.unlink()
