"""Fixes of findings: the diff under which a rule passes, or which variable decides."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.findings import Finding
from scanner.iac.fixes import Fix, fixes
from scanner.iac.judged import Estate, judge
from scanner.iac.load import load
from scanner.iac.patch import edited, literal
from scanner.iac.terraform.parser import parse_body
from scanner.iac.terraform.safe_values import SAFE_VALUES
from scanner.registry import load_rules

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BLOCK = """
resource "aws_s3_bucket" "b" { bucket = "data" }
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  ignore_public_acls      = true  # stays
  block_public_policy     = false
  restrict_public_buckets = %s
}
"""
DYNAMIC = """
resource "aws_launch_template" "t" {
  dynamic "block_device_mappings" {
    for_each = ["/dev/sda1"]
    content {
      device_name = block_device_mappings.value
      ebs { volume_size = 8 }
    }
  }
}
"""


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.tf"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def found(folder: Path, *names: str) -> tuple[dict[tuple[str, str], Fix], dict[str, str], list[Finding]]:
    rules = [rule for rule in load_rules() if rule.name in names]

    def findings(estate: Estate) -> list[Finding]:
        return judge(rules, estate, DERIVATIONS, {}, NOW).findings

    loaded = load(folder)
    failing = [one for one in findings(loaded.after) if one.status == "fail"]
    told = fixes(failing, loaded.after, findings, loaded.files)
    patched = {
        file: edited(text, [edit for fix in told.values() for edit in fix.edits if edit.file == file])
        for file, text in loaded.files.items()
    }
    return told, patched, failing


def left(folder: Path, patched: dict[str, str], *names: str) -> list[str]:
    for file, text in patched.items():
        (folder / file).write_text(text)
    return [one.message for one in found(folder, *names)[2]]


@pytest.mark.parametrize(
    "name, text",
    [
        ("public_access_unblocked", BLOCK % "true"),
        ("public_access_unblocked", BLOCK % "false"),
        ("volume_unencrypted", 'resource "aws_ebs_volume" "v" { availability_zone = "eu-west-1a" }\n'),
        ("volume_unencrypted", 'resource "aws_ebs_volume" "v" {}\n'),
        ("volume_unencrypted", 'resource "aws_ebs_volume" "v" {\n  encrypted = "false"\n}\n'),
        ("allows_imdsv1", 'resource "aws_instance" "i" {\n  ami = "ami-1"\n}\n'),
        (
            "allows_imdsv1",
            'resource "aws_instance" "i" {\n  metadata_options {\n    http_tokens = "optional"\n  }\n}\n',
        ),
        ("subnet_assigns_public_addresses", 'resource "aws_subnet" "s" {\n  map_public_ip_on_launch = true\n}\n'),
        (
            "launch_template_volume_unencrypted",
            DYNAMIC,
        ),
    ],
)
def test_the_patched_code_passes(tmp_path: Path, name: str, text: str) -> None:
    folder = written(tmp_path, main=text)
    _, patched, failing = found(folder, name)
    assert failing
    assert [] == left(folder, patched, name)
    assert "# stays" not in text or "# stays" in patched["main.tf"]


def test_what_a_call_gives_to_its_module_is_changed_in_the_call(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        main='module "m" {\n  source = "./m"\n  on     = false\n}\n',
        m__main='variable "on" {}\n' + BLOCK.replace("= false", "= true") % "var.on",
    )
    _, patched, _ = found(folder, "public_access_unblocked")
    assert "  on     = true\n" in patched["main.tf"]
    assert [] == left(folder, patched, "public_access_unblocked")


def test_what_rests_on_a_variable_names_it_and_edits_nothing(tmp_path: Path) -> None:
    folder = written(
        tmp_path, main='variable "on" {\n  default = false\n}\n' + BLOCK.replace("= false", "= true") % "var.on"
    )
    told, _, _ = found(folder, "public_access_unblocked")
    [fix] = told.values()
    assert ((), True) == (fix.edits, fix.advice[0].startswith("set var.on (main.tf:1) to true"))


TEMPLATE = """
Parameters: {Rotate: {Type: String, Default: "false"}}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: %s
      KeyPolicy: {Version: "2012-10-17", Statement: []}
"""


@pytest.mark.parametrize("said", ["false", '"false"', "'false'"])
def test_a_literal_of_a_template_is_changed_in_place(tmp_path: Path, said: str) -> None:
    template = tmp_path / "t.yaml"
    template.write_text(TEMPLATE % said)
    _, patched, failing = found(template, "rotation_off")
    assert failing
    assert {"t.yaml": TEMPLATE % "true"} == patched
    template.write_text(patched["t.yaml"])
    assert [] == found(template, "rotation_off")[2]


@pytest.mark.parametrize("said, line", [("!Ref Rotate", 7), (None, 4)])
def test_what_is_no_literal_of_a_template_is_told_with_its_line(tmp_path: Path, said: str | None, line: int) -> None:
    template = tmp_path / "t.yaml"
    whole = TEMPLATE % said
    template.write_text(whole if said else whole.replace("      EnableKeyRotation: None\n", ""))
    told, _, _ = found(template, "rotation_off")
    [fix] = told.values()
    assert ((), True) == (fix.edits, f"t.yaml:{line}" in fix.advice[0])


def test_what_no_safe_value_helps_gets_no_fix(tmp_path: Path) -> None:
    folder = written(tmp_path, main='resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }\n')
    told, _, failing = found(folder, "flow_logs_missing")
    assert (1, {}) == (len(failing), told)


def test_a_safe_value_is_one_that_hcl_reads_as_it_is_written() -> None:
    for value in (value for values in SAFE_VALUES.values() for value in values.values()):
        assert value == parse_body(f"x = {literal(value)}\n", "f").arguments["x"].value.value
