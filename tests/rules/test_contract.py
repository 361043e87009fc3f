"""The contract of every rule, and of all of them together."""

import ast
import importlib
from pathlib import Path

import pytest

from scanner.aws.readers import READERS
from scanner.derivations import DERIVATIONS
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.page import page_of
from scanner.plan import Plan
from scanner.registry import load_rules
from scanner.rule import Rule
from scanner.testing import check_rule

RULES = load_rules()
HOME = Path(__file__).parents[2] / "rules"
ALLOWED = {
    "scanner",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "math",
    "re",
    "typing",
}


def test_there_are_at_least_seventy_rules():
    assert len(RULES) >= 70


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_rule_keeps_the_contract(rule: Rule):
    check_rule(rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_rule_is_one_file_named_as_its_function_in_the_folder_of_its_service(rule: Rule):
    assert rule.module == f"rules.{rule.service}.{rule.name}"
    assert not rule.name.startswith(("check_", "ensure_", "no_"))
    assert rule.page.strip().splitlines()[0].endswith(".")
    assert {example.kind for example in page_of(rule).examples} == {"bad", "good"}


def test_no_file_of_the_rules_is_without_its_rule():
    files = {path.stem for path in HOME.glob("*/*.py") if path.stem != "__init__"}
    assert files == {rule.name for rule in RULES}


def test_rules_import_the_public_api_and_kinds_only():
    for path in HOME.glob("*/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            for name in names:
                assert name in ALLOWED or name.startswith(("scanner.model.", "scanner.remedies.")), (
                    f"{path.name} imports {name}"
                )


def kinds() -> set[type]:
    found = set()
    for path in (Path(__file__).parents[2] / "scanner" / "model").glob("*.py"):
        module = importlib.import_module(f"scanner.model.{path.stem}")
        found |= {
            value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Facet | Resource)
        }
    return {kind for kind in found if not kind.__subclasses__()} - {Account, AccountRegion}


def test_every_kind_has_a_reader_or_a_derivation():
    yielded = {kind for reader in READERS for kind in reader.yields} | {derivation.yields for derivation in DERIVATIONS}
    assert {kind.__name__ for kind in kinds() - yielded} == set()


def test_every_kind_that_a_rule_needs_is_planned_with_its_actions():
    for rule in RULES:
        plan = Plan.of([rule], READERS, DERIVATIONS)
        yielded = {kind for reader in plan.readers for kind in reader.yields} | {
            derivation.yields for derivation in plan.derivations
        }
        assert plan.kinds - yielded <= {Account, AccountRegion}
        assert all(reader.actions for reader in plan.readers)
