"""`casemate lint`: what is wrong with policies, or what they allow that they must not."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click
import msgspec

from scanner.cli.asking import FORMAT, say
from scanner.errors import SourceError, UsageError

if TYPE_CHECKING:
    from scanner.model.policy import PolicyDocument
    from scanner.reason.lint.codes import PolicyKind
    from scanner.reason.lint.excess import Comparison

_TYPES: Final = ("identity", "resource", "trust", "scp", "rcp")
_GRAVITY: Final = ("error", "security-warning", "warning", "suggestion")
_INPUT: Final = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=_INPUT)
@click.option("--type", "kind", type=click.Choice(_TYPES), help="Type of the policies.  [default: identity]")
@click.option(
    "--resource-type", metavar="TYPE", help="What the policy is attached to, such as AWS::S3::Bucket; implies resource."
)
@click.option(
    "--reference",
    type=_INPUT,
    help="Instead ask whether a policy allows something that this one does not, and show a request.",
)
@click.option(
    "--not-granted",
    "actions",
    multiple=True,
    metavar="ACTION",
    help="Instead ask whether a policy grants such an action to anybody, and show a request. Repeatable.",
)
@click.option(
    "--on",
    "resources",
    multiple=True,
    metavar="ARN",
    help="With --not-granted: on such resources.  [default: any]",
)
@click.option("--no-public", is_flag=True, help="Instead ask whether a policy lets in nobody in particular.")
@click.option(
    "--fail-on",
    type=click.Choice(_GRAVITY),
    default="security-warning",
    help="Least grave finding that leads to exit code 1.  [default: security-warning]",
)
@FORMAT
def lint(  # noqa: PLR0917 - click passes by name
    files: tuple[Path, ...],
    kind: str | None,
    resource_type: str | None,
    reference: Path | None,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    no_public: bool,  # noqa: FBT001 - click passes by name
    fail_on: str,
    form: str,
) -> int:
    """Check the policies in FILES (JSON; standard input if FILES is - or left out).

    Findings have the codes of IAM Access Analyzer's policy validation. With --reference, --not-granted or --no-public,
    exit code 0 means that no policy allows what it must not, 1 that one does, 3 that it could not be decided.
    """
    from scanner.reason.lint.codes import PolicyKind  # noqa: PLC0415 - reasoning is imported when asked

    services = _services(kind, resource_type)
    of_type = PolicyKind(kind or ("resource" if resource_type else "identity"))
    given = files or (Path("-"),)
    if [*given, reference].count(Path("-")) > 1:
        raise UsageError("lint: standard input can be read once only")
    if sum((reference is not None, bool(actions), no_public)) > 1 or (resources and not actions):
        raise UsageError("lint: ask one of --reference, --not-granted (with --on) and --no-public at a time")
    if reference is not None:
        return _compare(given, reference, of_type, form)
    if actions:
        return _ask_granted(given, of_type, actions, resources or ("*",), form)
    if no_public:
        return _ask_public(given, of_type, services, form)
    return _check(given, of_type, services, fail_on, form)


def _services(kind: str | None, resource_type: str | None) -> frozenset[str]:
    from scanner.reason.lint.check import RESOURCE_TYPES  # noqa: PLC0415

    if resource_type is None:
        return frozenset()
    if kind not in {None, "resource"}:
        raise UsageError(f"--resource-type goes with --type resource, not {kind}")
    if resource_type not in RESOURCE_TYPES:
        raise UsageError(f"--resource-type: {resource_type!r} is none of {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[resource_type]


def _read(file: Path) -> bytes:
    """Read a policy, and no more than shows that it is too long. Raises `SourceError`."""
    from scanner.model.policy import MAX_CHARACTERS  # noqa: PLC0415

    try:
        with click.open_file(str(file), "rb") as stream:
            content: bytes = stream.read(MAX_CHARACTERS + 1)
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}") from error
    return content


def _check(files: tuple[Path, ...], kind: "PolicyKind", services: frozenset[str], fail_on: str, form: str) -> int:
    from scanner.reason.lint.check import lint_text  # noqa: PLC0415

    found = {file: lint_text(_read(file), kind, services) for file in files}
    grave = {gravity.replace("-", "_").upper() for gravity in _GRAVITY[: _GRAVITY.index(fail_on) + 1]}
    if form == "json":
        _write([{"file": str(file), "findings": findings} for file, findings in found.items()])
    else:
        for file, findings in found.items():
            if not findings:
                say(f"{file}: no findings")
            for each in findings:
                say(f"{file}: {each.kind} {each.code} {each.path}: {each.message}")
    return int(any(each.kind in grave for findings in found.values() for each in findings))


def _compare(files: tuple[Path, ...], reference: Path, kind: "PolicyKind", form: str) -> int:
    from scanner.reason.lint.excess import new_access  # noqa: PLC0415

    base = _parsed(reference)
    answers = {file: new_access(_parsed(file), base, kind) for file in files}
    return _answer(answers, form, _NEW)


class _Words(NamedTuple):
    """How a question is answered: the results of `yes` and `no` in JSON, and in words."""

    yes: str
    no: str
    found: str
    nothing: str


_NEW: Final = _Words("new-access", "no-new-access", "new access", "allows nothing that the reference does not")
_GRANTED: Final = _Words("granted", "not-granted", "granted", "grants none of it")


def _ask_granted(
    files: tuple[Path, ...], kind: "PolicyKind", actions: tuple[str, ...], resources: tuple[str, ...], form: str
) -> int:
    from scanner.reason.lint.codes import PolicyKind  # noqa: PLC0415
    from scanner.reason.lint.queries import access_granted  # noqa: PLC0415

    if kind in {PolicyKind.SCP, PolicyKind.RCP}:
        raise UsageError("--not-granted: control policies grant nothing")
    for action in actions:
        if ":" not in action and action != "*":
            raise UsageError(f"--not-granted: {action!r} is not of the form service:action")
    answers = {file: access_granted(_parsed(file), kind, actions, resources) for file in files}
    return _answer(answers, form, _GRANTED)


def _ask_public(files: tuple[Path, ...], kind: "PolicyKind", services: frozenset[str], form: str) -> int:
    from scanner.reason.lint.codes import PolicyKind  # noqa: PLC0415
    from scanner.reason.lint.queries import public_access  # noqa: PLC0415

    if kind not in {PolicyKind.RESOURCE, PolicyKind.TRUST}:
        raise UsageError("--no-public: only resource and trust policies let anybody in (--type resource or trust)")
    answers = {file: public_access(_parsed(file), kind, services) for file in files}
    entries: list[dict[str, object]] = []
    for file, answer in answers.items():
        openings = [
            {"who": each.who, "actions": each.actions, "resource": each.witness.request.resource}
            for each in answer.public
        ]
        result = {True: "public", False: "not-public", None: "undecided"}[answer.is_public]
        entries.append({"file": str(file), "result": result, "openings": openings, "reasons": answer.undecided})
        if form != "json":
            for each in answer.public:
                say(f"{file}: public: {each.who} may {', '.join(each.actions)}")
            if not answer.public:
                say(f"{file}: undecided: {answer.undecided[0]}" if answer.undecided else f"{file}: not public")
    if form == "json":
        _write(entries)
    results = {entry["result"] for entry in entries}
    return 1 if "public" in results else 3 if "undecided" in results else 0


def _answer(answers: "Mapping[Path, Comparison]", form: str, words: _Words) -> int:
    from scanner.reason.access.solve import Unsettled  # noqa: PLC0415
    from scanner.reason.lint.excess import Excess  # noqa: PLC0415

    if form == "json":
        _write([{"file": str(file), **_entry(answer, words)} for file, answer in answers.items()])
    else:
        for file, answer in answers.items():
            for line in _lines(answer, words):
                say(f"{file}: {line}")
    if any(isinstance(answer, Excess) for answer in answers.values()):
        return 1
    return 3 if any(isinstance(answer, Unsettled) for answer in answers.values()) else 0


def _parsed(file: Path) -> "PolicyDocument":
    from scanner.model.policy import MalformedPolicy, parse_policy  # noqa: PLC0415

    try:
        return parse_policy(_read(file))
    except MalformedPolicy as error:
        raise SourceError(f"{file} is not a policy: {error}") from error


def _entry(answer: "Comparison", words: _Words) -> dict[str, object]:
    from scanner.reason.access.solve import Empty, Unsettled  # noqa: PLC0415

    match answer:
        case Empty():
            return {"result": words.no}
        case Unsettled(reason):
            return {"result": "undecided", "reason": reason}
        case _:
            return {"result": words.yes, "witness": answer}


def _lines(answer: "Comparison", words: _Words) -> Iterator[str]:
    from scanner.reason.access.solve import Empty, Unsettled  # noqa: PLC0415

    match answer:
        case Empty():
            yield words.nothing
        case Unsettled(reason):
            yield f"undecided: {reason}"
        case _:
            yield f"{words.found}: {answer.who} may {answer.action} on {answer.resource}"
            for key, values in answer.context.items():
                yield f"  with {key} = {', '.join(values)}"
            yield f"  by {', '.join(answer.statements)}"


def _write(entries: list[dict[str, object]]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode({"policies": entries})).decode())
