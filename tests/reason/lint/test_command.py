import json

import pytest

from scanner.cli.lint import lint
from scanner.errors import UsageError
from tests.console import run
from tests.reason.lint.examples import ACCOUNT, OBJECTS, allow, policy, to

READ, WRITE = policy(allow()), policy(allow("s3:PutObject"))
OF_CALLER = "arn:aws:s3:::home/${aws:username}/"


@pytest.fixture
def file(tmp_path):
    def write(text, name="policy.json"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_a_policy_in_order_has_no_findings(file):
    path = file(READ)
    done = run("lint", path)
    assert (0, f"{path}: no findings\n") == (done.returncode, done.stdout)


def test_an_error_is_told_with_file_code_and_path_and_fails():
    done = run("lint", stdin=policy(allow("s3:Got")))
    assert done.returncode == 1
    assert done.stdout.startswith("-: ERROR INVALID_ACTION $.Statement[0].Action[0]: s3 has no action 'got'")


@pytest.mark.parametrize("fail_on,code", [("security-warning", 0), ("warning", 0), ("suggestion", 1)])
def test_only_findings_as_grave_as_asked_fail(fail_on, code):
    assert code == run("lint", "--fail-on", fail_on, stdin=policy(allow(["s3:Get*", "s3:GetObject"]))).returncode


def test_findings_in_json_have_the_names_of_access_analyzer(file):
    path = file(policy(allow("iam:PassRole", "*")))
    told = json.loads(run("lint", "--format", "json", path).stdout)
    [found] = told["policies"][0]["findings"]
    assert ("PASS_ROLE_WITH_STAR_IN_RESOURCE", "SECURITY_WARNING") == (found["code"], found["kind"])


def test_the_type_of_resource_says_which_services_a_policy_is_about(file):
    path = file(to({"AWS": ACCOUNT}, "sqs:SendMessage"))
    assert "UNSUPPORTED_ACTION_IN_POLICY" in run("lint", "--resource-type", "AWS::S3::Bucket", path).stdout
    assert "UNSUPPORTED_ACTION_IN_POLICY" not in run("lint", "--type", "resource", path).stdout


def test_nothing_beyond_the_reference_is_clean(file):
    done = run("lint", file(READ), "--reference", file(policy(allow("s3:*")), "reference.json"))
    assert done.returncode == 0
    assert "allows nothing that the reference does not" in done.stdout


def test_new_access_fails_and_is_shown_by_a_request(file):
    done = run("lint", file(WRITE), "--reference", file(READ, "reference.json"))
    assert done.returncode == 1
    assert f"may s3:PutObject on {OBJECTS.replace('*', 'x')}" in done.stdout


def test_what_cannot_be_decided_is_neither_clean_nor_a_failure(file):
    reference = file(policy(allow(resource=f"{OF_CALLER}*")), "reference.json")
    done = run("lint", "--format", "json", file(policy(allow(resource=f"{OF_CALLER}x"))), "--reference", reference)
    assert done.returncode == 3
    assert json.loads(done.stdout)["policies"][0]["result"] == "undecided"


def test_new_access_of_one_of_several_policies_fails_all(file):
    done = run("lint", file(READ), file(WRITE, "b.json"), "--reference", file(READ, "r.json"), "--format", "json")
    assert done.returncode == 1
    assert ["no-new-access", "new-access"] == [each["result"] for each in json.loads(done.stdout)["policies"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--resource-type", "AWS::S3::Nothing"),
        ("--resource-type", "AWS::S3::Bucket", "--type", "trust"),
        ("--reference", "-"),
        ("missing.json",),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(arguments):
    assert run("lint", *arguments, stdin=READ).returncode == 2


def test_a_reference_that_is_no_policy_is_unreadable_input(file):
    done = run("lint", file(READ), "--reference", file("{}", "reference.json"))
    assert done.returncode == 2
    assert "is not a policy: $: has no Statement" in done.stderr


def test_control_characters_of_a_policy_do_not_reach_the_terminal():
    done = run("lint", stdin=policy(allow(Condition={"StringEquals": {"aws:\x1b[31mx": "a"}})))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


ANYONE = policy(allow(Principal="*"))


def asked(*words):
    return lint.main([str(word) for word in words], standalone_mode=False)


@pytest.mark.parametrize(
    "text, wanted, code",
    [
        (READ, ["s3:GetObject"], 1),
        (READ, ["s3:PutObject"], 0),
        (READ, ["s3:PutObject", "s3:Get*"], 1),
        (READ, ["s3:GetObject", "--on", "arn:aws:s3:::invoices/2026/*"], 1),
        (READ, ["s3:GetObject", "--on", "arn:aws:s3:::other/*"], 0),
        (policy(allow("s3:*"), {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}), ["s3:DeleteObject"], 0),
        (to({"AWS": ACCOUNT}), ["s3:GetObject", "--type", "resource"], 1),
        (to({"AWS": ACCOUNT}), ["s3:PutObject", "--type", "resource"], 0),
    ],
)
def test_a_policy_grants_an_action_or_does_not(file, capsys, text, wanted, code):
    action, *more = wanted
    options = [word for each in [action] for word in ("--not-granted", each)]
    if more and not more[0].startswith("--"):
        options += ["--not-granted", more.pop(0)]
    assert code == asked(*options, *more, file(text))
    assert ("granted: " in capsys.readouterr().out) is bool(code)


def test_a_grant_is_shown_by_a_request(file, capsys):
    asked("--not-granted", "s3:*", "--format", "json", file(READ))
    told = json.loads(capsys.readouterr().out)
    [entry] = told["policies"]
    assert ("granted", "s3:GetObject") == (entry["result"], entry["witness"]["action"])


@pytest.mark.parametrize(
    "text, kind, code",
    [
        (ANYONE, "resource", 1),
        (to({"AWS": ACCOUNT}), "resource", 0),
        (policy(allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})), "resource", 0),
        (policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}), "trust", 1),
        (
            policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}),
            "trust",
            0,
        ),
    ],
)
def test_a_policy_is_public_or_is_not(file, capsys, text, kind, code):
    assert code == asked("--no-public", "--type", kind, file(text))
    assert ("not public" in capsys.readouterr().out) is (code == 0)


@pytest.mark.parametrize(
    "options",
    [
        ["--no-public"],
        ["--no-public", "--not-granted", "s3:*", "--type", "resource"],
        ["--on", "*"],
        ["--not-granted", "everything"],
        ["--not-granted", "s3:*", "--type", "scp"],
    ],
)
def test_questions_that_make_no_sense_are_refused(file, options):
    with pytest.raises(UsageError):
        asked(*options, file(READ))
