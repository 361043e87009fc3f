"""The verbs, run as the installed console script."""

import json
import os
import shutil
import subprocess

import pytest
import yaml

from scanner.cli.main import VERBS
from scanner.cli.schedule import calendar_of
from scanner.errors import UsageError
from scanner.testing import ACCOUNT
from tests.console import report_of, run

BUCKETS = {"Buckets": [{"Name": "open"}, {"Name": "shut"}]}
OFF = {"error": {"Code": "NoSuchPublicAccessBlockConfiguration"}}
ON = {
    "PublicAccessBlockConfiguration": dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
}


def answers(root, *, open_is: object = OFF):
    """Write a folder of answers about two buckets, one of them open."""
    folder = root / ACCOUNT / "global"
    folder.mkdir(parents=True)
    (root / "manifest.json").write_text('{"taken_at": "2026-01-31T12:00:00Z"}')
    (folder / "s3.ListBuckets.json").write_text(json.dumps(BUCKETS))
    blocks = [{"parameters": {"Bucket": "open"}, **open_is}, {"parameters": {"Bucket": "shut"}, "response": ON}]
    (folder / "s3.GetPublicAccessBlock.json").write_text(json.dumps(blocks))
    (folder / "s3control.GetPublicAccessBlock.json").write_text(json.dumps(OFF))
    return root


@pytest.fixture
def folder(tmp_path):
    return answers(tmp_path / "before")


RULE = ("--rule", "S3-001")


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_says_what_it_does_and_fits_eighty_columns(verb):
    done = run(verb, "--help", env={"COLUMNS": "80"})
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: casemate {verb}")
    assert len(done.stdout.split("Options:")[0].split()) > 10
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_verb_that_does_not_exist_is_refused():
    assert run("frobnicate").returncode == 2


def test_a_folder_is_scanned_and_the_exit_code_follows_the_threshold(folder):
    assert run("scan", folder, *RULE, "--quiet").returncode == 1
    assert run("scan", folder, *RULE, "--quiet", "--fail-on", "high").returncode == 0
    assert run("scan", folder, "--service", "s3", "--quiet", "--fail-on", "critical").returncode == 3


def test_quiet_prints_nothing_and_formats_go_where_they_are_sent(folder, tmp_path):
    out = tmp_path / "out"
    done = run(
        "scan",
        folder,
        *RULE,
        "--quiet",
        "--format",
        f"json={out / 'r.json'}",
        "--format",
        f"html={out / 'r.html'}",
        "--format",
        f"csv={out / 'r.csv'}",
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert {path.name for path in out.iterdir()} == {"r.json", "r.html", "r.csv"}


def test_with_files_only_the_terminal_text_is_printed_too(folder, tmp_path):
    done = run("scan", folder, *RULE, "--format", f"json={tmp_path / 'r.json'}")
    assert "S3-001" in done.stdout


def test_a_report_that_cannot_be_written_is_an_error(folder):
    done = run("scan", folder, *RULE, "--format", "json=/proc/none/r.json")
    assert done.returncode == 2
    assert "cannot write /proc/none/r.json" in done.stderr


def test_a_device_is_written_to_and_stays_a_device(folder, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        run("scan", folder, *RULE, "--quiet", "--format", f"json={pipe}")
        assert json.loads(reader.communicate(timeout=30)[0])["schema_version"] == 1
    assert pipe.is_fifo()


def test_a_waiver_takes_the_failure_out_of_the_exit_code_until_it_expires(folder, tmp_path):
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(
        '[[waiver]]\nrule = "S3-001"\nresource = "open"\nowner = "web"\nreason = "a site"\nuntil = 2026-03-01\n'
    )
    arguments = ("scan", folder, *RULE, "--waivers", waivers, "--format", "json")
    held = run(*arguments)
    assert held.returncode == 0
    assert report_of(held)["findings"][0]["waiver"]["owner"] == "web"
    expired = run(*arguments, "--now", "2026-03-02")
    assert expired.returncode == 1
    assert "expired on 2026-03-01" in json.dumps(report_of(expired)["waivers"])


def test_options_and_severities_of_the_configuration_take_effect(folder, tmp_path):
    config = tmp_path / "casemate.toml"
    config.write_text('rules = ["S3-001"]\nfail_on = "critical"\n[severity]\nS3-001 = "critical"\n')
    done = run("scan", folder, "--config", config, "--format", "json")
    assert done.returncode == 1
    assert {finding["severity"] for finding in report_of(done)["findings"]} == {"critical"}


def test_the_wrong_account_is_refused(folder):
    done = run("scan", folder, *RULE, "--expect-account", "999999999999")
    assert done.returncode == 2
    assert "--expect-account says 999999999999" in done.stderr


def test_a_json_report_is_rendered_again_with_the_same_exit_code(folder, tmp_path):
    report = tmp_path / "r.json"
    text = run("scan", folder, *RULE, "--format", "text", "--format", f"json={report}")
    again = run("report", report)
    assert (again.stdout, again.returncode) == (text.stdout, text.returncode)
    assert run("report", report, "--format", "json").stdout == report.read_text()


def test_the_arithmetic_of_the_score_is_printed_on_request(folder):
    assert "posture = 100" in run("scan", folder, *RULE, "--explain-score").stdout
    assert "posture = 100" not in run("scan", folder, *RULE).stdout


def test_no_color_and_pipes_give_no_escape_sequences(folder):
    assert "\x1b" not in run("scan", folder, *RULE).stdout


def test_a_diff_tells_what_was_fixed_and_what_is_new(folder, tmp_path):
    after = answers(tmp_path / "after", open_is={"response": ON})
    fixed = run("diff", folder, after, *RULE, "--format", "json")
    assert fixed.returncode == 0
    new = run("diff", after, folder, *RULE)
    assert new.returncode == 1
    assert "open" in new.stdout
    assert run("diff", folder, folder, *RULE).returncode == 0


def test_permissions_are_a_policy():
    policy = json.loads(run("permissions", "--service", "s3").stdout)
    assert policy["Version"] == "2012-10-17"
    assert "s3:GetBucketPolicy" in policy["Statement"][0]["Action"]


def test_rules_are_listed_chosen_and_explained():
    listed = json.loads(run("rules", "list", "--json", "--service", "s3").stdout)
    assert {rule["service"] for rule in listed} == {"s3"}
    shown = run("rules", "show", "s3-001", "--examples").stdout
    assert "Bucket does not block public access" in shown
    assert "reads      s3:GetBucketPublicAccessBlock" in shown
    assert "--- bad (evidence)" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell):
    assert "_CASEMATE_COMPLETE" in run("completion", shell).stdout


def test_completion_completes_verbs_and_options():
    env = {"_CASEMATE_COMPLETE": "bash_complete", "COMP_WORDS": "casemate sc", "COMP_CWORD": "1"}
    assert set(run(env=env).stdout.split()) == {"plain,scan", "plain,schedule"}
    env = {"_CASEMATE_COMPLETE": "bash_complete", "COMP_WORDS": "casemate scan --sev", "COMP_CWORD": "2"}
    assert run(env=env).stdout.split() == ["plain,--severity"]


def test_a_scheduled_cron_script_runs_and_says_by_its_exit_code_what_happened(folder, tmp_path):
    jobs = tmp_path / "jobs dir"
    done = run("schedule", "cron", "-o", jobs, *RULE)
    assert done.returncode == 0, done.stderr
    script = jobs / "casemate-scan.sh"
    assert os.access(script, os.X_OK)
    env = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }
    ran = subprocess.run([script], capture_output=True, text=True, env=env, check=False)
    assert ran.returncode == 2
    assert "no usable AWS credentials" in ran.stderr
    assert "ended with exit code 2" in ran.stderr
    policy = json.loads((jobs / "casemate-read-policy.json").read_text())
    assert "s3:ListAllMyBuckets" in policy["Statement"][0]["Action"]
    assert f"17 3 * * * '{script}'" in (jobs / "casemate.crontab").read_text()


