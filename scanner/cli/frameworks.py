"""`casemate frameworks`: which there are, and how the rules cover one."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from scanner.registry import load_rules

if TYPE_CHECKING:
    from scanner.frameworks import Framework, Requirement
    from scanner.rule import Rule


@click.group()
def frameworks() -> None:
    """List compliance frameworks, and show which rules answer one.

    Rules support a framework; passing them is no certificate. To assess an account: casemate scan --framework ID.
    """


@frameworks.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for machines.")
def list_frameworks(*, as_json: bool) -> None:
    """List the frameworks, and how many requirements of each the installed rules answer."""
    from scanner.framework_files import load_frameworks  # noqa: PLC0415 - reads data files
    from scanner.frameworks import requirements_of  # noqa: PLC0415

    rules = load_rules()
    rows = [
        {
            "id": one.id,
            "name": f"{one.name} {one.version}",
            "requirements": len(requirements_of(one)),
            "manual": sum(requirement.assessment == "manual" for requirement in requirements_of(one)),
            "answered": sum(bool(_answering(requirement, rules)) for requirement in requirements_of(one)),
        }
        for one in load_frameworks()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(str(row["id"])) for row in rows)
    for row in rows:
        click.echo(
            f"{row['id']:<{width}}  {row['requirements']:>3} requirements, {row['answered']:>3} answered by rules, "
            f"{row['manual']:>2} manual   {row['name']}"
        )


@frameworks.command("show")
@click.argument("name", metavar="ID")
@click.option("--level", default="", help="Level of the requirements (for CIS: 1 or 2).")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for machines.")
def show_framework(name: str, level: str, *, as_json: bool) -> None:
    """Show the requirements of a framework and the rules that answer each."""
    from scanner.framework_files import load_frameworks  # noqa: PLC0415 - reads data files
    from scanner.frameworks import framework_named, requirements_of  # noqa: PLC0415

    framework = framework_named(name, load_frameworks())
    rules = load_rules()
    asked = requirements_of(framework, level)
    if as_json:
        click.echo(json.dumps([_described(one, rules) for one in asked], indent=2))
        return
    _print(framework, asked, rules)


def _answering(requirement: "Requirement", rules: "Iterable[Rule]") -> list[str]:
    return [rule.id for rule in rules if requirement.answered_by(rule)]


def _described(requirement: "Requirement", rules: "Iterable[Rule]") -> dict[str, object]:
    return {
        "id": requirement.id,
        "title": requirement.title,
        "section": requirement.section,
        "levels": list(requirement.levels),
        "assessment": requirement.assessment,
        "controls": list(requirement.controls),
        "rules": _answering(requirement, rules),
    }


def _print(framework: "Framework", asked: "Iterable[Requirement]", rules: "tuple[Rule, ...]") -> None:
    click.echo(f"{framework.name} {framework.version} ({framework.id})")
    if framework.url:
        click.echo(f"{framework.url}: the text of the requirements; the titles here are our own words")
    sections = {section.id: section.name for section in framework.sections}
    current = None
    for one in asked:
        if one.section != current:
            current = one.section
            click.echo(f"\n{sections.get(one.section, one.section)}")
        answer = ", ".join(_answering(one, rules)) or ("manual" if one.assessment == "manual" else "not covered yet")
        click.echo(f"  {one.id:<12} {one.title}\n               {answer}")
