"""``casemate simulate``: decisions on requests that bring their policies along."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import click

from scanner.errors import SourceError


@click.command()
@click.argument("file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
def simulate(file: Path) -> None:
    """Decide the IAM requests in FILE (JSON lines; standard input if FILE is - or left out).

    Each line holds a principal, an action, a resource, the context and every policy that bears on them; each answer is
    one JSON line with the decision and the statements that made it. A line that cannot be read is answered with an
    error, and the rest goes on.

    A resource policy may name a CanonicalUser. Whether that is the principal's account is told by
    principal_canonical_user, the canonical user id of that account (empty: none of those named); a line without it whose
    decision hangs on it is answered with an error.
    """
    from scanner.reason.access.simulate import answers  # noqa: PLC0415 - keeps the start of other commands light

    with _opened(file) as stream, click.open_file("-", "wb") as out:
        for reply in answers(_lines(file, stream)):
            out.write(reply + b"\n")


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    try:
        return click.open_file(str(file), "rb")
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error


def _lines(file: Path, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines; of one that is too long only so much that its reader sees it is too long."""
    from scanner.reason.access.simulate import MAX_LINE  # noqa: PLC0415 - as above

    limit = MAX_LINE + 1
    try:
        while line := stream.readline(limit):
            yield line
            while len(line) == limit and not line.endswith(b"\n"):
                line = stream.readline(limit)
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error
