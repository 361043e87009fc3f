"""SARIF: what code scanning demands of it."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import casemate


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("code")
    (folder / "my file.tf").write_text(
        'variable "open" {}\n'
        'resource "aws_s3_bucket" "b" { bucket = "data" }\n'
        'resource "aws_security_group" "g" {\n  ingress {\n    from_port = 22\n    to_port = 22\n'
        '    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
        'resource "aws_security_group" "h" {\n  ingress {\n    from_port = 22\n    to_port = 22\n'
        '    protocol = "tcp"\n    cidr_blocks = var.open\n  }\n}\n'
    )
    arguments = ["scan", str(folder), "--format", "sarif", "--quiet", "--rule", "VPC-001", "--rule", "S3-010"]
    document = json.loads(CliRunner().invoke(casemate, arguments, standalone_mode=False).stdout)
    assert "2.1.0" == document["version"]
    return document["runs"][0]


def test_every_result_has_a_file_and_a_line(run: Any) -> None:
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert {"my%20file.tf"} == {place["artifactLocation"]["uri"] for place in places}
    assert all(place["region"]["startLine"] > 1 for place in places)


def test_every_result_names_a_rule_that_is_described(run: Any) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert {"VPC-001": "8.0", "S3-010": "3.0"} == {one["id"]: one["properties"]["security-severity"] for one in rules}


def test_what_is_undecided_is_for_review(run: Any) -> None:
    found = {
        one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: (one["kind"], one["level"])
        for one in run["results"]
    }
    assert {
        "aws_security_group.g": ("fail", "error"),
        "aws_security_group.h": ("review", "none"),
        "aws_s3_bucket.b": ("fail", "note"),
    } == found


def test_fingerprints_differ_by_finding(run: Any) -> None:
    prints = [one["partialFingerprints"]["casemate/v1"] for one in run["results"]]
    assert len(prints) == len(set(prints)) == 3
