"""What the verbs do in common: choose rules, get evidence, judge it. No verb's own words are here."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli.options import moment
from scanner.config import Config, load_config, load_waivers
from scanner.errors import SourceError, UsageError
from scanner.evidence import Evidence, is_evidence, read_evidence
from scanner.registry import Selection, load_rules, select
from scanner.rule import Rule

if TYPE_CHECKING:
    from reports.entries import FrameworkEntry, Report
    from scanner.aws.fetch import Progress
    from scanner.aws.session import Access
    from scanner.frameworks import Framework
    from scanner.inventory import Inventory
    from scanner.model.kind import Kind
    from scanner.plan import Plan
    from scanner.scan import Profile, Scan
    from scanner.verdict import Severity

SOURCE_TYPES = ("live", "evidence", "folder", "terraform", "plan", "cloudformation", "change-set")
_TEMPLATES = (".yaml", ".yml", ".json", ".template")
CODE = ("terraform", "plan", "cloudformation", "change-set")
"""Types of sources that are infrastructure as code."""


class Chosen(msgspec.Struct, frozen=True):
    """The rules to run, as options and configuration choose them together."""

    config: Config
    every: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    frameworks: "tuple[Framework, ...]"
    level: str
    partial: bool

    def plan(self) -> "Plan":
        """Return what must be read for these rules."""
        return plan_for(self.rules, tags=bool(self.config.criticality.tag))


def choose(options: dict[str, Any]) -> Chosen:
    """Choose the rules. Options replace what the configuration says about the same thing."""
    config = load_config(options.get("config"))
    every = load_rules()
    level = options.get("level") or ""
    frameworks, answering = _frameworks(options.get("framework") or (), level, every)
    selection = Selection(
        rules=tuple(options.get("rule") or config.rules),
        skip=tuple(options.get("skip") or ()) + config.skip,
        services=tuple(options.get("service") or config.services),
        severity=options.get("severity") or "",
        ids=answering,
    )
    regions = tuple(region for region in options.get("regions") or config.regions if region != "all")
    return Chosen(config, every, select(every, selection), frameworks, level, selection.partial or bool(regions))


def _frameworks(
    names: tuple[str, ...], level: str, rules: tuple[Rule, ...]
) -> tuple[tuple[Any, ...], frozenset[str] | None]:
    """Return the frameworks that are named, and the ids of the rules that answer them."""
    if not names:
        if level:
            raise UsageError("--level needs --framework")
        return (), None
    from scanner.framework_files import load_frameworks
    from scanner.frameworks import framework_named, requirements_of

    known = load_frameworks()
    chosen = tuple(framework_named(name, known) for name in names)
    asked = [requirement for framework in chosen for requirement in requirements_of(framework, level)]
    answering = (rule.id for rule in rules if any(requirement.answered_by(rule) for requirement in asked))
    return chosen, frozenset(answering)


def plan_for(rules: tuple[Rule, ...], *, tags: bool = False) -> "Plan":
    """Return what must be read for these rules; where they ask for the network, its picture and its ledger come with it."""
    from scanner.aws.readers import READERS
    from scanner.derivations import DERIVATIONS
    from scanner.model.exposure import RegionNetwork
    from scanner.model.group_use import ExposureLedger
    from scanner.model.picture import VpcPicture
    from scanner.plan import Plan

    plan = Plan.of(rules, READERS, DERIVATIONS, tags=tags)
    if RegionNetwork not in plan.kinds:
        return plan
    return Plan.of(rules, READERS, DERIVATIONS, tags=tags, kinds=(ExposureLedger, VpcPicture))


def kind_of(source: Path | None, said: str | None) -> str:
    """Return the type of a source, found by its content unless it is said. Raises `SourceError` if it is none."""
    from scanner.folder import is_details, is_folder

    if source is None:
        return "live"
    if said is not None and said != "live":
        return said
    if not source.exists():
        raise SourceError(f"{source}: there is no such file or folder")
    if source.is_file() and is_evidence(source):
        return "evidence"
    if is_folder(source) or is_details(source):
        return "folder"
    from scanner.iac.load import kind_of as kind_of_code

    if code := kind_of_code(source):
        return code
    if templates := _templates_in(source):
        names = ", ".join(path.name for path in templates[:3]) + (", …" if len(templates) > 3 else "")  # noqa: PLR2004
        raise SourceError(f"{source}: a folder of templates ({names}); give one of them at a time")
    raise SourceError(
        f"{source}: neither an evidence file (casemate collect -o FILE) nor a folder of AWS CLI output "
        "(<account>/<region or global>/<service>.<Operation>.json, or what get-account-authorization-details answers), "
        "nor Terraform configuration, a plan or a template"
    )


def _templates_in(source: Path) -> list[Path]:
    """Return the CloudFormation templates that lie in a folder itself."""
    from scanner.iac.cloudformation.template import is_template

    found = (path for path in sorted(source.glob("*")) if path.suffix in _TEMPLATES) if source.is_dir() else ()
    return [path for path in found if path.is_file() and is_template(path)]


def get_evidence(source: Path | None, plan: "Plan", config: Config, options: dict[str, Any]) -> tuple[Evidence, str]:
    """Read the source, live or recorded. Returns the evidence and the type of the source."""
    kind = kind_of(source, options.get("source_type"))
    evidence = _live(plan, config, options) if source is None else _recorded(source, kind, config, options)
    if options.get("verbose"):
        _tell_calls(evidence)
    return evidence, kind


def _tell_calls(evidence: Evidence) -> None:
    """Say on standard error which calls were answered, how often, and how often with an error or in part."""
    calls: dict[str, list[bool]] = {}
    for key, answer in sorted(evidence.answers.items()):
        calls.setdefault(f"{key.service}:{key.operation}", []).append(answer.shortfall() is None)
    for call, whole in calls.items():
        short = f", {whole.count(False)} with an error or in part" if not all(whole) else ""
        click.echo(f"{call}: {len(whole)}{short}", err=True)


def _recorded(source: Path, kind: str, config: Config, options: dict[str, Any]) -> Evidence:
    taken_at = moment(options.get("taken_at"), "--taken-at")
    if kind in CODE:
        raise UsageError(f"{source} is infrastructure as code: use casemate scan or casemate gate")
    if kind == "evidence":
        evidence = read_evidence(source)
        evidence.taken_at = taken_at or evidence.taken_at
    else:
        from scanner.aws.readers import READERS
        from scanner.folder import read_details, read_folder

        evidence = read_folder(source, READERS, taken_at) if source.is_dir() else read_details(source, taken_at)
    _expect(evidence, options.get("expect_account") or config.expect_account, source)
    return evidence


def _expect(evidence: Evidence, account: str, source: Path) -> None:
    found = sorted({scope.account for scope in evidence.targets})
    if account and found != [account]:
        raise SourceError(f"{source} is of account {', '.join(found)}, and --expect-account says {account}")


def _live(plan: "Plan", config: Config, options: dict[str, Any]) -> Evidence:
    from scanner.aws.live import collect

    with progress(quiet=bool(options.get("quiet"))) as shown:
        return collect(access_of(config, options), plan, shown, tool())


def access_of(config: Config, options: dict[str, Any]) -> "Access":
    """Return how to reach AWS: what the options say, else the configuration."""
    from scanner.aws.session import Access

    return Access(
        profile=options.get("profile") or config.profile,
        role_arn=options.get("role_arn") or config.role_arn,
        external_id=options.get("external_id") or config.external_id,
        regions=tuple(options.get("regions") or config.regions),
        expect_account=options.get("expect_account") or config.expect_account,
    )


def judge(  # noqa: PLR0917 - the parts of one sentence
    chosen: Chosen, plan: "Plan", evidence: Evidence, kind: str, source: Path | None, options: dict[str, Any]
) -> "Scan":
    """Judge the evidence by the chosen rules."""
    from scanner.scan import audit, profile_of

    profile: Profile = profile_of(chosen.rules, chosen.config, chosen.every, partial=chosen.partial)
    return audit(
        profile,
        plan,
        evidence,
        chosen.config,
        now=moment(options.get("now"), "--now"),
        waivers=load_waivers(chosen.config, options.get("waivers")),
        source_kind=kind,
        source_name=str(source or ""),
    )


def inventory_for(kinds: Iterable[type["Kind"]], source: Path | None, options: dict[str, Any]) -> "Inventory":
    """Return the inventory that a query over these kinds needs, of a live account or of recorded evidence."""
    from scanner.aws.readers import READERS
    from scanner.derivations import DERIVATIONS
    from scanner.inventory import Inventory
    from scanner.model.kind import Moment
    from scanner.plan import Plan

    plan = Plan.of((), READERS, DERIVATIONS, kinds=kinds)
    evidence, _ = get_evidence(source, plan, load_config(options.get("config")), options)
    now = moment(options.get("now"), "--now")
    return Inventory.of(plan, evidence, Moment(now) if now is not None else None)


def tool() -> str:
    """Return name and version, as evidence and reports carry them."""
    return f"casemate {version('casemate')}"


@contextmanager
def progress(*, quiet: bool) -> "Iterator[Progress]":
    """Show progress on standard error if that is a terminal; else only count."""
    stream = sys.stderr
    if quiet or not stream.isatty():
        yield lambda _done, _known: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading AWS", total=None)
        yield lambda done, known: bar.update(task, completed=done, total=known)


def actions_for(plan: "Plan") -> tuple[str, ...]:
    """Return the IAM actions that a live scan by this plan takes, sorted."""
    from scanner.aws.live import REGIONS

    return tuple(sorted({*plan.actions(), *REGIONS.actions}))


def policy_for(actions: tuple[str, ...]) -> dict[str, object]:
    """Return the IAM policy that allows these actions."""
    statement = {"Sid": "CasemateRead", "Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def report_of(scan: "Scan", chosen: Chosen, *, every: bool, fail_on: "Severity", allow_gaps: bool) -> "Report":
    """Return the report of a scan, with the assessment of each chosen framework."""
    from reports.report import build

    assessed = tuple(_assessed(framework, scan, chosen) for framework in chosen.frameworks)
    return build(scan, every=every, fail_on=fail_on, allow_gaps=allow_gaps, frameworks=assessed)


def _assessed(framework: "Framework", scan: "Scan", chosen: Chosen) -> "FrameworkEntry":
    from reports.entries import FrameworkEntry, Requirement
    from scanner.frameworks import assess, percent, tally

    statuses = assess(
        framework,
        scan.findings,
        chosen.every,
        chosen.config.attest,
        scan.now,
        options=scan.profile.options,
        level=chosen.level,
    )
    return FrameworkEntry(
        id=framework.id,
        title=f"{framework.name} {framework.version}" + (f", level {chosen.level}" if chosen.level else ""),
        counts={status.value: count for status, count in tally(statuses).items() if count},
        percent=percent(statuses),
        requirements=tuple(
            Requirement(
                id=one.requirement.id,
                title=one.requirement.title,
                status=one.status.value,
                controls=one.requirement.controls,
                note=one.reason or ("partly covered" if one.partial else ""),
            )
            for one in statuses
        ),
    )
