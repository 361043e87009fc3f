"""`casemate rules`: which rules there are, what one says, and the start of a new one."""

import json
import re
from pathlib import Path
from typing import Any

import click

from scanner.cli import options, work
from scanner.errors import UsageError
from scanner.registry import load_rules
from scanner.rule import Rule

_NEW = '''from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketVersioning


@rule("{id}", Severity.MEDIUM, controls=("{control}",))
def {name}(bucket: Bucket, versioning: BucketVersioning) -> Verdict:
    """
    State the defect in one sentence.

    Why it matters, in two or three sentences. What to do.

    ```evidence bad
    s3:ListBuckets: {{Buckets: [{{Name: invoices}}]}}
    s3:GetBucketVersioning: [{{parameters: {{Bucket: invoices}}, response: {{}}}}]
    ```
    ```evidence good
    s3:ListBuckets: {{Buckets: [{{Name: invoices}}]}}
    s3:GetBucketVersioning: [{{parameters: {{Bucket: invoices}}, response: {{Status: Enabled}}}}]
    ```
    """
    if versioning.enabled:
        return PASS
    return Fail(f"{{bucket.name}} keeps no versions", facts("versioning", "off"))
'''


@click.group()
def rules() -> None:
    """List rules, show the page of one, or start a new one."""


@rules.command("list")
@options.choosing
@click.option("--json", "as_json", is_flag=True, help="As JSON, for machines.")
def list_rules(*, as_json: bool, **said: Any) -> None:
    """List the rules that a scan with these options would run."""
    chosen = work.choose(said).rules
    if as_json:
        click.echo(json.dumps([_described(rule) for rule in chosen], indent=2))
        return
    width = max(len(rule.id) for rule in chosen)
    for rule in chosen:
        click.echo(f"{rule.id:<{width}}  {rule.severity.value:<8}  {rule.title}")
    click.echo(f"\n{len(chosen)} rules; `casemate rules show ID` explains one", err=True)


def _described(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity.value,
        "service": rule.service,
        "title": rule.title,
        "controls": list(rule.controls),
        "options": dict(rule.options),
        "judges": rule.judges.__name__,
        "module": rule.module,
    }


@rules.command("show")
@click.argument("name", metavar="ID")
@click.option("--examples", is_flag=True, help="Show its bad and good examples too.")
def show_rule(name: str, *, examples: bool) -> None:
    """Show the page of a rule: why it matters, what to do, its options and what it reads."""
    from scanner.page import page_of  # noqa: PLC0415

    every = load_rules()
    rule = next((one for one in every if name.upper() == one.id or name == one.name), None)
    if rule is None:
        raise UsageError(f"no rule is called {name!r}; `casemate rules list` shows them")
    page = page_of(rule)
    click.echo(f"{rule.id}  {page.title}\n")
    click.echo(f"{page.text}\n")
    click.echo(f"severity   {rule.severity.value}")
    click.echo(f"judges     every {rule.judges.noun}")
    click.echo(f"name       {rule.name} ({rule.module})")
    click.echo(f"controls   {', '.join(rule.controls) or 'none'}")
    for option, default in rule.options.items():
        click.echo(f"option     {option} = {json.dumps(default)}   (casemate.toml: [options.{rule.id}])")
    if rule.remedy is not None:
        click.echo(f"remedy     {rule.remedy.title} (class {rule.remedy.safety} at the worst; casemate fix plan)")
    for action in work.plan_for((rule,)).actions():
        click.echo(f"reads      {action}")
    for example in page.examples if examples else ():
        click.echo(f"\n--- {example.kind} ({example.form})\n{example.text.rstrip()}")


@rules.command("new")
@click.argument("name")
@click.option("--id", "id_", default="MINE-001", show_default=True, help="Id of the rule: SERVICE-NNN, never reused.")
@click.option("--control", default="s3-versioning", show_default=True, help="Neutral control slug that it answers.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to write it.")
def new_rule(name: str, id_: str, control: str, folder: Path) -> None:
    """Write a rule file to start from: it works, and passes `scanner.testing.check_rule`.

    NAME states the defect, as a function's name: bucket_keeps_no_versions. Put it into a package of your own whose
    pyproject.toml has the entry point group casemate.rules; README shows one.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UsageError(f"{name!r} is no function name; use small letters, digits and underscores")
    if not re.fullmatch(r"[A-Z][A-Z0-9]*-\d{3}", id_):
        raise UsageError(f"{id_!r} is not of the form SERVICE-NNN")
    path = folder / f"{name}.py"
    if path.exists():
        raise UsageError(f"{path} exists; choose another name or folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(_NEW.format(id=id_, name=name, control=control), "utf-8")
    click.echo(f"wrote {path}")
