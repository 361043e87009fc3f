"""The main job over HTTP: a live account, its evidence, and the same answer from both."""

import json
from importlib.resources import files

import pytest
from botocore import xform_name
from jsonschema import Draft202012Validator

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION, SECOND_REGION
from scanner.aws.live import REGIONS
from scanner.aws.readers import READERS
from scanner.evidence import read_evidence
from tests.console import report_of, run


@pytest.fixture(scope="session")
def evidence(aws, tmp_path_factory):
    path = tmp_path_factory.mktemp("evidence") / "account.json.gz"
    done = run("collect", "-o", path, "--region", MAIN_REGION, "--region", SECOND_REGION, env=aws.environment())
    assert done.returncode == 0, done.stderr
    return path


def test_a_live_scan_reports_the_weak_account(env):
    done = run("scan", "--region", MAIN_REGION, "--region", SECOND_REGION, "--format", "json", env=env)
    report = report_of(done)
    assert done.returncode == 1
    assert report["source"]["accounts"] == [ACCOUNT_ID]
    assert report["source"]["regions"] == [MAIN_REGION, SECOND_REGION]
    assert report["source"]["kind"] == "live"
    failing = {finding["rule"].partition("-")[0] for finding in report["findings"] if finding["status"] == "fail"}
    assert {"IAM", "S3", "EC2", "VPC", "ACCOUNT", "INSPECTOR", "ADVISOR"} <= failing
    assert 0 < report["score"]["posture"] < 100


def test_the_demonstration_has_no_unintended_gap_and_no_crash(evidence):
    report = report_of(run("scan", evidence, "--format", "json"))
    assert {gap["call"] for gap in report["gaps"]} <= {
        "inspector2:ListFindings",
        "inspector2:ListCoverage",
        "macie2:DescribeBuckets",
        "securityhub:GetFindings",
    }
    assert {gap["reason"] for gap in report["gaps"]} <= {"NotEnabled"}
    assert report["summary"]["total"]["crashed"] == 0
    undecided = [finding for finding in report["findings"] if finding["status"] == "undecided"]
    # Who may ask for a machine's password needs its private key as well, and no API tells who holds that.
    assert {one["rule"] for one in undecided if one["reason"] != "NotEnabled"} <= {"IAM-100"}
    assert {one["reason"] for one in undecided} <= {"NotEnabled", "Unresolved"}


def test_evidence_replays_to_the_same_report_as_the_live_scan(aws, tmp_path):
    kept = tmp_path / "kept"
    live = report_of(
        run(
            "scan",
            "--service",
            "s3",
            "--service",
            "vpc",
            "--keep",
            kept,
            "--region",
            MAIN_REGION,
            "--format",
            "json",
            env=aws.environment(),
        )
    )
    (recorded,) = kept.glob("*.evidence.json.gz")
    replay = run("scan", recorded, "--service", "s3", "--service", "vpc", "--format", "json")
    again = run("scan", recorded, "--service", "s3", "--service", "vpc", "--format", "json")
    assert replay.stdout == again.stdout
    replayed = report_of(replay)
    for report in (live, replayed):
        report["source"].pop("kind")
        report["source"].pop("name", None)
    replayed["partial"] = live["partial"]
    assert live == replayed
    assert json.loads(next(kept.glob("*.report.json")).read_text())["findings"] == live["findings"]


def test_every_enabled_region_is_read_by_default(env, tmp_path):
    done = run("collect", "--rule", "EC2-*", "-o", tmp_path / "e", env=env)
    assert done.returncode == 0
    targets = read_evidence(tmp_path / "e").targets
    assert len({scope.region for scope in targets}) > 10


def test_permissions_are_exactly_the_actions_of_the_calls_on_the_wire(faulty, faulty_env):
    printed = set(run("permissions", "--actions").stdout.split())
    done = run("collect", "-o", "/dev/null", "--region", MAIN_REGION, env=faulty_env)
    assert done.returncode == 0, done.stderr
    actions_of: dict[tuple[str, str], set[str]] = {("sts", "GetCallerIdentity"): set()}
    for reader in (*READERS, REGIONS):
        actions_of.setdefault((reader.service, reader.operation), set()).update(reader.actions)
        if reader.after is not None:
            actions_of.setdefault((reader.service, reader.after.operation), set()).update(reader.after.actions)
    seen = {(call.service, call.operation) for call in faulty.calls}
    assert seen <= set(actions_of)
    used = set().union(*(actions_of[call] for call in seen))
    assert used <= printed
    not_needed_here = set(REGIONS.actions)
    for reader in READERS:
        if reader.instead_of is not None or reader.parent is not None:
            not_needed_here.update(reader.actions)
    assert printed - used <= not_needed_here


