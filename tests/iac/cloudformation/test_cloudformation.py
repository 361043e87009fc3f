"""CloudFormation templates: functions, conditions, lines, and the verdicts of what they declare."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.derivations import DERIVATIONS
from scanner.errors import SourceError
from scanner.iac.cloudformation.template import Template, parse_template
from scanner.iac.judged import Judged, judge
from scanner.iac.load import load
from scanner.iac.values import Hole
from scanner.model.maybe import Reason
from scanner.registry import load_rules

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = load_rules()


def judged(tmp_path: Path, text: str, *rules: str) -> Judged:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    return judge([rule for rule in RULES if rule.name in rules], load(path).after, DERIVATIONS, {}, NOW)


def statuses(found: Judged) -> dict[str, str]:
    return {one.resource.id: one.status for one in found.findings}


def value(said: str) -> Any:
    text = f"""
Parameters:
  Env: {{Type: String, Default: dev}}
  Free: {{Type: String}}
  Many: {{Type: CommaDelimitedList, Default: "a, b"}}
  Secret: {{Type: String, Default: hunter2, NoEcho: true}}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsFree: !Equals [!Ref Free, x]
  Never: !Condition Never
Mappings:
  Sizes: {{dev: {{size: small}}}}
Resources:
  B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: data}}}}
  V: {said}
"""
    template = Template(parse_template(text, "t.yaml"), "123456789012", "eu-west-1")
    return template.value(template.resources["V"])


@pytest.mark.parametrize(
    "said, expected",
    [
        ("!Ref Env", "dev"),
        ("!Ref Many", ["a", "b"]),
        ("!Sub 'x-${Env}-${AWS::AccountId}-${!Literal}'", "x-dev-123456789012-${Literal}"),
        ("!Sub ['${A}/${Env}', {A: !Ref AWS::Region}]", "eu-west-1/dev"),
        ("!Join [':', [a, !Ref Env]]", "a:dev"),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!FindInMap [Sizes, !Ref Env, size]", "small"),
        ("!If [IsDev, yes-it-is, no]", "yes-it-is"),
        ("{a: !If [IsDev, !Ref AWS::NoValue, 1], b: 2}", {"b": 2}),
        ("{Fn::Not: [{Condition: IsDev}]}", False),
        ("{Fn::GetAtt: V.Arn}", Hole("V.arn", Reason.KNOWN_AFTER_APPLY, "V.arn is known after deployment", "V", "arn")),
        ("{Fn::FindInMap: [Sizes, prod, size, {DefaultValue: large}]}", "large"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Base64 hi", "aGk="),
        ("{Fn::Length: !Ref Many}", 2),
        ("{Fn::ToJsonString: {b: !Ref Env}}", '{"b":"dev"}'),
        ("{Fn::Or: [{Condition: IsFree}, {Condition: IsDev}]}", True),
    ],
)
def test_functions_are_computed(said: str, expected: object) -> None:
    assert expected == value(said)


@pytest.mark.parametrize(
    "said",
    [
        *("!Ref Free", "!Ref Secret", "!If [IsFree, a, b]", "!ImportValue x", "!Select [9, [a]]", "!If [Never, a, b]"),
        *(
            "!Sub '{{resolve:ssm:/net/cidr:1}}'",
            "!Sub '${Free}'",
            "!Select [0, !GetAZs '']",
            "!FindInMap [Sizes, prod, size]",
        ),
    ],
)
def test_what_cannot_be_known_is_a_hole(said: str) -> None:
    assert isinstance(value(said), Hole)


def test_json_may_be_indented_by_tabs() -> None:
    found = parse_template('{\n\t"Resources": {\n\t\t"B": {"Type": "AWS::S3::Bucket"}\n\t}\n}', "t.json")
    assert {"B": 3} == found["Resources"].lines


LOOPS = """
Transform: %s
Parameters:
  Names: {Type: CommaDelimitedList%s}
Resources:
  Fn::ForEach::Groups:
    - Name
    - !Ref Names
    - Group${Name}:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: !Sub "of ${Name}"
          Fn::ForEach::Ways:
            - Way
            - [Ingress]
            - SecurityGroup${Way}:
                - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0, Description: !Ref Name}
