"""`casemate gate`: judge a change of infrastructure as code by what it does to the findings."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from scanner.cli import code, options, output, work
from scanner.errors import SourceError, UsageError
from scanner.verdict import Severity

if TYPE_CHECKING:
    from reports.entries import FindingEntry, Report
    from scanner.iac.gate import Side, Sides
    from scanner.iac.load import Loaded
    from scanner.scan import Scan

_CODE: Final = click.Path(exists=True, path_type=Path)
_WHOLE: Final = frozenset({"json", "sarif", "markdown", "github", "gitlab"})
"""Formats that tell for each finding what became of it; the others hold what the change brings."""
_NOT_EVALUATED: Final = "not evaluated, for no rule asks for them: "
_ORDER: Final = ("new", "worsened", "unchanged", "fixed")


@click.command()
@click.argument("change", type=_CODE)
@click.option("--against", type=_CODE, help="Evidence of the account (a file or folder) that the change is laid upon.")
@click.option("--base", metavar="BASE", help="What the change is based on: a folder, a file, or a revision of git.")
@click.option(
    "--var-file", "var_files", type=options.FILE, multiple=True, help="Values of Terraform variables; repeatable."
)
@click.option("--expect-account", metavar="ID", default="", help="Refuse a change for any other account.")
@code.parameters
@code.patching
@code.engines
@code.showing
@options.choosing
@options.reporting
@options.timing
@options.talking
def gate(change: Path, against: Path | None, base: str | None, **said: Any) -> int:
    """Judge CHANGE by the findings that it brings.

    CHANGE is a folder of Terraform configuration, a plan (JSON or binary), a CloudFormation or SAM template, or a change
    set. Only failures that the change brings or worsens count. They are found by comparing with the account's evidence
    (--against), with the code it is based on (--base), or with what a plan or change set says is there already.

    \b
    casemate gate infra --base origin/main            a folder against a revision of git
    casemate gate infra --base ../main/infra          or against another folder
    casemate gate tfplan                              a plan against its prior state
    casemate gate tfplan --terraform terraform        as Terraform itself shows it
    casemate gate tfplan --against evidence.json.gz   or against the account's evidence
    aws cloudformation describe-change-set --include-property-values … > change-set.json
    casemate gate change-set.json

    Exit code 1 for a new or worsened failure at or above the threshold, 3 if the change makes something undecided, 2 if
    it cannot be read or is for another account, else 0.
    """
    outputs = output.wanted(said["formats"], quiet=said["quiet"])
    chosen = code.choose(said)
    with code.base_of(base, change) as folder:
        loaded, report = _judged(change, against, folder, base or "", chosen, said)
    for name, file in outputs:
        if name == output.TERMINAL and file is None:
            click.echo(_text(report, loaded))
        else:
            told = report if name in _WHOLE else _touched(report)
            output.write(told, name, file, no_color=said["no_color"], explain=said["explain_score"])
    return report.exit.code


def _judged(  # noqa: PLR0917 - the parts of one sentence
    change: Path, against: Path | None, base: Path | None, named: str, chosen: work.Chosen, said: dict[str, Any]
) -> "tuple[Loaded, Report]":
    """Return what the change declares, and the report on it; `named` is what the user calls the base."""
    code.refuse_terraform(said, change, base)
    loaded = _load(change, chosen, said)
    there = base is not None and base.exists()
    runs = (
        code.begin(said, loaded, change),
        code.begin(said, _load(base, chosen, said), base) if base and there else code.begin_before(said, loaded),
    )
    sides = _sides(loaded, chosen, (against, base), said)
    threshold = Severity(said["fail_on"]) if said["fail_on"] else chosen.config.fail_on
    scans = [_scan(side, sides, chosen, loaded, said, change) for side in (sides.before, sides.after)]
    reports = [
        work.report_of(
            scan,
            chosen,
            every=said["every"],
            fail_on=threshold,
            allow_gaps=said["allow_gaps"] or chosen.config.allow_gaps,
        )
        for scan in scans
    ]
    report = code.rooted(_with_delta(reports[0], reports[1]), change)
    report = code.adopted(report, scans[1], loaded, chosen, said, runs, None if there else _changed(loaded))
    report = _with_exit(report, threshold)
    report = _compared(report, str(against or named or "what is there already"))
    report = _with_paths(report, reports[0], sides, chosen, threshold)
    return loaded, code.with_fixes(report, sides.after.findings, loaded, chosen, said)


def _with_paths(
    report: "Report", before: "Report", sides: "Sides", chosen: work.Chosen, threshold: Severity
) -> "Report":
    """Return the report with the attack paths alone that the change opens, which block where no rule tells of them."""
    from scanner.cli.opened import blocking, opened  # noqa: PLC0415

    paths = opened(before.paths, report.paths, (sides.before.inventory, sides.after.inventory))
    report = msgspec.structs.replace(report, paths=paths)
    told = {rule.id for rule in sides.rules}
    bad = blocking(paths, {rule.id for rule in chosen.rules} - told)
    if not bad or threshold.weight > Severity.HIGH.weight:
        return report
    reason = f"the change opens {len(bad)} attack path{'s' if len(bad) > 1 else ''}"
    reason += f", and {report.exit.reason.removeprefix('the change ')}" if report.exit.code == 1 else ""
    return msgspec.structs.replace(report, exit=msgspec.structs.replace(report.exit, code=1, reason=reason))


def _compared(report: "Report", against: str) -> "Report":
    return msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, against=against))


def _touched(report: "Report") -> "Report":
    """Return the report with those findings alone that the change brings or worsens."""
    touched = tuple(one for one in report.findings if one.delta in ("new", "worsened"))
    return msgspec.structs.replace(report, findings=touched)


def _load(path: Path, chosen: work.Chosen, said: dict[str, Any]) -> "Loaded":
    from scanner.iac.gate import refuse_other_account  # noqa: PLC0415

    loaded = code.loaded_from(path, chosen, said)
    if loaded.after.missing:
        more = f" (and {len(loaded.after.missing) - 1} more)" if len(loaded.after.missing) > 1 else ""
        raise SourceError(f"{loaded.after.missing[0]}{more}")
    refuse_other_account(loaded.accounts, {said["expect_account"] or chosen.config.expect_account} - {""})
    return loaded


def _sides(
    loaded: "Loaded", chosen: work.Chosen, compared: tuple[Path | None, Path | None], said: dict[str, Any]
) -> "Sides":
    from scanner.derivations import DERIVATIONS  # noqa: PLC0415
    from scanner.iac.gate import (  # noqa: PLC0415
        Change,
        compare_account,
        compare_code,
        refuse_other_account,
        removed_between,
    )
    from scanner.iac.judged import Estate  # noqa: PLC0415
    from scanner.inventory import Inventory  # noqa: PLC0415
    from scanner.model.kind import Moment  # noqa: PLC0415
    from scanner.scan import profile_of  # noqa: PLC0415

    against, base = compared
    if against is not None and base is not None:
        raise UsageError("--against and --base are two things to compare with: give one")
    before = loaded.before
    if base is not None:
        before = _load(base, chosen, said).after if base.exists() else Estate(declared=(), account=loaded.after.account)
    after = loaded.after
    if not after.declared and not (before and before.declared):
        raise SourceError(code.nothing(loaded))
    now = options.moment(said["now"], "--now")
    chosen_options = profile_of(chosen.rules, chosen.config, chosen.every, partial=False).options
    if against is not None:
        plan = chosen.plan()
        evidence, _ = work.get_evidence(against, plan, chosen.config, said)
        accounts = {scope.account for scope in evidence.targets}
        refuse_other_account(loaded.accounts, accounts)
        if len(accounts) != 1:
            raise SourceError(f"{against}: evidence of {len(accounts)} accounts; a change is laid upon one")
        account = accounts.pop()
        change = Change(
            msgspec.structs.replace(before or Estate(declared=(), account=account), account=account),
            msgspec.structs.replace(after, account=account),
        )
        inventory = Inventory.of(plan, evidence, Moment(now) if now is not None else None)
        return compare_account(change, chosen.rules, inventory, plan, chosen_options)
    if before is None:
        raise UsageError("say what to compare with: --base FOLDER, or --against EVIDENCE; or give a plan")
    removed = (*after.removed, *removed_between(before.declared, after.declared)) if base else after.removed
    change = Change(before, msgspec.structs.replace(after, removed=removed))
    return compare_code(change, chosen.rules, DERIVATIONS, chosen_options, now or datetime.now(UTC))


def _scan(  # noqa: PLR0917 - the parts of one sentence
    side: "Side", sides: "Sides", chosen: work.Chosen, loaded: "Loaded", said: dict[str, Any], change: Path
) -> "Scan":
    from scanner.config import load_waivers  # noqa: PLC0415
    from scanner.iac.judged import left_out_note  # noqa: PLC0415
    from scanner.scan import conclude, profile_of  # noqa: PLC0415

    profile = profile_of(sides.rules, chosen.config, chosen.every, partial=chosen.partial or bool(sides.left_out))
    return conclude(
        profile,
        chosen.plan(),
        side.inventory,
        side.findings,
        chosen.config,
        now=options.moment(said["now"], "--now") or datetime.now(UTC),
        waivers=(*load_waivers(chosen.config, said["waivers"]), *loaded.waivers),
        source_kind=loaded.kind,
        source_name=str(change),
        notes=(
            *left_out_note(sides.left_out),
            *((f"{_NOT_EVALUATED}{', '.join(sides.not_evaluated)}",) if sides.not_evaluated else ()),
        ),
    )


def _changed(loaded: "Loaded") -> frozenset[str]:
    """Return the addresses that a change makes or alters."""
    past = {one.address: one.values for one in loaded.before.declared} if loaded.before else {}
    return frozenset(one.address for one in loaded.after.declared if past.get(one.address) != one.values)


def _with_exit(report: "Report", threshold: Severity) -> "Report":
    exit_code, reason = _exit(report, threshold)
    return msgspec.structs.replace(report, exit=msgspec.structs.replace(report.exit, code=exit_code, reason=reason))


def _with_delta(before: "Report", after: "Report") -> "Report":
    """Return the later report with what became of each finding, and those that are fixed."""
    from reports.diff import diff_reports  # noqa: PLC0415

    deltas: dict[str, str] = {}
    fixed: list[FindingEntry] = []
    for change in diff_reports(before, after).changes:
        delta = _delta(change.kind, change.finding, before)
        if delta == "fixed":
            fixed.append(msgspec.structs.replace(change.finding, status="pass", delta="fixed", points=0.0))
        else:
            deltas[change.finding.fingerprint] = delta
    listed = {one.fingerprint for one in fixed}
    findings = tuple(
        msgspec.structs.replace(one, delta=deltas.get(one.fingerprint, ""))
        for one in after.findings
        if one.fingerprint not in listed
    )
    return msgspec.structs.replace(after, findings=(*findings, *fixed))


def _delta(kind: str, finding: "FindingEntry", before: "Report") -> str:
    if kind in ("new", "worsened", "fixed"):
        return kind
    if kind == "unknown":
        return "new"
    if kind == "changed" and finding.status == "fail":
        past = next((one for one in before.findings if one.fingerprint == finding.fingerprint), None)
        told = () if past is None else past.evidence
        more = any(not any(one.covers(fact) for one in told) for fact in finding.evidence)
        return "worsened" if more else "unchanged"
    return "unchanged"


def _exit(report: "Report", threshold: Severity) -> tuple[Any, str]:
    brought = [one for one in report.findings if one.delta in ("new", "worsened")]
    failing = [one for one in brought if one.status == "fail" and one.waiver is None]
    bad = sum(one.severity.weight >= threshold.weight for one in failing)
    if bad:
        return 1, f"the change brings or worsens {bad} at or above {threshold.value}"
    if not report.exit.allow_gaps and (problem := next((gap for gap in report.gaps if gap.call == "checkov"), None)):
        return 3, problem.detail
    excused = {"open", "accepted"} if report.exit.allow_gaps else {"accepted"}
    open_ones = sum(one.status in ("undecided", "crashed") and one.gap not in excused for one in brought)
    if open_ones:
        return 3, f"the change leaves {open_ones} undecided"
    return 0, f"the change brings nothing at or above {threshold.value}"


def _text(report: "Report", loaded: "Loaded") -> str:
    """Return the findings that the change touches, with the lines they are about, and the paths that it opens."""
    from scanner.cli.opened import told  # noqa: PLC0415

    lines: list[str] = []
    for delta in _ORDER:
        found = [one for one in report.findings if one.delta == delta and one.status != "skip"]
        if delta == "unchanged":
            lines += [f"{len(found)} findings are as they were", ""] if found else []
            continue
        for one in found:
            lines += [*_shown(one, delta, loaded), ""]
    lines += [line for path in report.paths for line in told(path)]
    gaps = sorted(
        {f"{gap.call.removeprefix('terraform:')}" for gap in report.gaps if gap.call.startswith("terraform:")}
    )
    lines += [f"Not evaluated: {', '.join(gaps)}", ""] if gaps else []
    lines += [note[0].upper() + note[1:] for note in report.notes if note.startswith(_NOT_EVALUATED)]
    lines += [note for note in report.notes if "checkov" in note]
    lines += [
        *(
            f"Suppressed: {one.rule} {one.selector} by {one.owner} until {one.until}: {one.reason}"
            for one in report.waivers.used
        ),
        *(f"Without effect: {one.entry} {one.problem}" for one in report.waivers.problems),
        f"Exit {report.exit.code}: {report.exit.reason}.",
    ]
    return "\n".join(lines)


def _shown(one: "FindingEntry", delta: str, loaded: "Loaded") -> list[str]:
    from scanner.iac.frames import frame  # noqa: PLC0415

    status = "waived" if one.waiver is not None else "undecided" if one.status in ("undecided", "crashed") else delta
    lines = [f"{status.upper()} {one.severity.value} {one.rule} {one.title}", f"  {one.message or one.resource.id}"]
    at = next((origin for origin in reversed(one.origins) if origin.file and origin.address), None)
    if at is not None and delta != "fixed":
        lines.append(f"  at {at.file}:{at.line} ({at.address})")
        lines += [f"  called at {call.file}:{call.line} ({call.address})" for call in reversed(at.calls)]
        words = [word for fact in one.evidence for word in (fact.value, fact.name)]
        lines += [f"    {line}" for line in frame(loaded.files, at.file, at.line, words).splitlines()]
    if one.fix is not None:
        lines += [f"    {line}" for line in one.fix.patch.splitlines()]
        lines += [f"  fix: {text}" for text in one.fix.advice]
    return lines
