"""The gate: what a change brings, worsens and fixes, as the command tells it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scanner.cli.main import casemate
from scanner.errors import SourceError, UsageError
from scanner.iac.frames import frame
from tests.iac.plans import ACCOUNT, change, configured, plan, written

Gate = Callable[..., Result]
BUCKET = 'resource "aws_s3_bucket" "b" { bucket = "data" }\n'
BLOCK = """
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}
"""
GROUP = """
resource "aws_security_group" "g" {
  vpc_id = "vpc-1"
  ingress {
    from_port   = %s
    to_port     = %s
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def run(*arguments: object) -> tuple[int, str]:
    done: Result = CliRunner().invoke(casemate, ["gate", *map(str, arguments)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.stdout


def folders(tmp_path: Path, base: str, head: str) -> tuple[Path, Path]:
    for name, text in (("base", base), ("head", head)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
    return tmp_path / "head", tmp_path / "base"


def deltas(head: Path, *arguments: object) -> tuple[int, dict[str, str]]:
    code, text = run(head, *arguments, "--format", "json", "--quiet")
    return code, {one["rule"]: one["delta"] for one in json.loads(text)["findings"] if one["delta"] != "unchanged"}


def test_a_deleted_access_block_opens_a_bucket_that_is_unchanged(tmp_path: Path) -> None:
    head, base = folders(tmp_path, BUCKET + BLOCK, BUCKET)
    assert (1, {"S3-001": "new"}) == deltas(head, "--base", base)


def test_what_was_there_before_does_not_block(tmp_path: Path) -> None:
    head, base = folders(tmp_path, GROUP % (22, 22), GROUP % (22, 22) + "\n")
    assert (0, {}) == deltas(head, "--base", base)


def test_more_open_ports_worsen_a_failure(tmp_path: Path) -> None:
    head, base = folders(tmp_path, GROUP % (22, 22), GROUP % (22, 3389))
    assert (1, {"VPC-001": "worsened"}) == deltas(head, "--base", base, "--rule", "VPC-001")


def test_another_open_port_instead_is_worse_too(tmp_path: Path) -> None:
    head, base = folders(tmp_path, GROUP % (22, 22), GROUP % (3389, 3389))
    assert (1, {"VPC-001": "worsened"}) == deltas(head, "--base", base, "--rule", "VPC-001")


def test_what_the_change_closes_is_fixed(tmp_path: Path) -> None:
    head, base = folders(tmp_path, GROUP % (22, 22), GROUP % (8443, 8443))
    assert (0, {"VPC-001": "fixed"}) == deltas(head, "--base", base, "--rule", "VPC-001")


def test_what_the_change_makes_unknown_is_no_pass(tmp_path: Path) -> None:
    unknown = 'variable "open" {}\n' + (GROUP % (22, 22)).replace('"0.0.0.0/0"', "var.open")
    head, base = folders(tmp_path, (GROUP % (22, 22)).replace("0.0.0.0/0", "10.0.0.0/8"), unknown)
    code, text = run(head, "--base", base, "--rule", "VPC-001")
    assert 3 == code
    assert "var.open has no default and no value is given" in text


def test_a_frame_shows_the_lines(tmp_path: Path) -> None:
    head, base = folders(
        tmp_path, BUCKET, BUCKET + BLOCK.replace("block_public_policy     = true", "block_public_policy     = false")
    )
    _, text = run(head, "--base", base, "--rule", "S3-001")
    assert "    7 |   block_public_policy     = false\n      |   ^^^^^^^^^^^^^^^^^^^\n" in text


IGNORED = '# casemate:ignore VPC-001 owner=net reason="jump host" until=%s\nresource "aws_security_group" "g" {'


@pytest.mark.parametrize(
    "until, code, said",
    [("2027-01-31", 0, "Suppressed: VPC-001"), ("2025-01-31", 1, "expired"), ("never", 1, "no date")],
)
def test_a_suppression_holds_until_its_day(tmp_path: Path, until: str, code: int, said: str) -> None:
    ignored = (GROUP % (22, 22)).replace('resource "aws_security_group" "g" {', IGNORED % until)
    head, base = folders(tmp_path, BUCKET, ignored)
    found, text = run(head, "--base", base, "--rule", "VPC-001", "--now", "2026-01-01")
    assert code == found
    assert said in text


def test_a_suppression_at_the_call_of_a_module_covers_what_it_makes(tmp_path: Path) -> None:
    head, base = folders(
        tmp_path,
        BUCKET,
        '# casemate:ignore VPC-001 owner=net reason="jump host" until=2027-01-31\nmodule "m" { source = "./m" }\n',
    )
    (head / "m").mkdir()
    (head / "m" / "main.tf").write_text(GROUP % (22, 22))
    assert 0 == run(head, "--base", base, "--rule", "VPC-001", "--now", "2026-01-01")[0]


RULES = """
variable "rules" { default = { https = [443, "0.0.0.0/0"], ssh = [22, "0.0.0.0/0"] } }
resource "aws_security_group" "g" { vpc_id = "vpc-1" }
resource "aws_security_group_rule" "r" {
  for_each          = var.rules
  security_group_id = aws_security_group.g.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = each.value[0]
  to_port           = each.value[0]
  cidr_blocks       = [each.value[1]]
}
"""


def test_a_finding_points_at_the_attribute_of_the_rule_that_it_is_about_and_at_the_calls_of_its_module(
    tmp_path: Path,
) -> None:
    head, base = folders(tmp_path, BUCKET, '\nmodule "m" {\n  source = "./m"\n}\n')
    (head / "m").mkdir()
    (head / "m" / "main.tf").write_text(RULES)
    _, text = run(head, "--base", base, "--rule", "VPC-001")
    assert '  at m/main.tf:11 (module.m.aws_security_group_rule.r["ssh"])\n  called at main.tf:2 (module.m)\n' in text


SERVER = """
variable "cidr" { default = "%s" }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_internet_gateway" "gw" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "rt" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.gw.id
  }
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.rt.id
}
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}
resource "aws_instance" "web" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.a.id
  vpc_security_group_ids = [aws_security_group.web.id]
}
"""


def test_what_the_internet_newly_reaches_points_at_the_rule_that_admits_it(tmp_path: Path) -> None:
    head, base = folders(tmp_path, SERVER % "10.0.0.0/8", SERVER % "0.0.0.0/0")
    code, text = run(head, "--base", base, "--rule", "VPC-101")
    assert 1 == code
    line = 1 + (SERVER % "").splitlines().index("    cidr_blocks = [var.cidr]")
    assert f"  at main.tf:{line} (aws_security_group.web)\n" in text


ROLES = """
resource "aws_iam_role" "admin" {
  name               = "admin"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" }
  }] })
}
resource "aws_iam_role_policy_attachment" "admin" {
  role       = aws_iam_role.admin.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::000000000000:root" }
  }] })
}
resource "aws_iam_role_policy" "ci" {
  role   = aws_iam_role.ci.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Resource = "*", Action = %s }] })
}
"""
WAY = '["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]'


def test_a_way_to_administrator_that_the_change_opens_is_told_and_blocks(tmp_path: Path) -> None:
    head, base = folders(tmp_path, ROLES % '["iam:PassRole"]', ROLES % WAY)
    code, text = run(head, "--base", base, "--rule", "IAM-101")
    assert "OPENED confirmed privilege-escalation\n  role/ci\n    > role/admin by lambda.passrole-create-invoke" in text
    assert 1 == code
    assert "confirmed administrator" not in text


SERVICE = """
resource "aws_ecs_task_definition" "t" {
  family                = "web"
  task_role_arn         = aws_iam_role.admin.arn
  container_definitions = "[]"
}
resource "aws_ecs_service" "s" {
  name                   = "web"
  task_definition        = aws_ecs_task_definition.t.arn
  enable_execute_command = true
}
"""


def test_what_runs_with_a_role_that_others_may_enter_is_a_way_that_the_change_opens(tmp_path: Path) -> None:
    roles = ROLES % '["ecs:ExecuteCommand", "ecs:DescribeTasks"]'
    head, base = folders(tmp_path, roles, roles + SERVICE)
    code, text = run(head, "--base", base, "--rule", "IAM-101")
    assert "> role/admin by ecs.execute-command" in text
    assert 1 == code


def test_a_way_that_was_open_before_is_not_told(tmp_path: Path) -> None:
    head, base = folders(tmp_path, ROLES % WAY, ROLES % WAY + "\n")
    code, text = run(head, "--base", base, "--rule", "IAM-101")
    assert (0, False) == (code, "OPENED" in text)


def test_a_long_line_is_cut_behind_what_is_meant(tmp_path: Path) -> None:
    shown = frame({"f": f"a = {'x' * 400} # {'y' * 400}"}, "f", 1, ["a"])
    assert max(map(len, shown.splitlines())) < 120
    assert "    ^" in frame({"f": f"{' ' * 150}open = 1{' ' * 200}."}, "f", 1, ["open"])


@pytest.mark.parametrize(
    "line, shown",
    [
        ('  password = "hunter2"', '  password = "…"'),
        ('  master_password = "a b" # x', '  master_password = "…" # x'),
        ("  MasterUserPassword: hunter2", '  MasterUserPassword: "…"'),
        ('  "SecretString": "x",', '  "SecretString": "…",'),
        ("  password = var.password", "  password = var.password"),
        ("  SecretString: !Ref Secret", "  SecretString: !Ref Secret"),
        ('resource "aws_secretsmanager_secret" "s" {', 'resource "aws_secretsmanager_secret" "s" {'),
    ],
)
def test_a_secret_in_the_code_is_not_shown(line: str, shown: str) -> None:
    assert f"1 | {shown}" == frame({"f": line}, "f", 1, []).splitlines()[0]


ON = dict.fromkeys(("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"), True)


def opened(bucket: str = "invoices") -> dict[str, Any]:
    there = {"bucket": bucket, "id": bucket, "arn": f"arn:aws:s3:::{bucket}"}
    return plan(
        change("aws_s3_bucket.b", there, there),
        change("aws_s3_bucket_public_access_block.b", {**ON, "bucket": bucket, "id": bucket}, None),
    )


def test_a_plan_is_held_against_its_prior_state(tmp_path: Path) -> None:
    assert (1, {"S3-001": "new"}) == deltas(written(tmp_path, opened()), "--rule", "S3-001")


def test_a_plan_is_laid_upon_the_evidence_of_its_account(tmp_path: Path) -> None:
    account = evidence(tmp_path)
    assert (1, {"S3-001": "new"}) == deltas(written(tmp_path, opened()), "--against", account, "--rule", "S3-001")


def test_an_account_that_blocks_for_all_buckets_makes_the_change_harmless(tmp_path: Path) -> None:
    account = evidence(tmp_path, account_blocks=True)
    assert (0, {}) == deltas(written(tmp_path, opened()), "--against", account, "--rule", "S3-001")


def test_rules_of_a_group_that_the_plan_does_not_know_stay(tmp_path: Path) -> None:
    group = {"id": "sg-1", "name": "g", "vpc_id": "vpc-1", "description": "d", "egress": []}
    rule = {"from_port": 8443, "to_port": 8443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": "d"}
    document = plan(change("aws_security_group.g", {**group, "ingress": []}, {**group, "ingress": [rule]}))
    account = evidence(tmp_path)
    code, text = run(
        written(tmp_path, document), "--against", account, "--rule", "VPC-001", "--rule", "VPC-006",
        "--format", "json", "--quiet",
    )  # fmt: skip
    found = {one["rule"]: one["delta"] for one in json.loads(text)["findings"]}
    assert {"VPC-001": "unchanged", "VPC-006": "new"} == found
    assert 1 == code


def test_a_plan_for_another_account_is_refused(tmp_path: Path) -> None:
    arn = "arn:aws:ec2:eu-west-1:999999999999:vpc/vpc-1"
    document = plan(change("aws_vpc.v", {"id": "vpc-1", "arn": arn}, {"id": "vpc-1", "arn": arn}))
    with pytest.raises(SourceError, match="999999999999"):
        run(written(tmp_path, document), "--against", evidence(tmp_path))
    with pytest.raises(SourceError, match="999999999999"):
        run(written(tmp_path, document), "--expect-account", ACCOUNT)


def test_a_folder_alone_has_nothing_to_compare_with(tmp_path: Path) -> None:
    head, _ = folders(tmp_path, BUCKET, BUCKET)
    with pytest.raises(UsageError, match="--base"):
        run(head)


def test_a_module_that_is_not_here_is_refused(tmp_path: Path) -> None:
    head, base = folders(tmp_path, BUCKET, 'module "m" { source = "org/m/aws" }\n')
    with pytest.raises(SourceError, match=r"main.tf:1: module.m"):
        run(head, "--base", base)


def test_a_scan_names_the_modules_that_are_not_here(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "vpc" {\n  source = "registry/vpc/aws"\n}\n' + BUCKET)
    done: Result = CliRunner().invoke(casemate, ["scan", str(tmp_path), "--rule", "S3-001"], standalone_mode=False)
    said = " ".join(done.stdout.split())
    assert "NotCollected main.tf:1: module.vpc: its source 'registry/vpc/aws' is not here" in said


def test_new_resources_are_named_by_their_address(tmp_path: Path) -> None:
    document = plan(
        change("aws_security_group.g", None, {"name": "g", "ingress": [
            {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
        ]}, after_unknown={"id": True, "vpc_id": True}),
        resources=[configured("aws_security_group.g", vpc_id={"references": ["aws_vpc.v.id"]})],
    )  # fmt: skip
    _, text = run(written(tmp_path, document), "--rule", "VPC-001")
    assert "aws_security_group.g (g) opens SSH (tcp/22) to the internet" in text


def evidence(folder: Path, *, account_blocks: bool = False) -> Path:
    """Return a folder of AWS CLI output: a blocked bucket, and a group that opens SSH."""
    whole = folder / "evidence" / ACCOUNT / "global"
    region = folder / "evidence" / ACCOUNT / "eu-west-1"
    for path in (whole, region):
        path.mkdir(parents=True)
    block = {"".join(word.title() for word in name.split("_")): True for name in ON}
    answers: dict[Path, Any] = {
        whole / "s3.ListBuckets.json": {"Buckets": [{"Name": "invoices", "BucketRegion": "eu-west-1"}]},
        whole / "s3.GetPublicAccessBlock.json": {
            "parameters": {"Bucket": "invoices"},
            "response": {"PublicAccessBlockConfiguration": block},
        },
        whole / "s3control.GetPublicAccessBlock.json": {
            "parameters": {"AccountId": ACCOUNT},
            "response": {"PublicAccessBlockConfiguration": dict.fromkeys(block, account_blocks)},
        },
        region / "ec2.DescribeSecurityGroups.json": {
            "SecurityGroups": [
                {
                    "GroupId": "sg-1", "GroupName": "g", "VpcId": "vpc-1", "OwnerId": ACCOUNT, "Description": "d",
                    "IpPermissions": [
                        {
                            "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                            "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "d"}],
                        }
                    ],
                    "IpPermissionsEgress": [],
                }
            ]
        },
    }  # fmt: skip
    for path, answer in answers.items():
        path.write_text(json.dumps(answer))
    return folder / "evidence"


@pytest.mark.parametrize(
    "text", ['variable "x" {}\n', 'resource "aws_vpc" "v" { count = 0 }\n', 'resource "null_resource" "n" {}\n']
)
def test_a_scan_that_finds_nothing_of_aws_is_no_pass(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.tf").write_text(text)
    with pytest.raises(SourceError, match="declares no resources of AWS"):
        CliRunner().invoke(casemate, ["scan", str(tmp_path)], standalone_mode=False, catch_exceptions=False)