"""


def test_a_loop_makes_a_resource_of_each_element(tmp_path: Path) -> None:
    text = LOOPS % ("AWS::LanguageExtensions", ", Default: 'A,B'")
    assert {"GroupA": "fail", "GroupB": "fail"} == statuses(judged(tmp_path, text, "admin_ports_open_to_internet"))


@pytest.mark.parametrize(
    "transform, default, expected",
    [
        ("AWS::LanguageExtensions", "", "Fn::ForEach::Groups makes is not known: the parameter Names has no default"),
        ("[Ours]", ", Default: A", "the macro Ours changes the template, and is not run"),
    ],
)
def test_what_only_cloudformation_could_make_is_a_gap(
    tmp_path: Path, transform: str, default: str, expected: str
) -> None:
    gaps = judged(tmp_path, LOOPS % (transform, default), "admin_ports_open_to_internet").inventory.gaps
    assert [True] == [expected in gap.why.detail for gap in gaps]


def test_a_resource_that_is_no_mapping_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError, match=r"t.yaml:2: the resource A is no mapping"):
        parse_template("Resources:\n  A: [1]\n", "t.yaml")


TEMPLATE = """
Parameters:
  Cidr: {Type: String}
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        IgnorePublicAcls: true
        BlockPublicPolicy: false
        RestrictPublicBuckets: true
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: %s}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Data
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: !Sub "${Data.Arn}/*"}
  Admin:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement: {Effect: Allow, Action: "*", Resource: "*"}
  Topic:
    Type: AWS::SNS::Topic
"""


@pytest.mark.parametrize("cidr, expected", [("0.0.0.0/0", "fail"), ("10.0.0.0/8", "pass"), ("!Ref Cidr", "undecided")])
def test_a_template_is_judged_as_configuration_is(tmp_path: Path, cidr: str, expected: str) -> None:
    found = judged(tmp_path, TEMPLATE % cidr, "admin_ports_open_to_internet")
    assert {"Group": expected} == statuses(found)


def test_a_bucket_and_its_policy_are_one(tmp_path: Path) -> None:
    assert {"Data": "fail"} == {
        one.resource.id: one.status
        for one in judged(tmp_path, TEMPLATE % "10.0.0.0/8", "public_access_unblocked").findings
        if type(one.resource).__name__ == "Bucket"
    }
    found = judged(
        tmp_path,
        TEMPLATE.replace("RestrictPublicBuckets: true", "RestrictPublicBuckets: false") % "10.0.0.0/8",
        "bucket_publicly_readable",
    )
    assert {"Data": "fail"} == statuses(found)


def test_policies_of_iam_are_read(tmp_path: Path) -> None:
    assert {"Admin": "fail"} == statuses(
        judged(tmp_path, TEMPLATE % "10.0.0.0/8", "unattached_policy_allows_everything")
    )


def test_findings_stand_at_the_line_of_the_property(tmp_path: Path) -> None:
    (found,) = (
        one
        for one in judged(tmp_path, TEMPLATE % "10.0.0.0/8", "public_access_unblocked").findings
        if type(one.resource).__name__ == "Bucket"
    )
    assert ["template.yaml:5", "template.yaml:11"] == [str(origin) for origin in found.origins][:2]


def test_a_group_without_egress_keeps_the_default_of_aws(tmp_path: Path) -> None:
    assert {"Group": "fail"} == statuses(judged(tmp_path, TEMPLATE % "10.0.0.0/8", "egress_open_to_everything"))


@pytest.mark.parametrize(
    "type_, gaps",
    [
        ("AWS::CloudFormation::Stack", ["R"]),
        ("AWS::SNS::SomethingNew", ["R"]),
        ("AWS::Serverless::Function", ["R"]),
        ("AWS::SNS::Subscription", []),
        ("AWS::AppStream::Fleet", []),
        ("Custom::Anything", []),
    ],
)
def test_what_could_carry_a_kind_that_rules_ask_for_is_a_gap(tmp_path: Path, type_: str, gaps: list[str]) -> None:
    found = judged(
        tmp_path, f"Resources: {{R: {{Type: {type_}}}, T: {{Type: AWS::SNS::Topic}}}}", "topic_open_to_anyone"
    )
    assert gaps == [gap.subject for gap in found.inventory.gaps]
    assert bool(gaps) != bool(found.not_evaluated)


def test_a_template_in_json_is_read(tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}, separators=(",", ":")))
    assert ["aws_s3_bucket"] == [one.type for one in load(path).after.declared]


LAUGHS = """
a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
Resources: {R: [*e,*e]}
"""


@pytest.mark.parametrize(
    "text, message",
    [
        ("Resources: {a: [}", r"t.yaml:1:17"),
        ("Resources: []", "no CloudFormation template"),
        ("a: &a [x, *a]\nResources: {R: {T: *a}}", "too large or too deep"),
        (LAUGHS, "too large or too deep"),
    ],
)
def test_what_is_no_template_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parse_template(text, "t.yaml")
