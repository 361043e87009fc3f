"""Stacks within a stack: their templates are read where they lie beside its own."""

from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import Estate, judge
from scanner.iac.load import load
from scanner.registry import load_rules
from scanner.testing import NOW

ROOT = """
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./net.yaml, Parameters: {Cidr: 10.1.0.0/16}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app/app.yaml
      Parameters: {Vpc: !GetAtt Net.Outputs.Vpc, Subnet: !GetAtt Net.Outputs.Subnet}
"""
NET = """
Parameters: {Cidr: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.1.0/24, MapPublicIpOnLaunch: true}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Join: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Use: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Subnet}}
Outputs:
  Vpc: {Value: !Ref Vpc}
  Subnet: {Value: !Ref Subnet}
"""
APP = """
Parameters: {Vpc: {Type: AWS::EC2::VPC::Id}, Subnet: {Type: AWS::EC2::Subnet::Id}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
  Box:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, SubnetId: !Ref Subnet, SecurityGroupIds: [!Ref Group]}
"""
BUCKET = "Resources: {B: {Type: AWS::S3::Bucket}}\n"


def stack(place: str, more: str = "") -> str:
    return f"Resources: {{S: {{Type: AWS::CloudFormation::Stack, {more}Properties: {{TemplateURL: {place}}}}}}}\n"


def estate(root: Path, **files: str) -> Estate:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load(root / "t.yaml").after


def test_what_stands_in_stacks_is_judged_together(tmp_path: Path) -> None:
    found = estate(tmp_path, t=ROOT, net=NET, app__app=APP)
    [rule] = [rule for rule in load_rules() if rule.name == "admin_ports_reached_from_internet"]
    [finding] = [
        one for one in judge((rule,), found, DERIVATIONS, {}, NOW).findings if one.resource.id == "App.Box.eni0"
    ]
    assert ("fail", "app/app.yaml") == (finding.status, finding.resource.origin.file)
    [group] = [one for one in found.declared if one.address == "App.Group"]
    assert ("App", "t.yaml", 3 + 3) == (group.calls[0].address, group.calls[0].file, group.calls[0].line)


@pytest.mark.parametrize(
    "place",
    [
        *("https://s3.amazonaws.com/b/x.yaml", "./absent.yaml", "./t.yaml", "../outside.yaml", "!Ref P"),
        *("./broken.yaml", "./latin.yaml", r'"a\0b"', "./" + "a" * 400, "./loop.yaml"),
    ],
)
def test_a_stack_whose_template_is_not_to_be_had_is_a_gap(tmp_path: Path, place: str) -> None:
    (tmp_path / "outside.yaml").write_text(BUCKET)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "in" / "latin.yaml").write_bytes(BUCKET.encode() + b"# \xe9\n")
    found = estate(tmp_path / "in", t=stack(place), broken="Resources: [\nAWS::S3::Bucket")
    assert ["AWS::CloudFormation::Stack"] == [one.type for one in found.declared]
    assert ("broken" in place or "latin" in place) == bool(found.missing)


def test_a_stack_that_may_not_exist_leaves_open_what_is_in_it(tmp_path: Path) -> None:
    text = "Parameters: {On: {Type: String}}\nConditions: {C: !Equals [!Ref On, a]}\n"
    found = estate(tmp_path, t=text + stack("./b.yaml", "Condition: C, "), b=BUCKET)
    assert [("S.B", True)] == [(one.address, one.perhaps is not None) for one in found.declared]


def test_an_output_that_there_is_not_is_unknown(tmp_path: Path) -> None:
    text = stack("./b.yaml").replace(
        "Resources: {", "Resources: {K: {Type: AWS::S3::Bucket, Properties: {BucketName: N}}, "
    )
    found = estate(tmp_path, t=text.replace("N}", "!GetAtt S.Outputs.X}"), b=BUCKET)
    assert {"K", "S.B"} == {one.address for one in found.declared}


def test_stacks_that_multiply_are_bounded_and_the_rest_is_named(tmp_path: Path) -> None:
    many = "Resources:\n" + "".join(
        f"  S{number}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./%s.yaml}}}}\n"
        for number in range(20)
    )
    found = estate(tmp_path, t=many % (("a",) * 20), a=many % (("b",) * 20), b=many % (("c",) * 20), c=BUCKET)
    assert found.missing
    assert len(found.declared) < 20 * 20
