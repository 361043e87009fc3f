"""`casemate fix` as a user runs it, in an account of its own; and killed, by the operating system, wherever it hurts."""

import json
import signal
import subprocess
import sys

import pytest

from scanner.aws.embedded import MAIN_REGION
from scanner.remedies.planfile import read_plan
from tests.console import run
from tests.remedies.cases import weak_policy


@pytest.fixture
def account(box, tmp_path):
    """A bucket without versions and a weak password policy: one step of class B, one of class A."""
    box.bucket("fleeting")
    weak_policy(box)
    env = box.environment() | {"XDG_STATE_HOME": str(tmp_path / "state"), "AWS_MAX_ATTEMPTS": "2"}

    def casemate(*arguments, **more):
        return run(*arguments, env=env, cwd=tmp_path, **more)

    casemate.env = env
    casemate.folder = tmp_path
    return casemate


RULES = ("--rule", "S3-010", "--rule", "IAM-014", "--region", MAIN_REGION)


def planned(account, *more):
    done = account("fix", "plan", *RULES, "-o", "plan.json", *more)
    assert done.returncode == 0, done.stderr
    return done, read_plan(account.folder / "plan.json")


def is_versioned(box):
    return "Status" in box.client("s3").get_bucket_versioning(Bucket=f"fleeting-{box.account}")


def password_length(box):
    return box.client("iam").get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"]


def test_a_plan_tells_what_it_would_do_and_what_comes_of_it_and_changes_nothing(account, box):
    done, plan = planned(account, "--format", "text", "--format", "cli=fix.sh", "--format", "terraform=fix.tf")
    assert "Class A" in done.stdout
    assert "Class B" in done.stdout
    assert plan.predicted.after.failing == plan.predicted.before.failing - 2
    assert plan.predicted.after.posture > plan.predicted.before.posture
    actions = {action for statement in plan.policy["Statement"] for action in statement["Action"]}
    assert {"s3:PutBucketVersioning", "s3:GetBucketVersioning", "iam:UpdateAccountPasswordPolicy"} <= actions
    assert "aws s3api put-bucket-versioning" in (account.folder / "fix.sh").read_text()
    assert 'resource "aws_s3_bucket_versioning"' in (account.folder / "fix.tf").read_text()
    assert subprocess.run(["bash", "-n", account.folder / "fix.sh"], check=False).returncode == 0
    assert (is_versioned(box), password_length(box)) == (False, 10)


def test_yes_is_for_class_a_and_a_digest_for_all_of_exactly_one_plan(account, box):
    _, plan = planned(account)
    refused = account("fix", "apply", "plan.json", stdin="")
    assert refused.returncode == 2
    assert "nobody is there to say yes" in refused.stderr
    other = account("fix", "apply", "plan.json", "--approve", "0" * 64)
    assert other.returncode == 2
    assert "it is another plan" in other.stderr
    done = account("fix", "apply", "plan.json", "--yes")
    assert done.returncode == 0, done.stderr
    assert (is_versioned(box), password_length(box)) == (False, 14)
    _, plan = planned(account)
    (account.folder / "plan.journal.jsonl").rename(account.folder / "old.journal.jsonl")
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256)
    assert done.returncode == 0, done.stderr
    assert is_versioned(box)
    told = account("fix", "status")
    assert told.returncode == 0
    assert told.stdout.count("1 verified; ended") == 2
    for journal, count in (("plan.journal.jsonl", 1), ("old.journal.jsonl", 1)):
        undone = account("fix", "undo", journal, "--yes")
        assert undone.returncode == 0, undone.stderr
        assert undone.stderr.count("UNDONE") == count
    assert password_length(box) == 10


def test_each_class_is_asked_for_by_itself(account, box):
    planned(account)
    done = account("fix", "apply", "plan.json", stdin="n\ny\n")
    assert done.returncode == 0, done.stderr
    assert (is_versioned(box), password_length(box)) == (True, 10)


def test_what_others_set_is_refused_unless_forced(account, box):
    bucket = f"fleeting-{box.account}"
    box.client("s3").put_bucket_tagging(
        Bucket=bucket, Tagging={"TagSet": [{"Key": "managed-by", "Value": "terraform"}]}
    )
    _, plan = planned(account)
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256)
    assert "Terraform sets" in done.stderr
    assert (is_versioned(box), password_length(box)) == (False, 14)
    _, plan = planned(account)
    (account.folder / "plan.journal.jsonl").unlink()
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256, "--force")
    assert done.returncode == 0, done.stderr
    assert is_versioned(box)


