"""Plans in Terraform's own format: read without Terraform, and held to what Terraform says of them."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cli.main import casemate
from scanner.errors import SourceError
from scanner.iac.load import load
from scanner.iac.terraform import binary_plan
from scanner.iac.terraform.binary_plan import unpack
from scanner.iac.terraform.shown import program

TERRAFORM = shutil.which("terraform")
UNKNOWN = msgspec.msgpack.Ext(0, b"\x00")
MAIN = """
variable "env" {}
variable "secret" { sensitive = true }
locals { names = toset(["a", "b"]) }
resource "terraform_data" "one" {
  for_each = local.names
  input    = { name = each.key, env = var.env, list = [1, true, null] }
}
resource "terraform_data" "two" {
  count            = 2
  input            = var.secret
  triggers_replace = terraform_data.one["a"].id
}
module "m" {
  source = "./m"
  env    = var.env
}
"""


def message(*fields: tuple[int, Any]) -> bytes:
    """Write a message of Protocol Buffers: numbers, and bytes with their length."""
    made = b""
    for number, value in fields:
        if isinstance(value, int):
            made += varint(number << 3) + varint(value)
        else:
            made += varint(number << 3 | 2) + varint(len(value)) + value
    return made


def varint(value: int) -> bytes:
    made = b""
    while value > 0x7F:
        made += bytes([value & 0x7F | 0x80])
        value >>= 7
    return made + bytes([value])


def dynamic(value: Any) -> bytes:
    return message((1, msgspec.msgpack.encode(value)))


def change(address: str, action: int, *values: Any) -> bytes:
    inner = message((1, action), *((2, dynamic(value)) for value in values))
    return message((9, inner), (13, address.encode()))


def written(folder: Path, *changes: bytes, main: str = "", state: Any = None, version: int = 3) -> Path:
    path = folder / "tfplan"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tfplan", message((1, version), *((3, one) for one in changes), (14, b"1.11.4")))
        archive.writestr("tfstate", json.dumps({"version": 4, "resources": state or []}))
        archive.writestr("tfconfig/modules.json", json.dumps([{"Key": "", "Dir": "."}]))
        archive.writestr("tfconfig/m-/main.tf", main)
    return path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A real plan with changes of each sort, and what `terraform show -json` says of it."""
    if TERRAFORM is None:
        pytest.skip("terraform is not installed")
    folder = tmp_path_factory.mktemp("binary")
    (folder / "m").mkdir()
    (folder / "m" / "main.tf").write_text('variable "env" {}\nresource "terraform_data" "x" { input = var.env }\n')
    environment = {"PATH": "/usr/bin:/bin", "CHECKPOINT_DISABLE": "1", "HOME": str(folder)}

    def run(*arguments: str) -> bytes:
        return subprocess.run(
            [str(TERRAFORM), *arguments], cwd=folder, env=environment, check=True, capture_output=True
        ).stdout

    (folder / "main.tf").write_text(MAIN)
    run("init")
    run("apply", "-auto-approve", "-var", "env=dev", "-var", "secret=swordfish")
    (folder / "main.tf").write_text(MAIN.replace('toset(["a", "b"])', 'toset(["a", "c"])'))
    run("plan", "-out", "tfplan", "-var", "env=prod", "-var", "secret=swordfish-2")
    return folder / "tfplan", json.loads(run("show", "-json", "tfplan"))


def masked(mask: Any) -> Any:
    """Leave out of a mask what says nothing."""
    if isinstance(mask, dict):
        return {key: value for key, inner in mask.items() if (value := masked(inner))}
    return [masked(item) for item in mask] if isinstance(mask, list) and any(map(masked, mask)) else mask is True


def test_the_changes_are_those_that_terraform_shows(planned: tuple[Path, dict[str, Any]]) -> None:
    path, shown = planned
    mine = {one["address"]: one["change"] for one in unpack(path).document["resource_changes"]}
    theirs = {one["address"]: one["change"] for one in shown["resource_changes"]}
    assert theirs.keys() == mine.keys()
    for address, change_ in theirs.items():
        told = mine[address]
        assert change_["actions"] == told["actions"]
        assert change_["before"] == told["before"]
        # JSON leaves out of `after` what is not known; here it is null.
        shown_after = change_["after"] or {}
        assert shown_after == {key: value for key, value in (told["after"] or {}).items() if key in shown_after}
        assert masked(change_["after_unknown"]) == masked(told["after_unknown"])


def test_the_variables_and_the_configuration_are_those_of_the_plan(planned: tuple[Path, dict[str, Any]]) -> None:
    found = unpack(planned[0])
    assert "prod" == found.variables["env"]
    assert {"./main.tf", "m/main.tf", ".terraform/modules/modules.json"} == set(found.files)


