"""Whatever an account holds, and whatever is wrong with an answer: nothing crashes, nothing vanishes."""

import random

import pytest

from scanner.aws.readers import READERS
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.inventory import Inventory
from scanner.plan import Plan
from scanner.registry import load_rules
from scanner.scan import tell_each_defect_once
from tests.aws.random_answers import JUNK_RATE, random_evidence

RULES = load_rules()
PLAN = Plan.of(RULES, READERS, DERIVATIONS)


@pytest.mark.parametrize("seed", range(12))
def test_no_rule_crashes_on_a_random_account_and_none_is_silent(seed):
    inventory = Inventory.of(PLAN, random_evidence(PLAN, random.Random(seed)))
    findings = list(evaluate(RULES, inventory))
    assert [f"{one.rule.id} {one.message}" for one in findings if one.status == "crashed"] == []
    told = {one.rule.id for one in findings}
    tell_each_defect_once(findings, inventory)
    for rule in RULES:
        listed = inventory.listing(rule.judges) or inventory.unlisted(rule.judges)
        assert rule.id in told or not listed


@pytest.mark.parametrize("seed", range(12))
def test_answers_of_the_wrong_shape_are_gaps_or_crashed_verdicts_and_end_no_scan(seed):
    token = JUNK_RATE.set(0.02)
    try:
        inventory = Inventory.of(PLAN, random_evidence(PLAN, random.Random(seed)))
    finally:
        JUNK_RATE.reset(token)
    findings = list(evaluate(RULES, inventory))
    tell_each_defect_once(findings, inventory)
    assert findings
    assert all(one.message for one in findings if one.status in ("undecided", "crashed"))
