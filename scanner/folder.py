"""A folder of plain AWS CLI output as evidence: `<account>/<region or global>/<service>.<Operation>[.anything].json`.

So an account can be audited without credentials. Several files of one call are its pages, or are merged. The answer of
a call about one resource is `{"parameters": …, "response": …}` or `{"parameters": …, "error": {"Code": …}}`, one
object or a list of them. `manifest.json` at the root may say `{"taken_at": …, "partition": …}`.

The output of `aws iam get-account-authorization-details` alone, as a file of any name, is such a folder too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.evidence import UNSAID, Answer, Evidence, Failure, Key, canonical
from scanner.failures import reason_of
from scanner.model.kind import GLOBAL, Scope, instant
from scanner.reader import Reader, without

MOST_BYTES: Final = 512 << 20
"""Size of one file beyond which it is refused."""
MOST_FILES: Final = 200_000
_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_DETAILS: Final = ("UserDetailList", "RoleDetailList")
"""What an answer of GetAccountAuthorizationDetails has, and no other file of JSON."""
_CLI_NAMES: Final = {"s3api": "s3"}
"""Names of the AWS CLI's commands that differ from the service's."""
_TOKENS: Final = ("NextToken", "nextToken", "NextMarker", "Marker", "NextContinuationToken", "ContinuationToken")


class _Call(msgspec.Struct, frozen=True):
    service: str
    operation: str
    regional: bool
    bare: bool
    """Whether its answer is of use without its parameters."""
    secrets: frozenset[str]


def is_folder(path: Path) -> bool:
    """Whether the folder has the form: at its root, folders named by accounts."""
    return path.is_dir() and any(_ACCOUNT.fullmatch(entry.name) and entry.is_dir() for entry in path.iterdir())


def is_details(path: Path) -> bool:
    """Whether the file is what GetAccountAuthorizationDetails answers, which tells the account itself."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return False
    try:
        said = msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return all(name in said for name in _DETAILS)


def read_details(path: Path, taken_at: datetime | None = None) -> Evidence:
    """Read such a file as evidence. Raises `SourceError` if its principals are not of one account."""
    page = _decode(path)
    listed = [one for name in _DETAILS if isinstance(page[name], list) for one in page[name] if isinstance(one, dict)]
    arns = [str(one.get("Arn", "")).split(":", 5) for one in listed]
    owners = {(arn[1], arn[4]) for arn in arns if len(arn) == 6 and _ACCOUNT.fullmatch(arn[4])}  # noqa: PLR2004
    if len(owners) != 1:
        raise SourceError(
            f"{path}: its users and roles are of {len(owners)} accounts; save each account's as "
            "<account>/global/iam.GetAccountAuthorizationDetails.json and give the folder"
        )
    ((partition, account),) = owners
    key = Key(partition, account, GLOBAL, "iam", "GetAccountAuthorizationDetails", UNSAID)
    answer = Answer((page,), complete=not _continues(page))
    return Evidence(targets=(Scope(partition, account),), taken_at=taken_at, answers={key: answer})


def read_folder(path: Path, readers: Sequence[Reader], taken_at: datetime | None = None) -> Evidence:
    """Read the folder. What is not understood is named in the evidence's notes.

    Raises `SourceError` if there is no account in it, if its manifest is wrong, or if a file is not JSON.
    """
    manifest = _manifest(path)
    partition = str(manifest.get("partition", "aws"))
    calls = _known_calls(readers)
    notes: list[str] = []
    targets: set[Scope] = set()
    evidence = Evidence(targets=(), taken_at=taken_at or _taken_at(manifest, path))
    for count, file in enumerate(sorted(path.rglob("*"))):
        if count > MOST_FILES:
            raise SourceError(f"{path}: more than {MOST_FILES} files; give the folder of one collection")
        name = file.relative_to(path).as_posix()
        if not file.is_file() or name == "manifest.json":
            continue
        placed = _place(file.relative_to(path).parts, calls)
        if isinstance(placed, str):
            notes.append(f"{name}: {placed}")
            continue
        account, region, call = placed
        targets.add(Scope(partition, account))
        if region != GLOBAL:
            targets.add(Scope(partition, account, region))
        where = region if call.regional else GLOBAL
        key = Key(partition, account, where, call.service, call.operation, UNSAID)
        for request, answer in _answers(without(call.secrets, _decode(file)), name, notes):
            if request == UNSAID and not call.bare:
                notes.append(f'{name}: does not say what it is the answer to; write {{"parameters": …, "response": …}}')
                continue
            _merge(evidence, msgspec.structs.replace(key, request=request), answer)
    if not targets:
        raise SourceError(
            f"{path}: no recorded answers; expected <account>/<region or global>/<service>.<Operation>.json below it"
            + (f" ({notes[0]})" if notes else "")
        )
    evidence.targets = tuple(sorted(targets, key=lambda scope: (scope.account, scope.region != GLOBAL, scope.region)))
    evidence.notes = tuple(notes)
    return evidence