def test_what_is_sensitive_is_not_looked_at(planned: tuple[Path, dict[str, Any]]) -> None:
    found = load(planned[0])
    assert found.before is not None
    told = [one.get("input") for one in (*found.before.declared, *found.after.declared)]
    assert "swordfish" not in repr(told)


def test_terraform_itself_shows_what_is_read_without_it(planned: tuple[Path, dict[str, Any]]) -> None:
    read, told = load(planned[0]), load(planned[0], terraform=program(str(TERRAFORM)))
    places = [[(one.address, one.file, one.line) for one in each.after.declared] for each in (read, told)]
    assert sorted(places[0]) == sorted(places[1])
    assert told.before is not None
    assert "swordfish" not in repr([one.get("input") for one in (*told.before.declared, *told.after.declared)])


def test_what_providers_call_sensitive_is_not_looked_at(tmp_path: Path) -> None:
    database = {"identifier": "d", "password": "swordfish", "id": "d"}
    state = [{"mode": "managed", "type": "aws_db_instance", "name": "d", "instances": [{"attributes": database}]}]
    found = load(written(tmp_path, change("aws_db_instance.d", 3, database, database), state=state))
    assert "swordfish" not in repr(found)


GROUP = {
    "id": "sg-1", "name": "g", "vpc_id": "vpc-1", "description": "d", "egress": [],
    "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",
}  # fmt: skip


def rule(port: int) -> dict[str, Any]:
    return {"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": "d"}


def test_the_gate_judges_a_binary_plan_with_the_lines_of_its_own_sources(tmp_path: Path) -> None:
    main = 'resource "aws_security_group" "g" {\n  ingress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
    path = written(
        tmp_path,
        change("aws_security_group.g", 3, {**GROUP, "ingress": [rule(443)]}, {**GROUP, "ingress": [rule(22)]}),
        main=main,
    )
    done = CliRunner().invoke(casemate, ["gate", str(path), "--rule", "VPC-001"], standalone_mode=False)
    assert done.exception is None
    assert 1 == done.return_value
    assert "at main.tf:3 (aws_security_group.g)" in done.stdout


def test_what_is_not_known_yet_is_taken_from_the_source(tmp_path: Path) -> None:
    main = 'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_versioning" "v" { bucket = aws_s3_bucket.b.id }\n'
    path = written(
        tmp_path,
        change("aws_s3_bucket.b", 1, {"bucket": UNKNOWN, "id": UNKNOWN}),
        change("aws_s3_bucket_versioning.v", 1, {"bucket": UNKNOWN, "id": UNKNOWN}),
        main=main,
    )
    after = {one.address: one for one in load(path).after.declared}
    assert "aws_s3_bucket.b" == after["aws_s3_bucket_versioning.v"].get("bucket").target
    assert after["aws_s3_bucket.b"].get("bucket") is None


def test_a_plan_for_another_account_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, change("aws_security_group.g", 0, GROUP), state=[
        {"mode": "managed", "type": "aws_security_group", "name": "g", "instances": [{"attributes": GROUP}]}
    ])  # fmt: skip
    with pytest.raises(SourceError, match="123456789012"):
        CliRunner().invoke(
            casemate,
            ["gate", str(path), "--expect-account", "999999999999"],
            standalone_mode=False,
            catch_exceptions=False,
        )


def test_a_zip_that_unpacks_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary_plan, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "p", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tfplan", b"\x00" * 100_000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        unpack(tmp_path / "p")


def test_files_of_a_plan_are_not_written_outside_of_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "tfplan"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tfplan", message((1, 3), (3, change("aws_vpc.v", 1, {"cidr_block": "10.0.0.0/16"}))))
        archive.writestr("tfconfig/modules.json", json.dumps([{"Key": "", "Dir": "../../../../../../../../../../x"}]))
        archive.writestr("tfconfig/m-/main.tf", "")
    with pytest.raises(SourceError, match="outside"):
        load(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="plan format 9"):
        unpack(written(tmp_path, version=9))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_broken_plan_is_an_error_and_no_crash(data: bytes, cut: int) -> None:
    whole = message((1, 3), (3, change("aws_vpc.v", 1, {"cidr_block": UNKNOWN})), (2, data))
    for content in (data, whole, whole[:cut] + data):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("tfplan", content)
        path = _Memory(stream)
        try:
            unpack(path)  # type: ignore[arg-type]  # zipfile takes it as it takes a path
        except SourceError:
            continue


class _Memory(io.BytesIO):
    """A file in memory with the name that messages need."""

    name = "tfplan"

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream.getvalue())
