"""What the verbs that judge infrastructure as code do in common."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli import output, work
from scanner.cli.options import moment
from scanner.config import load_waivers
from scanner.errors import SourceError, UsageError

if TYPE_CHECKING:
    from reports.entries import FindingEntry, Report
    from scanner.findings import Finding
    from scanner.iac.checkov import Running
    from scanner.iac.load import Loaded
    from scanner.plan import Plan
    from scanner.scan import Scan

patching = click.option(
    "--patch",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for a unified diff of the code under which failing rules pass.",
)


engines = click.option(
    "--engine",
    type=click.Choice(["checkov"]),
    help="External engine to run beside our own rules; made ready at its first use.",
)


parameters = click.option(
    "--parameter",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="Value of a CloudFormation parameter; repeatable. Others are tried with each value that they allow.",
)


showing = click.option(
    "--terraform",
    metavar="PATH",
    help="The terraform that shows a binary plan, with the providers that are installed beside it; else it is read without.",
)


def choose(options: dict[str, Any]) -> work.Chosen:
    """Choose the rules; checks of an external engine may be named beside ours, and are chosen when they are adopted."""
    if options.get("engine") is None:
        return work.choose(options)
    own = {
        name: tuple(one for one in options.get(name) or () if not one.startswith("CKV")) for name in ("rule", "skip")
    }
    if options.get("rule") and not own["rule"]:
        raise UsageError(
            "--rule names checks of checkov alone: name a rule of ours too, for these choose what is judged"
        )
    return work.choose({**options, **own})


@contextmanager
def base_of(base: str | None, change: Path) -> Iterator[Path | None]:
    """Give the path that a change is based on: as it is, or as a revision of git has it; None where none is named."""
    if base is None or Path(base).exists():
        yield None if base is None else Path(base)
        return
    from scanner.iac.revision import folder_at  # noqa: PLC0415

    with folder_at(base, change) as folder:
        yield folder


def begin(options: dict[str, Any], loaded: "Loaded", path: Path) -> "Running | None":
    """Start the external engine that is asked for: it runs while our own rules judge."""
    if options.get("engine") is None:
        return None
    from scanner.iac.checkov import Ended, Result  # noqa: PLC0415
    from scanner.iac.load import is_binary_plan  # noqa: PLC0415

    given = loaded.rewritten
    if given is not None:
        return _started(given.kind, given.after)
    if is_binary_plan(path):
        problem = "checkov was not run: the plan holds no configuration; with --terraform PATH it gets what is planned"
        return Ended(Result((), 0, 0, (problem,)))
    return _started(loaded.kind, loaded.files if path.is_dir() else {path.name: path.read_text(encoding="utf-8")})


def begin_before(options: dict[str, Any], loaded: "Loaded") -> "Running | None":
    """Start the external engine on what is there already, where the change itself tells it in a form that it reads."""
    given = loaded.rewritten
    if options.get("engine") is None or given is None or not given.before:
        return None
    return _started(given.kind, given.before)


def _started(kind: str, files: Mapping[str, str]) -> "Running":
    from scanner.iac.checkov import Ended, Result, start  # noqa: PLC0415
    from scanner.iac.checkov_environment import find, install  # noqa: PLC0415

    if not files:
        return Ended(Result((), 0, 0, ()))
    found = find()
    if found is None:
        click.echo("casemate: installing checkov into an environment of its own; this takes a minute", err=True)
        found = install()
    return start(found, kind, files)


def adopted(  # noqa: PLR0917 - the parts of one sentence
    report: "Report",
    scan: "Scan",
    loaded: "Loaded",
    chosen: work.Chosen,
    options: dict[str, Any],
    runs: "tuple[Running | None, Running | None]",
    changed: frozenset[str] | None = None,
) -> "Report":
    """Return the report with what the external engine found: `runs` are those over the code, and over what was before."""
    run, before = runs
    if run is None:
        return report
    from scanner.cli.adopted import Ours, adopt  # noqa: PLC0415
    from scanner.waivers import parse_waivers  # noqa: PLC0415

    waivers, _ = parse_waivers((*load_waivers(chosen.config, options.get("waivers")), *loaded.waivers), scan.now)
    ours = Ours(tuple(scan.findings), chosen.every, loaded, waivers, options)
    return adopt(report, run.result(), ours, before.result() if before else None, changed)


def loaded_from(path: Path, chosen: work.Chosen, options: dict[str, Any]) -> "Loaded":
    """Return what a path declares."""
    from scanner.iac.load import load  # noqa: PLC0415

    account = options.get("expect_account") or chosen.config.expect_account
    given: dict[str, str] = {}
    for text in options.get("parameters") or ():
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"--parameter: {text!r} is not of the form NAME=VALUE")
        given[name] = value
    return load(
        path,
        account=account,
        var_files=tuple(options.get("var_files") or ()),
        parameters=given,
        terraform=_terraform(options.get("terraform"), path),
    )


def _terraform(named: str | None, path: Path) -> Path | None:
    """Return the program that is to show a plan, if one is asked for and the path is a plan that needs one."""
    from scanner.iac.load import is_binary_plan  # noqa: PLC0415
    from scanner.iac.terraform.shown import program  # noqa: PLC0415

    return program(named) if named is not None and is_binary_plan(path) else None


def refuse_terraform(options: dict[str, Any], *paths: Path | None) -> None:
    """Refuse `--terraform` where none of the paths is a plan for it to show."""
    from scanner.iac.load import is_binary_plan  # noqa: PLC0415

    if options.get("terraform") and not any(one is not None and is_binary_plan(one) for one in paths):
        raise UsageError("--terraform shows plans in Terraform's own format (terraform plan -out), and there is none")


def nothing(loaded: "Loaded") -> str:
    """Return in words that there is nothing to judge, which is no pass."""
    values = ": with these values of variables (--var-file) nothing is made" if loaded.kind == "terraform" else ""
    return f"the {loaded.kind} declares no resources of AWS{values}"


def judge_code(chosen: work.Chosen, plan: "Plan", loaded: "Loaded", source: Path, options: dict[str, Any]) -> "Scan":
    """Judge what infrastructure as code declares. Rules that code cannot answer are left out of the profile, and named."""
    from scanner.derivations import DERIVATIONS  # noqa: PLC0415
    from scanner.iac.judged import judge as judge_declared  # noqa: PLC0415
    from scanner.iac.judged import left_out_note  # noqa: PLC0415
    from scanner.scan import conclude, profile_of  # noqa: PLC0415

    if not loaded.after.missing and not any(one.type.startswith(("aws_", "AWS::")) for one in loaded.after.declared):
        raise SourceError(f"{source}: {nothing(loaded)}")
    now = moment(options.get("now"), "--now") or datetime.now(UTC)
    every = profile_of(chosen.rules, chosen.config, chosen.every, partial=chosen.partial)
    judged = judge_declared(chosen.rules, loaded.after, DERIVATIONS, every.options, now)
    return conclude(
        msgspec.structs.replace(every, rules=judged.rules, partial=chosen.partial or bool(judged.left_out)),
        plan,
        judged.inventory,
        judged.findings,
        chosen.config,
        now=now,
        waivers=(*load_waivers(chosen.config, options.get("waivers")), *loaded.waivers),
        source_kind=loaded.kind,
        source_name=str(source),
        notes=(
            *left_out_note(judged.left_out),
            *(
                (f"not evaluated, for no rule asks for them: {', '.join(judged.not_evaluated)}",)
                * bool(judged.not_evaluated)
            ),
        ),
    )


def rooted(report: "Report", source: Path) -> "Report":
    """Return the report, which then tells where the code lies in its repository: what names its files there."""
    folder = (source if source.is_dir() else source.parent).resolve()
    above = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), Path.cwd().resolve())
    root = Path(os.path.relpath(folder, above)).as_posix() if folder.is_relative_to(above) else ""
    return msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, root=root.removeprefix(".")))


def with_fixes(
    report: "Report", findings: Iterable["Finding"], loaded: "Loaded", chosen: work.Chosen, options: dict[str, Any]
) -> "Report":
    """Return the report with how to make its failing findings go, and write the patch that is asked for."""
    patch = options.get("patch")
    if patch is None:
        return report
    if loaded.kind not in ("terraform", "plan", "cloudformation"):
        raise UsageError(f"--patch: only configuration and templates are patched, and this is a {loaded.kind}")
    from scanner.derivations import DERIVATIONS  # noqa: PLC0415
    from scanner.iac.fixes import fixes  # noqa: PLC0415
    from scanner.iac.judged import judge as judge_declared  # noqa: PLC0415
    from scanner.iac.patch import unified  # noqa: PLC0415
    from scanner.scan import profile_of  # noqa: PLC0415

    wanted = {one.fingerprint for one in report.findings if _is_open(one)}
    failing = [one for one in findings if one.fingerprint in wanted]
    rules = tuple({one.rule.id: one.rule for one in failing}.values())
    known = profile_of(chosen.rules, chosen.config, chosen.every, partial=False).options
    now = moment(options.get("now"), "--now") or datetime.now(UTC)
    found = fixes(
        failing,
        loaded.after,
        lambda estate: judge_declared(rules, estate, DERIVATIONS, known, now).findings,
        loaded.files,
    )
    files = {_below(report.source.root, file): text for file, text in loaded.files.items()}
    edits = [_moved(edit, report.source.root) for fix in found.values() for edit in fix.edits]
    output.write_file(patch, unified(files, edits).encode())
    told = {}
    for one in failing:
        fix = found.get((one.rule.id, one.resource.id))
        if fix is not None:
            told[one.fingerprint] = (
                unified(files, [_moved(edit, report.source.root) for edit in fix.edits]),
                fix.advice,
            )
        else:
            told[one.fingerprint] = ("", _advice(one, loaded))
    return msgspec.structs.replace(report, findings=tuple(_with_fix(one, told) for one in report.findings))


def _is_open(one: "FindingEntry") -> bool:
    return one.status == "fail" and one.waiver is None and one.delta in ("", "new", "worsened")


def _below(root: str, file: str) -> str:
    return posixpath.normpath(posixpath.join(root, file))


def _moved(edit: Any, root: str) -> Any:
    return msgspec.structs.replace(edit, file=_below(root, edit.file))


def _advice(finding: "Finding", loaded: "Loaded") -> tuple[str, ...]:
    from scanner.iac.terraform.edits import rests_on  # noqa: PLC0415
    from scanner.model.kind import Source  # noqa: PLC0415

    at = next((one for one in reversed(finding.origins) if isinstance(one, Source) and one.address), None)
    declared = next((one for one in loaded.after.declared if at is not None and one.address == at.address), None)
    return () if at is None or declared is None else rests_on(declared, at.line, loaded.files)


def _with_fix(one: "FindingEntry", told: dict[str, tuple[str, tuple[str, ...]]]) -> "FindingEntry":
    from reports.entries import FixEntry  # noqa: PLC0415

    patch, advice = told.get(one.fingerprint, ("", ()))
    return msgspec.structs.replace(one, fix=FixEntry(patch, advice)) if patch or advice else one