def _known_calls(readers: Iterable[Reader]) -> dict[tuple[str, str], _Call]:
    calls: dict[tuple[str, str], _Call] = {}
    for reader in readers:
        key = (reader.service, _folded(reader.operation))
        other = calls.get(key)
        bare = reader.bare or (other is not None and other.bare)
        secrets = reader.secrets if other is None else reader.secrets | other.secrets
        calls[key] = _Call(reader.service, reader.operation, reader.regional, bare, secrets)
    return calls


def _folded(operation: str) -> str:
    return operation.replace("-", "").replace("_", "").lower()


def _place(parts: tuple[str, ...], calls: Mapping[tuple[str, str], _Call]) -> tuple[str, str, _Call] | str:
    """Return account, region and call of a file, or in words why it cannot be placed."""
    if len(parts) != 3:  # noqa: PLR2004 - account, region, file
        return "not at <account>/<region or global>/<file>"
    account, region, name = parts
    if not _ACCOUNT.fullmatch(account):
        return f"{account!r} is not an account of twelve digits"
    if region != GLOBAL and not _REGION.fullmatch(region):
        return f"{region!r} is neither a region nor `global`"
    service, _, rest = name.partition(".")
    operation, _, ending = rest.partition(".")
    if not operation or not (ending == "json" or ending.endswith(".json")):
        return "not named <service>.<Operation>.json"
    call = calls.get((_CLI_NAMES.get(service, service), _folded(operation)))
    return (account, region, call) if call is not None else f"no reader asks for {service}.{operation}; not used"


def _decode(file: Path) -> Any:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SourceError(f"{file}: larger than {MOST_BYTES >> 20} MiB; refused")
        return msgspec.json.decode(file.read_bytes())
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{file}: not JSON ({error}); save the output of the AWS CLI with --output json") from error


def _answers(said: Any, name: str, notes: list[str]) -> Iterable[tuple[str, Answer]]:
    entries = said if isinstance(said, list) else [said]
    for entry in entries:
        if not isinstance(entry, dict):
            notes.append(f"{name}: holds {type(entry).__name__} where an answer was expected")
            continue
        wrapped = "response" in entry or "error" in entry
        parameters = entry.get("parameters") if wrapped else None
        request = canonical(parameters) if isinstance(parameters, dict) else UNSAID
        if wrapped and "error" in entry:
            yield request, _failed(entry["error"])
        else:
            page = entry["response"] if wrapped else entry
            if isinstance(page, dict):
                yield request, Answer((page,), complete=not _continues(page))
            else:
                notes.append(f"{name}: its response is no object")


def _failed(error: Any) -> Answer:
    said = error if isinstance(error, dict) else {"Code": str(error)}
    code = str(said.get("Code", "Unknown"))
    return Answer((), complete=False, failure=Failure(code, str(said.get("Message", "")), reason_of(code)))


def _continues(page: Mapping[str, Any]) -> bool:
    if page.get("IsTruncated") is False:
        return False
    return bool(page.get("IsTruncated")) or any(page.get(token) for token in _TOKENS)


def _merge(evidence: Evidence, key: Key, answer: Answer) -> None:
    """Add an answer; of several for one call the pages are joined, each of them once, and an answer beats an error."""
    before = evidence.answers.get(key)
    if before is None or (before.failure is not None and answer.failure is None):
        evidence.answers[key] = answer
    elif answer.failure is None:
        pages = (*before.pages, *(page for page in answer.pages if page not in before.pages))
        evidence.answers[key] = Answer(pages, complete=before.complete or answer.complete)


def _manifest(path: Path) -> Mapping[str, Any]:
    file = path / "manifest.json"
    if not file.is_file():
        return {}
    said = _decode(file)
    if not isinstance(said, dict):
        raise SourceError(f'{file}: must be an object such as {{"taken_at": "2026-01-31T12:00:00Z"}}')
    return said


def _taken_at(manifest: Mapping[str, Any], path: Path) -> datetime | None:
    if "taken_at" not in manifest:
        return None
    try:
        return instant(manifest["taken_at"])
    except (ValueError, TypeError) as error:
        raise SourceError(f"{path / 'manifest.json'}: taken_at is no time ({error})") from error
