"""Bad input: one clear message on standard error, exit code 2, no traceback."""

import gzip

import pytest

from tests.console import run

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}


def refused(*arguments: object, says: str, env: dict[str, str] | None = None, **more: object) -> None:
    done = run(*arguments, env=env, **more)
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_credentials():
    refused("scan", says="no usable AWS credentials")


def test_an_unknown_profile():
    refused("scan", "--profile", "nobody", says="The config profile (nobody) could not be found")


def test_an_endpoint_that_cannot_be_reached():
    refused("scan", env=KEYS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, says="cannot reach AWS")


def test_an_endpoint_that_is_no_url():
    refused("scan", env=KEYS | {"AWS_ENDPOINT_URL": "not a url"}, says="cannot use the AWS configuration")


def test_a_region_that_does_not_exist():
    refused("scan", "--region", "eu-west-1;rm", env=KEYS, says="'eu-west-1;rm' is not the name of a region")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("scan", "--rule", "S3-999"), "no rule is called 'S3-999'"),
        (("scan", "--skip", "nothing"), "no rule is called 'nothing'"),
        (("scan", "--service", "abacus"), "no rules for service 'abacus'"),
        (("scan", "--rule", "S3-001", "--service", "iam"), "the selection leaves no rule to run"),
        (("scan", "--framework", "cis-aws-9.9"), "cis-aws-9.9"),
        (("scan", "--level", "1"), "--level needs --framework"),
        (("scan", "absent.json.gz"), "there is no such file or folder"),
        (("scan", "--format", "papyrus"), "there is no format 'papyrus'"),
        (("scan", "--format", "json", "--format", "csv"), "only one report can go to standard output"),
        (("scan", "--fail-on", "severe"), "'severe' is not one of"),
        (("scan", "--now", "tomorrow", "."), "neither an evidence file"),
        (("rules", "show", "S3-999"), "no rule is called 'S3-999'"),
        (("rules", "new", "Bad Name"), "is no function name"),
        (("schedule", "cron", "--cron", "often"), "is not five cron fields"),
        (("nonsense",), "No such command 'nonsense'"),
        (("report", "absent.json"), "does not exist"),
    ],
)
def test_arguments_that_make_no_sense(tmp_path, arguments, says):
    refused(*arguments, says=says, cwd=tmp_path)


def test_a_file_that_is_no_evidence(tmp_path):
    other = tmp_path / "other.json"
    other.write_text("{}")
    refused("scan", other, says="neither an evidence file (casemate collect -o FILE) nor a folder")
    (tmp_path / "t.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}\n")
    refused("scan", tmp_path, says="a folder of templates (t.yaml); give one of them at a time")
    refused("scan", other, "--source-type", "evidence", says="truncated or damaged")
    refused("report", other, says="not a JSON report of casemate")
    refused("diff", other, other, says="neither evidence nor a JSON report")


def test_evidence_that_is_truncated(tmp_path):
    part = tmp_path / "part.gz"
    part.write_bytes(
        gzip.compress(
            b'{"format":"casemate-evidence","version":1,"tool":"","taken_at":null,"targets":[],"left_out":{},"regions_unread":{},"notes":[]}\n'
        )[:-3]
    )
    refused("scan", part, says="truncated or damaged")


def test_configuration_that_is_wrong(tmp_path):
    (tmp_path / "casemate.toml").write_text("fail_on = 'severe'")
    refused("scan", cwd=tmp_path, says="casemate.toml: fail_on: 'severe' is not one of")
    (tmp_path / "casemate.toml").write_text("[options.S3-001]\nday = 3")
    (tmp_path / "123456789012" / "global").mkdir(parents=True)
    (tmp_path / "123456789012" / "global" / "s3.ListBuckets.json").write_text("{}")
    refused("scan", ".", cwd=tmp_path, says="options.S3-001.day: the rule has no such option")


def test_a_file_name_with_escape_sequences_does_not_reach_the_terminal(tmp_path):
    done = run("scan", tmp_path / "\x1b[31mred")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