def test_permissions_follow_the_chosen_rules():
    printed = set(run("permissions", "--actions", "--rule", "S3-001").stdout.split())
    assert printed == {
        "ec2:DescribeRegions",
        "s3:GetAccountPublicAccessBlock",
        "s3:GetBucketPublicAccessBlock",
        "s3:ListAllMyBuckets",
    }


def test_a_role_is_assumed_with_its_external_id(faulty, faulty_env, tmp_path):
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/auditor"
    done = run(
        "collect",
        "--rule",
        "S3-001",
        "--role-arn",
        role,
        "--external-id",
        "secret",
        "-o",
        tmp_path / "e",
        env=faulty_env,
    )
    assert done.returncode == 0, done.stderr
    assumed = next(call for call in faulty.calls if call.operation == "AssumeRole")
    assert (assumed.parameters["RoleArn"], assumed.parameters["ExternalId"]) == (role, "secret")


def test_a_scan_of_two_services_asks_nothing_of_a_third(faulty, faulty_env):
    run("scan", "--service", "s3", "--region", MAIN_REGION, "--quiet", env=faulty_env)
    assert {call.service for call in faulty.calls} == {"organizations", "sts", "s3", "s3control"}


def test_no_call_is_made_twice(faulty, faulty_env):
    run("collect", "-o", "/dev/null", "--region", MAIN_REGION, env=faulty_env)
    asked = [
        (call.region, call.service, call.operation, json.dumps(call.parameters, sort_keys=True, default=str))
        for call in faulty.calls
        if call.operation not in ("GenerateCredentialReport", "GetCallerIdentity")
    ]
    assert len(asked) == len(set(asked))


def test_the_doctor_finds_all_well_where_all_is_granted(env):
    done = run("doctor", env=env)
    assert done.returncode == 0, done.stdout
    assert f"account    {ACCOUNT_ID} (aws)" in done.stdout
    assert "all calls that the chosen rules need are answered" in done.stdout


def test_the_doctor_names_what_is_refused(faulty, faulty_env):
    faulty.deny("s3", "ListBuckets")
    done = run("doctor", "--service", "s3", env=faulty_env)
    assert done.returncode == 3
    assert "s3:ListBuckets in global: Denied" in done.stdout


def test_the_demonstration_runs_with_one_command(tmp_path):
    done = run("demo", "-o", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Score" in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"evidence.json.gz", "report.html", "report.json"}


def as_cli_output(evidence, root):
    """Write recorded evidence as a person would with the AWS CLI: details with their parameters, listings page by page."""
    asked_by_parent = {reader.call for reader in READERS if not reader.bare}
    for number, (key, answer) in enumerate(sorted(evidence.answers.items())):
        folder = root / key.viewer / key.region
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{key.service}.{xform_name(key.operation, '-')}.{number}"
        parameters = json.loads(key.request or "{}")
        if answer.failure is not None:
            error = {"Code": answer.failure.code, "Message": answer.failure.message}
            (folder / f"{name}.json").write_text(json.dumps({"parameters": parameters, "error": error}))
        for page, said in enumerate(answer.pages):
            wrapped = f"{key.service}:{key.operation}" in asked_by_parent or parameters
            whole = {"parameters": parameters, "response": said} if wrapped else said
            (folder / f"{name}.{page}.json").write_text(json.dumps(whole))
    (root / "manifest.json").write_text(json.dumps({"taken_at": evidence.taken_at.isoformat()}))


def test_the_same_answers_as_aws_cli_output_give_the_same_verdicts(evidence, tmp_path):
    as_cli_output(read_evidence(evidence), tmp_path)
    told = [report_of(run("scan", source, "--all", "--format", "json")) for source in (evidence, tmp_path)]
    recorded, folder = (
        {one["fingerprint"]: (one["rule"], one["status"], one["message"]) for one in each["findings"]} for each in told
    )
    assert recorded == folder
    assert told[0]["gaps"] == told[1]["gaps"]
    assert told[1].get("notes", []) == []


@pytest.mark.parametrize(
    "schema,arguments",
    [
        ("can-1", ("can", "role/web-server", "iam:PassRole", "*")),
        ("can-1", ("can", "user/new.hire", "s3:GetObject", "arn:aws:s3:::of-somebody-else/x")),
        ("can-1", ("can", "user/new.hire", "ec2:RunInstances")),
        ("reach-1", ("reach", "internet", "web-1:22")),
        ("reach-1", ("reach", "internet", "app-2:22")),
        ("paths-1", ("paths",)),
    ],
)
def test_answers_to_questions_have_their_published_shape(evidence, schema, arguments):
    file = files("reports") / "schemas" / f"{schema}.schema.json"
    answer = report_of(run(*arguments, "--from", evidence, "--format", "json"))
    assert list(Draft202012Validator(json.loads(file.read_text())).iter_errors(answer)) == []
