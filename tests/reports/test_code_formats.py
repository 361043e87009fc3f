"""Formats for pull requests and code scanning: a change of code as each of them tells it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner

from reports.change import MARKER
from reports.formats import render
from reports.markdown import MOST_BYTES
from reports.report import read_report
from scanner.cli.main import casemate

TOOLS = Path(__file__).parents[2] / ".cache" / "npm" / "node_modules"
MODULE = """
variable "public" {}
resource "aws_s3_bucket" "b" { bucket = "data" }
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = !var.public
}
"""
MAIN = """
module "store" {
  source = "./store"
  public = %s
}
resource "aws_security_group" "g" {
  description = "web"
  ingress {
    description = "ssh, really: %%"
    from_port   = %s
    to_port     = %s
    protocol    = "tcp"
    cidr_blocks = [%s]
  }
}
"""
RULES = ("--rule", "S3-001", "--rule", "VPC-001", "--rule", "VPC-012")


def written(folder: Path, main: str) -> Path:
    (folder / "infra" / "store").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "infra" / "main.tf").write_text(main)
    (folder / "infra" / "store" / "main.tf").write_text(MODULE)
    return folder / "infra"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the gate says in each format of a change that opens SSH and a bucket, and makes a range unknown."""
    folder = tmp_path_factory.mktemp("change")
    base = written(folder / "base", MAIN % ("false", 443, 443, '"10.0.0.0/8"'))
    head = written(folder / "head", 'variable "more" {}\n' + MAIN % ("true", 22, 22, '"0.0.0.0/0", var.more'))
    found = {}
    for form in ("json", "sarif", "junit", "github", "gitlab", "markdown"):
        arguments = ["gate", str(head), "--base", str(base), *RULES, "--format", form, "--quiet"]
        done = CliRunner().invoke(casemate, arguments, standalone_mode=False)
        assert done.exception is None
        assert 1 == done.return_value
        found[form] = done.stdout_bytes
    return found


def test_sarif_is_valid_by_the_schema_of_oasis(told: dict[str, bytes]) -> None:
    schema = TOOLS / "@microsoft" / "sarif-multitool-linux" / "sarif-2.1.0.json"
    if not schema.is_file():
        pytest.skip("sarif-multitool is not installed: npm ci --prefix .cache/npm")
    jsonschema.validate(json.loads(told["sarif"]), json.loads(schema.read_text(encoding="utf-8-sig")))


def test_sarif_passes_the_rules_of_github(told: dict[str, bytes], tmp_path: Path) -> None:
    tool = TOOLS / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not tool.is_file():
        pytest.skip("sarif-multitool is not installed: npm ci --prefix .cache/npm")
    (tmp_path / "in.sarif").write_bytes(told["sarif"])
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    asked = [tool, "validate", "in.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error", "-o", "out.sarif"]
    subprocess.run(asked, cwd=tmp_path, env=environment, check=False, capture_output=True)
    [run] = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8-sig"))["runs"]
    assert [] == [result["message"] for result in run.get("results", ()) if result.get("level") == "error"]


def test_sarif_names_files_from_the_root_of_the_repository_and_the_calls_of_modules(told: dict[str, bytes]) -> None:
    results = json.loads(told["sarif"])["runs"][0]["results"]
    [bucket] = [one for one in results if one["ruleId"] == "S3-001"]

    def place(location: dict[str, Any]) -> tuple[str, int]:
        at = location["physicalLocation"]
        return at["artifactLocation"]["uri"], at["region"]["startLine"]

    assert [("infra/store/main.tf", 9)] == [place(one) for one in bucket["locations"]]
    assert [("infra/main.tf", 3)] == [place(one) for one in bucket["relatedLocations"]]


def test_github_annotations_name_file_and_line_and_escape_what_would_end_them(told: dict[str, bytes]) -> None:
    lines = told["github"].decode().splitlines()
    [ssh] = [line for line in lines if "VPC-001" in line]
    assert ssh.startswith("::error file=infra/main.tf,line=")
    assert all(re.fullmatch(r"::(error|warning|notice) [^:]+::.+", line) for line in lines)
    assert lines[-1].startswith("::notice title=Casemate::exit 1: ")


def test_gitlab_gets_an_array_with_a_path_and_line_for_each(told: dict[str, bytes]) -> None:
    rows = json.loads(told["gitlab"])
    assert {"infra/main.tf", "infra/store/main.tf"} == {row["location"]["path"] for row in rows}
    assert len(rows) == len({row["fingerprint"] for row in rows})
    for row in rows:
        assert {"description", "check_name", "fingerprint", "severity", "location"} == row.keys()
        assert row["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert row["location"]["lines"]["begin"] >= 1


def test_junit_has_a_suite_for_each_file(told: dict[str, bytes]) -> None:
    root = ET.fromstring(told["junit"])
    assert ["infra/main.tf", "infra/store/main.tf"] == [suite.get("name") for suite in root]
    [failing] = [case for case in root.iter("testcase") if case.get("classname") == "VPC-001"]
    assert ("infra/main.tf", True) == (failing.get("file"), failing.find("failure") is not None)


def test_the_comment_begins_with_its_marker_and_tells_what_is_new_and_what_is_not_known(told: dict[str, bytes]) -> None:
    text = told["markdown"].decode()
    assert text.startswith(f"{MARKER}\n### ❌ Casemate")
    assert "**2** new · 0 worsened · **1** not known" in text
    assert "- at `infra/store/main.tf:9` `module.store.aws_s3_bucket_public_access_block.b`" in text
    assert "- called at `infra/main.tf:3` `module.store`" in text
    assert "var.more has no default and no value is given" in text


@pytest.mark.parametrize("name", ["a\x1bb", "`x` <!-- -->", "@everyone", "::error::x", "x,y:z%0A"])
def test_no_name_leaves_its_place(told: dict[str, bytes], name: str) -> None:
    altered = told["json"].decode().replace('"infra/main.tf', '"x').replace("opens SSH", json.dumps(name)[1:-1])
    report = read_report(altered.encode())
    for form in ("github", "gitlab", "markdown", "sarif"):
        assert "\x1b" not in render(report, form).decode()
    count = len(read_report(told["json"]).findings)
    assert render(report, "github").decode().count("\n") <= count + 1


def test_a_comment_holds_no_more_than_github_takes(told: dict[str, bytes]) -> None:
    document = json.loads(told["json"])
    [one] = [finding for finding in document["findings"] if finding["rule"] == "VPC-001"]
    document["findings"] = [{**one, "message": f"{number} {'é' * 200}"} for number in range(2000)]
    text = render(read_report(json.dumps(document).encode()), "markdown")
    assert len(text) <= MOST_BYTES
    assert "more lines on failures do not fit" in text.decode()


def test_the_validators_are_pinned_by_hash() -> None:
    lock = json.loads((Path(__file__).parents[1] / "npm" / "package-lock.json").read_text())
    assert all("integrity" in one and "resolved" not in one for name, one in lock["packages"].items() if name)
    assert shutil.which("npm") is None or lock["lockfileVersion"] >= 3
