"""Lines of templates: where the property stands that an argument comes from."""

from pathlib import Path

import pytest

from scanner.iac.declared import Declared
from scanner.iac.load import load

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: d
      SecurityGroupIngress:
        - IpProtocol: tcp
          CidrIp: 10.0.0.0/8
        - IpProtocol: tcp
          CidrIp: !If [A, 0.0.0.0/0, 10.0.0.0/8]
  B:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: false
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Declared]:
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    return {one.address: one for one in load(tmp_path / "t.yaml").after.declared}


@pytest.mark.parametrize(
    "address, path, line",
    [
        ("G", (), 3),
        ("G", ("description",), 6),
        ("G", ("ingress", 0, "cidr_blocks"), 9),
        ("G", ("ingress", 1, "cidr_blocks"), 11),
        ("B.PublicAccessBlockConfiguration", ("block_public_policy",), 17),
    ],
)
def test_an_argument_has_the_line_of_its_property(
    found: dict[str, Declared], address: str, path: tuple[str | int, ...], line: int
) -> None:
    assert line == found[address].line_of(*path)
