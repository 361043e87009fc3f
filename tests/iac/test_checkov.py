"""checkov as an external engine: its environment, what it is given, its answers, and how they join ours."""

import json
import os
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import casemate
from scanner.iac import checkov
from scanner.iac.checkov import Record, parse, start
from scanner.iac.checkov_environment import REQUIREMENTS, Checkov, find
from tests.iac.cloudformation import test_change_set as change_sets
from tests.iac.terraform import test_binary_plan as binary

ROOT = Path(__file__).parents[2]
MAIN = """
resource "aws_s3_bucket" "b" { bucket = "data" }
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = %s
  restrict_public_buckets = true
}
resource "aws_sns_topic" "t" { name = "t" }
resource "aws_kinesis_stream" "s" {
  name        = "s"
  shard_count = 1
}
"""


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """The private environment that CI makes in .cache of the repository."""
    monkeypatch.setenv("CASEMATE_CACHE", str(ROOT / ".cache"))
    if find() is None:
        pytest.skip("checkov is not installed: CASEMATE_CACHE=.cache casemate checkov install")


def reported(*arguments: object) -> tuple[int, dict[str, Any]]:
    asked = [*map(str, arguments), "--format", "json", "--quiet"]
    done = CliRunner().invoke(casemate, asked, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, json.loads(done.stdout)


def test_what_is_installed_is_what_the_project_declares_each_package_by_hash() -> None:
    [declared] = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["checkov"]
    lines = REQUIREMENTS.read_text().replace("\\\n", " ").splitlines()
    assert declared in [line.split(" ")[0] for line in lines]
    assert [] == [line for line in lines if "--hash=sha256:" not in line]


def test_no_other_group_shares_an_environment_with_checkov() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    apart = [{next(iter(one.items())) for one in pair} for pair in project["tool"]["uv"]["conflicts"]]
    for group in project["dependency-groups"].keys() - {"checkov"}:
        assert {("group", group), ("group", "checkov")} in apart


FAILED = {
    "check_id": "CKV_AWS_1",
    "check_name": "name",
    "resource": "aws_x.y",
    "file_path": "/m/a.tf",
    "file_line_range": [3, 9],
}
SUMMARY = {"parsing_errors": 0, "resource_count": 2, "skipped": 1}
ONE = {"check_type": "terraform", "results": {"failed_checks": [FAILED]}, "summary": SUMMARY}


@pytest.mark.parametrize(
    "said, records, resources",
    [(ONE, 1, 2), ([ONE, {**ONE, "results": {"failed_checks": []}}], 1, 4), (SUMMARY, 0, 2), ([], 0, 0)],
)
def test_its_answer_is_read_in_each_of_its_shapes(said: Any, records: int, resources: int) -> None:
    found = parse(json.dumps(said).encode(), 1)
    assert (records, resources, ()) == (len(found.records), found.resources, found.problems)
    assert set(found.records) <= {Record("CKV_AWS_1", "name", "aws_x.y", "m/a.tf", 3)}


@pytest.mark.parametrize(
    "data, code, problem",
    [
        (b"", 0, "wrote no JSON"),
        (b"Traceback", 1, "wrote no JSON"),
        (json.dumps(ONE).encode(), 2, "ended with code 2"),
        (json.dumps({**ONE, "summary": {**SUMMARY, "parsing_errors": 3}}).encode(), 0, "could not read 3 of the files"),
    ],
)
def test_an_answer_that_may_not_be_all_says_so(data: bytes, code: int, problem: str) -> None:
    assert problem in "; ".join(parse(data, code).problems)


@pytest.mark.parametrize("row", [None, {}, {"check_id": "x"}, {"check_id": "CKV_AWS_1", "file_line_range": "no"}, 7])
def test_rows_of_an_odd_shape_break_nothing(row: object) -> None:
    parse(json.dumps({**ONE, "results": {"failed_checks": [row]}}).encode(), 0)


SPY = """
import json, os, sys
root = sys.argv[sys.argv.index("-d") + 1]
seen = sorted(os.path.relpath(os.path.join(top, name), root) for top, _, names in os.walk(root) for name in names)
json.dump({"env": dict(os.environ), "seen": seen, "argv": sys.argv[1:], "cwd": os.getcwd()}, open(%r, "w"))
print("{}")
"""


def spied(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    (folder / "spy.py").write_text(SPY % str(folder / "told.json"))
    import sys

    start(Checkov((sys.executable, str(folder / "spy.py")), folder), "terraform", files).result()
    found: dict[str, Any] = json.loads((folder / "told.json").read_text())
    return found


def test_it_is_given_the_files_that_were_read_and_nothing_else(tmp_path: Path) -> None:
    told = spied(tmp_path, {"main.tf": "", "m/a.tf": "", "../../../../../../../../../../../../../../etc/x": ""})
    assert ["m/a.tf", "main.tf"] == sorted(told["seen"])


def test_it_gets_no_credentials_and_no_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "BC_API_KEY", "PRISMA_API_URL", "PYTHONPATH"):
        monkeypatch.setenv(name, "x")
    told = spied(tmp_path, {"main.tf": ""})
    assert {} == {name: value for name, value in told["env"].items() if value == "x"}
    assert "http://127.0.0.1:9" == told["env"]["HTTPS_PROXY"]
    assert {"--skip-download", "--quiet"} <= set(told["argv"])
    assert not Path(told["cwd"]).exists()


def test_a_run_that_does_not_end_is_stopped_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(checkov, "MOST_SECONDS", 0.2)
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(60)\n")
    run = start(Checkov((sys.executable, str(tmp_path / "slow.py")), tmp_path), "terraform", {"main.tf": ""})
    assert "was stopped" in run.result().problems[0]


@pytest.mark.usefixtures("cache")
def test_what_both_find_is_told_once_and_the_rest_is_adopted(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN % "false")
    code, report = reported("scan", tmp_path, "--engine", "checkov")
    ours = {one["rule"]: one for one in report["findings"] if "engine" not in one}
    theirs = {one["rule"] for one in report["findings"] if one.get("engine") == "checkov"}
    assert 1 == code
    witnesses = {told.partition(":")[0] for one in ours.values() for told in one["witnesses"]}
    assert "CKV_AWS_54" in {told.partition(":")[0] for told in ours["S3-001"]["witnesses"]}
    assert not theirs & witnesses
    assert "CKV_AWS_43" in theirs
    assert any(note.startswith("checkov looked at 4 resources") for note in report["notes"])


@pytest.mark.usefixtures("cache")
def test_a_config_file_in_the_tree_runs_no_code_and_silences_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN % "false")
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / ".checkov.yaml").write_text(f"skip-check: [CKV_AWS_43]\nexternal-checks-dir: [{tmp_path / 'evil'}]\n")
    _, report = reported("scan", tmp_path, "--engine", "checkov")
    assert "CKV_AWS_43" in {one["rule"] for one in report["findings"]}
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("cache")
def test_the_gate_tells_what_checkov_finds_new_and_a_suppression_of_it_holds(tmp_path: Path) -> None:
    mark = '# casemate:ignore CKV_AWS_43 owner=data reason="no secrets" until=2099-01-01\n'
    for name, text in (("base", ""), ("head", 'resource "aws_kinesis_stream" "s" {\n  name = "s"\n}\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text('resource "aws_sns_topic" "t" { name = "t" }\n' + text)
    asked = ("gate", tmp_path / "head", "--base", tmp_path / "base", "--engine", "checkov", "--skip", "CKV_AWS_26")
    code, report = reported(*asked)
    assert (1, ["new"]) == (code, [one["delta"] for one in report["findings"] if one["rule"] == "CKV_AWS_43"])
    head = tmp_path / "head" / "main.tf"
    head.write_text(head.read_text().replace('resource "aws_kinesis', mark + 'resource "aws_kinesis'))
    assert "CKV_AWS_26" not in {one["rule"] for one in report["findings"]}
    _, report = reported(*asked)
    [waived] = [one for one in report["findings"] if one["rule"] == "CKV_AWS_43"]
    assert "data" == waived["waiver"]["owner"]


def test_a_plan_without_configuration_is_told_as_a_gap(tmp_path: Path) -> None:
    vpc = binary.change("aws_vpc.v", 1, {"cidr_block": "10.0.0.0/16", "id": "v"})
    with zipfile.ZipFile(tmp_path / "tfplan", "w") as archive:
        archive.writestr("tfplan", binary.message((1, 3), (3, vpc)))
    code, report = reported("gate", tmp_path / "tfplan", "--engine", "checkov", "--rule", "S3-*")
    [gap] = [one for one in report["gaps"] if one["call"] == "checkov"]
    assert 3 == code
    assert "the plan holds no configuration" in gap["detail"]


STREAM = 'resource "aws_kinesis_stream" "s" {\n  name = "s"\n}\n'


@pytest.mark.usefixtures("cache")
def test_a_binary_plan_is_looked_at_by_the_configuration_that_it_holds(tmp_path: Path) -> None:
    stream = binary.change("aws_kinesis_stream.s", 1, {"name": "s", "id": binary.UNKNOWN})
    _, report = reported("gate", binary.written(tmp_path, stream, main=f"\n{STREAM}"), "--engine", "checkov")
    [found] = [one for one in report["findings"] if one["rule"] == "CKV_AWS_43"]
    assert ("new", "main.tf", 2) == (found["delta"], found["origins"][0]["file"], found["origins"][0]["line"])


@pytest.mark.usefixtures("cache")
def test_a_change_set_is_looked_at_before_and_after(tmp_path: Path) -> None:
    stream = "AWS::Kinesis::Stream"
    path = change_sets.written(
        tmp_path,
        change_sets.change("Modify", "Old", {"ShardCount": 1}, {"ShardCount": 2}, stream),
        change_sets.change("Add", "New", None, {"ShardCount": 1}, stream),
    )
    _, report = reported("gate", path, "--engine", "checkov")
    found = {one["resource"]["id"]: one["delta"] for one in report["findings"] if one["rule"] == "CKV_AWS_43"}
    assert {"Old": "unchanged", "New": "new"} == found


def test_the_environment_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEMATE_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", os.devnull)
    assert find() is None
