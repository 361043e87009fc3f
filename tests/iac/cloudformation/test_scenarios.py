"""Parameters that people choose from a list, and the serverless transform."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import casemate
from scanner.errors import UsageError
from scanner.iac.load import load
from scanner.iac.scenarios import MOST_SCENARIOS, scenarios_of

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]%s}
Conditions:
  Open: !Equals [!Ref Env, prod]
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: data
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        IgnorePublicAcls: true
        BlockPublicPolicy: !If [Open, false, true]
        RestrictPublicBuckets: true
"""


def told(folder: Path, text: str, *arguments: str) -> list[dict[str, Any]]:
    (folder / "t.yaml").write_text(text)
    asked = ["scan", str(folder / "t.yaml"), *arguments, "--all", "--format", "json", "--quiet"]
    done = CliRunner().invoke(casemate, asked, standalone_mode=False, catch_exceptions=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


@pytest.mark.parametrize("default", ["", ", Default: dev"])
def test_a_finding_says_in_which_scenario_it_stands(tmp_path: Path, default: str) -> None:
    [one] = told(tmp_path, TEMPLATE % default, "--rule", "S3-001")
    assert ("fail", True) == (one["status"], one["message"].endswith("(in scenario Env=prod)"))


def test_a_parameter_that_is_given_makes_no_scenario(tmp_path: Path) -> None:
    [one] = told(tmp_path, TEMPLATE % "", "--rule", "S3-001", "--parameter", "Env=dev")
    assert "pass" == one["status"]
    [one] = told(tmp_path, TEMPLATE % "", "--rule", "S3-001", "--parameter", "Env=prod")
    assert ("fail", False) == (one["status"], "scenario" in one["message"])


@pytest.mark.parametrize("given", [["Env=test"], ["Other=1"], ["Env"]])
def test_a_parameter_that_cannot_be_is_refused(tmp_path: Path, given: list[str]) -> None:
    with pytest.raises(UsageError, match="--parameter"):
        told(tmp_path, TEMPLATE % "", "--parameter", *given)


def test_there_are_never_more_scenarios_than_the_bound() -> None:
    parameters = {f"P{number}": {"AllowedValues": ["a", "b", "c"]} for number in range(9)}
    found = scenarios_of({"Parameters": parameters}, {})
    assert len(found) == 1 + 2 * 9
    assert len(scenarios_of({"Parameters": dict(list(parameters.items())[:2])}, {})) == 9 <= MOST_SCENARIOS
    assert all(any(one[name] == value for one in found) for name in parameters for value in "abc")


SAM = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {A: "1"}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Environment: {Variables: {B: "2"}}
      FunctionUrlConfig: {AuthType: NONE}
      Policies:
        - AdministratorAccess
        - S3ReadPolicy: {BucketName: data}
        - Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
  T:
    Type: AWS::Serverless::SimpleTable
"""


def test_serverless_resources_become_those_that_sam_makes(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(SAM)
    found = load(tmp_path / "t.yaml").after.declared
    addresses = {one.address.partition(".")[0] for one in found}
    assert {"F", "FRole", "FUrl", "FUrlPublicPermissions", "T"} == addresses
    managed = {one.get("policy_arn") for one in found if one.type == "aws_iam_role_policy_attachment"}
    assert {
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/AdministratorAccess",
    } == managed
    [line] = {one.line for one in found if one.address == "F"}
    assert 9 == line


def test_events_that_name_no_api_get_those_that_sam_makes(tmp_path: Path) -> None:
    events = """
      Events:
        A: {Type: Api, Properties: {Path: /a, Method: get}}
        B: {Type: Api, Properties: {Path: /b, Method: get}}
        H: {Type: HttpApi}
        Own: {Type: HttpApi, Properties: {ApiId: abc}}
  T:"""
    (tmp_path / "t.yaml").write_text(SAM.replace("\n  T:", events))
    found = load(tmp_path / "t.yaml").after.declared
    apis = {one.address for one in found if one.type in ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")}
    assert {"ServerlessRestApi", "ServerlessHttpApi"} == apis
    sources = {one.address: one.get("source_arn") for one in found if one.type == "aws_lambda_permission"}
    assert "ServerlessRestApi" in repr(sources["FAPermission"])
    assert "ServerlessHttpApi" in repr(sources["FHPermission"])


def test_a_role_that_sam_makes_is_judged_and_a_policy_template_is_not_known(tmp_path: Path) -> None:
    found = {(one["rule"], one["resource"]["id"]): one["status"] for one in told(tmp_path, SAM, "--service", "iam")}
    by_rule = {rule: {status for (name, _), status in found.items() if name == rule} for rule, _ in found}
    assert "fail" in by_rule["IAM-036"] | by_rule["IAM-029"] | by_rule["IAM-028"]


def test_a_template_without_the_transform_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(SAM.replace("Transform: AWS::Serverless-2016-10-31\n", ""))
    assert {"AWS::Serverless::Function", "AWS::Serverless::SimpleTable"} == {
        one.type for one in load(tmp_path / "t.yaml").after.declared
    }
