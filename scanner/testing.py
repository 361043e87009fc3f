"""For authors of rules: run a rule on small evidence, and hold it to the contract that every rule keeps.

from scanner.testing import check_rule
def test_my_rule() -> None:
    check_rule(my_rule)
"""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from scanner.aws.readers import READERS
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.evidence import UNSAID, Answer, Evidence, Failure, Key, canonical
from scanner.failures import reason_of
from scanner.findings import Finding
from scanner.iac.judged import Judged
from scanner.iac.judged import judge as judge_declared
from scanner.iac.load import load
from scanner.inventory import Inventory
from scanner.model.kind import GLOBAL, Scope
from scanner.model.maybe import Reason
from scanner.page import Example, page_of
from scanner.plan import Plan
from scanner.rule import Rule
from scanner.signature import OptionValue

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-west-1"
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def evidence_of(calls: Mapping[str, Any], *, taken_at: datetime | None = NOW) -> Evidence:
    """Return evidence of one account and region from `{"service:Operation": answer}`.

    An answer is a response, or a list of `{"parameters": …, "response": …}` or `{"parameters": …, "error": CODE}`
    (optionally with `message`). Calls that readers make per region are put into eu-west-1, the others into the account
    as a whole; both belong to account 123456789012.
    """
    targets = (Scope("aws", ACCOUNT), Scope("aws", ACCOUNT, REGION))
    evidence = Evidence(targets=targets, taken_at=taken_at)
    for call, said in calls.items():
        service, _, operation = call.partition(":")
        reader = next((one for one in READERS if one.call == call), None)
        if reader is None:
            raise ValueError(f"no reader makes the call {call}")
        region = REGION if reader.regional else GLOBAL
        entries = said if isinstance(said, list) else [{"response": said}]
        for entry in entries:
            request = canonical(entry["parameters"]) if "parameters" in entry else UNSAID
            key = Key("aws", ACCOUNT, region, service, operation, request)
            if "error" in entry:
                failure = Failure(
                    entry["error"],
                    entry.get("message", ""),
                    reader.means.get(entry["error"]) or reason_of(entry["error"]),
                )
                evidence.answers[key] = Answer((), complete=False, failure=failure)
            else:
                evidence.answers[key] = Answer((entry["response"] or {},))
    return evidence


def judge(rule: Rule, evidence: Evidence, **options: OptionValue) -> list[Finding]:
    """Return the findings of one rule on this evidence."""
    inventory = Inventory.of(Plan.of([rule], READERS, DERIVATIONS), evidence)
    return list(evaluate([rule], inventory, {rule.id: options}))


def check_rule(rule: Rule) -> None:
    """Raise AssertionError, in words, if the rule breaks the contract of all rules.

    It has a page with a title, a text and a bad and a good example as evidence; bad ones fail and good ones pass, those
    in Terraform too;
    no evidence makes it crash; hiding any recorded answer never turns a failure into a pass or a pass into a failure;
    and its code asks no value's identity (`is`), which unknown values could not refuse.
    """
    page = page_of(rule)
    assert page.title, f"{rule.id} has no title"
    assert page.text, f"{rule.id} does not say why it matters"
    assert rule.controls, f"{rule.id} names no control"
    kinds = {example.kind for example in page.examples if example.form == "evidence"}
    assert kinds == {"bad", "good"}, (
        f"{rule.id} needs a bad and a good example of evidence, and has {sorted(kinds) or 'none'}"
    )
    for example in page.examples:
        if example.form == "evidence":
            _check_example(rule, example)
        elif example.form == "terraform":
            _check_terraform(rule, example)
    _check_identity(rule)


def _check_example(rule: Rule, example: Example) -> None:
    evidence = example_evidence(example)
    statuses = _statuses(judge(rule, evidence))
    said = sorted(statuses.values())
    if example.kind == "bad":
        assert "fail" in said, f"{rule.id}: its bad example gives {said or 'no finding'}"
    else:
        assert "pass" in said, f"{rule.id}: its good example gives {said or 'no finding'}"
        assert set(said) <= {"pass", "skip"}, f"{rule.id}: its good example gives {said}"
    for key in evidence.answers:
        hidden = msgspec.structs.replace(evidence, answers={**evidence.answers, key: _DENIED})
        for place, status in _statuses(judge(rule, hidden)).items():
            before = statuses.get(place)
            allowed = {before, "undecided"}
            assert status in allowed, (
                f"{rule.id}: hiding {key.service}:{key.operation} turns {before} into {status} for {place}"
            )
        survivors = set(_statuses(judge(rule, hidden)).values())
        assert survivors, f"{rule.id}: hiding {key.service}:{key.operation} makes every finding vanish"


def _check_terraform(rule: Rule, example: Example) -> None:
    judged = judge_terraform(rule, example.text)
    assert judged.rules, f"{rule.id}: has an example in Terraform, and no configuration can answer it"
    said = sorted(_statuses(judged.findings).values())
    wanted = "fail" if example.kind == "bad" else "pass"
    assert wanted in said, f"{rule.id}: its {example.kind} example in Terraform gives {_statuses(judged.findings)}"
    if example.kind == "good":
        assert set(said) <= {"pass", "skip"}, f"{rule.id}: its good example in Terraform gives {said}"


def judge_terraform(rule: Rule, text: str) -> Judged:
    """Return what one rule says of a file of Terraform configuration."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "main.tf").write_text(text)
        return judge_declared([rule], load(Path(folder)).after, DERIVATIONS, {}, NOW)


def example_evidence(example: Example) -> Evidence:
    """Return the evidence that an example writes as YAML."""
    import yaml  # noqa: PLC0415 - only examples need it

    return evidence_of(yaml.safe_load(example.text))


_DENIED: Final = Answer(
    (), complete=False, failure=Failure("AccessDenied", "hidden by the contract test", Reason.DENIED)
)


def _statuses(findings: list[Finding]) -> dict[str, str]:
    return {f"{type(one.resource).__name__} {one.resource.id}": one.status for one in findings}


def _check_identity(rule: Rule) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(rule.judge))))
    asked = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Compare) and _asks_identity(node)]
    assert not asked, f"{rule.id}: line {asked[0]} of its function asks `is`, which an unknown value cannot refuse"


def _asks_identity(node: ast.Compare) -> bool:
    return any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