def test_a_plan_of_a_report_is_for_what_the_report_found_and_waived_findings_are_left_alone(account, box):
    account("scan", *RULES, "--format", "json=report.json", "--quiet")
    waivers = '[[waiver]]\nrule = "IAM-014"\naccount = "{}"\nowner = "me"\nreason = "no"\nuntil = 2099-01-01\n'
    (account.folder / "waivers.toml").write_text(waivers.format(box.account))
    done = account(
        "fix", "plan", "report.json", "--region", MAIN_REGION, "--waivers", "waivers.toml", "-o", "plan.json"
    )
    assert done.returncode == 0, done.stderr
    plan = read_plan(account.folder / "plan.json")
    assert [step.rule for step in plan.steps] == ["S3-010"]
    assert [one.reason for one in plan.not_planned] == ["waived by me: no"]


def test_an_unattended_run_applies_class_a_of_the_named_rules_within_its_caps(account, box):
    config = '[remediate]\nrules = ["S3-010", "IAM-014"]\njournals = "kept"\n'
    (account.folder / "casemate.toml").write_text(config)
    done = account("fix", "apply", "--unattended", "--region", MAIN_REGION)
    assert done.returncode == 0, done.stderr
    assert "1 of 2 steps are of class A" in done.stderr
    assert (is_versioned(box), password_length(box)) == (False, 14)
    assert {path.suffix for path in (account.folder / "kept").iterdir()} == {".json", ".jsonl"}
    again = account("fix", "apply", "--unattended", "--region", MAIN_REGION)
    assert again.returncode == 0
    (account.folder / "casemate.toml").write_text("")
    nothing = account("fix", "apply", "--unattended", "--region", MAIN_REGION)
    assert nothing.returncode == 2
    assert "[remediate] rules" in nothing.stderr


def test_a_conflict_and_a_failed_remedy_are_exit_code_4(account, box):
    _, plan = planned(account)
    weak_policy(box, MinimumPasswordLength=11)
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256)
    assert done.returncode == 4
    assert "CONFLICT" in done.stderr
    assert not is_versioned(box)
    assert account("fix", "status").returncode == 4


def test_an_assumed_role_gets_the_policy_of_the_plan_and_no_more(account, box, faulty):
    _, plan = planned(account)
    account.env["AWS_ENDPOINT_URL"] = faulty.endpoint_url
    role = f"arn:aws:iam::{box.account}:role/fixer"
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256, "--role-arn", role)
    assert done.returncode == 0, done.stderr
    assumed = next(call for call in faulty.calls if call.operation == "AssumeRole")
    assert assumed.parameters["RoleArn"] == role
    assert json.loads(assumed.parameters["Policy"]) == plan.policy


DYING = """
import os, signal, sys
from scanner.remedies.journal import Journal
written, (event, when) = Journal.write, sys.argv.pop(1).split()
def write(self, said, *rest, **more):
    if said.value == event and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    entry = written(self, said, *rest, **more)
    if said.value == event and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return entry
Journal.write = write
sys.argv[0] = "casemate"
from scanner.cli.main import main
main()
"""


def killed(account, point, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", DYING, point, *arguments],
        env={**run_environment(), **account.env},
        cwd=account.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, (point, done.stderr)


def run_environment():
    import os

    from tests.console import NOWHERE

    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COV_"))} | NOWHERE


@pytest.mark.parametrize("point", ["PLANNED after", "INTENT after", "APPLIED before", "VERIFIED before"])
def test_a_process_that_is_killed_goes_on_where_it_was(account, box, point):
    _, plan = planned(account)
    killed(account, point, "fix", "apply", "plan.json", "--approve", plan.sha256)
    assert account("fix", "status").returncode == 4
    done = account("fix", "apply", "plan.json", "--approve", plan.sha256)
    assert done.returncode == 0, done.stderr
    assert (is_versioned(box), password_length(box)) == (True, 14)
    if point == "APPLIED before":
        killed(account, "UNDONE before", "fix", "undo", "plan.journal.jsonl", "--yes")
        undone = account("fix", "undo", "plan.journal.jsonl", "--yes")
        assert undone.returncode == 0, undone.stderr
        assert password_length(box) == 10