def test_a_scheduled_workflow_is_yaml_with_least_privilege(tmp_path):
    run("schedule", "github", "-o", tmp_path, "--cron", "5 4 * * 1", "--region", "eu-west-1", *RULE)
    workflow = yaml.safe_load((tmp_path / "casemate.yml").read_text())
    assert workflow[True]["schedule"] == [{"cron": "5 4 * * 1"}]
    assert workflow["permissions"] == {"id-token": "write", "contents": "read"}
    commands = [step.get("run", "") for step in workflow["jobs"]["scan"]["steps"]]
    assert any(
        "casemate scan --quiet --keep reports --region eu-west-1 --rule S3-001" in command for command in commands
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_a_scheduled_systemd_timer_is_one_that_systemd_accepts(tmp_path):
    run("schedule", "systemd", "-o", tmp_path, "--cron", "*/30 0-5 * * 1-5", *RULE)
    timer = (tmp_path / "casemate-scan.timer").read_text()
    event = next(line.partition("=")[2] for line in timer.splitlines() if line.startswith("OnCalendar="))
    done = subprocess.run(["systemd-analyze", "calendar", event], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "cron, event",
    [
        ("17 3 * * *", "*-*-* 03:17:00"),
        ("0 6 * * 1", "Mon *-*-* 06:00:00"),
        ("0 6 1 * *", "*-*-1 06:00:00"),
        ("*/15 * * * *", "*-*-* *:00/15:00"),
        ("5 4 * 1,7 *", "*-1,7-* 04:05:00"),
    ],
)
def test_cron_fields_become_a_calendar_event(cron, event):
    assert event == calendar_of(cron)


def test_what_systemd_cannot_say_is_refused():
    with pytest.raises(UsageError, match="day of the month or of the week"):
        calendar_of("0 0 1 * 1")


def test_accounts_that_the_configuration_trusts_are_no_strangers(tmp_path):
    root = answers(tmp_path / "shared")
    folder = root / ACCOUNT / "global"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::open/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    said = [
        {"parameters": {"Bucket": "open"}, "response": {"Policy": policy}},
        {"parameters": {"Bucket": "shut"}, "error": {"Code": "NoSuchBucketPolicy"}},
    ]
    (folder / "s3.GetBucketPolicy.json").write_text(json.dumps(said))
    config = tmp_path / "trusting.toml"
    config.write_text('[trusted]\naccounts = ["111122223333"]\n')
    arguments = ("scan", root, "--rule", "bucket_open_to_untrusted_accounts", "--format", "json", "--all")
    told = [report_of(run(*arguments, *more))["findings"] for more in ((), ("--config", config))]
    status = [{one["resource"]["id"]: one["status"] for one in findings}["open"] for findings in told]
    assert status == ["fail", "undecided"]  # the ACL and the access points were not recorded


def test_verbose_tells_the_calls_on_standard_error_and_leaves_the_report_alone(folder):
    plain, told = run("scan", folder, *RULE), run("scan", folder, *RULE, "--verbose")
    assert "s3:GetPublicAccessBlock: 2, 1 with an error or in part" in told.stderr
    assert (plain.stdout, plain.stderr) == (told.stdout, "")
