"""Plans shown by Terraform itself, where the user names the program."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import casemate
from scanner.errors import SourceError, UsageError
from scanner.iac.load import load
from scanner.iac.terraform import shown
from tests.iac.plans import change, plan
from tests.iac.terraform import test_binary_plan as plans

GROUP = {"id": "sg-1", "name": "g", "vpc_id": "vpc-1", "description": "d", "egress": []}
RULE = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": "d"}
SPY = """#!/bin/sh
env > "{told}"
pwd >> "{told}"
printf '%s\\n' "$@" >> "{told}"
{does}
"""


def program(folder: Path, does: str) -> Path:
    """Write a program in place of Terraform that notes how it was called, and then does something."""
    path = folder / "terraform-of-mine"
    path.write_text(SPY.format(told=folder / "told", does=does))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def binary(folder: Path) -> Path:
    """Write a plan in Terraform's own format that opens port 22, without marks of what is sensitive."""
    return plans.written(
        folder,
        plans.change("aws_security_group.g", 3, {**GROUP, "ingress": []}, {**GROUP, "ingress": [RULE]}),
        main='resource "aws_security_group" "g" {\n  ingress {\n    from_port = 22\n  }\n}\n',
    )


def says(folder: Path, document: Any) -> str:
    (folder / "shown.json").write_text(json.dumps(document))
    return f'cat "{folder / "shown.json"}"'


def test_what_terraform_shows_is_what_is_judged_with_the_lines_of_the_source(tmp_path: Path) -> None:
    opened = {**GROUP, "ingress": [{**RULE, "from_port": 3389, "to_port": 3389}]}
    document = plan(change("aws_security_group.g", {**GROUP, "ingress": []}, opened))
    found = load(binary(tmp_path), terraform=program(tmp_path, says(tmp_path, document)))
    [group] = found.after.declared
    assert ("main.tf", 1, 3389) == (group.file, group.line, group.get("ingress")[0]["from_port"])


def test_what_a_provider_calls_sensitive_is_not_looked_at(tmp_path: Path) -> None:
    hidden = change(
        "aws_security_group.g", None, {**GROUP, "ingress": [RULE]}, after_sensitive={"ingress": [{"cidr_blocks": True}]}
    )
    found = load(binary(tmp_path), terraform=program(tmp_path, says(tmp_path, plan(hidden))))
    assert "0.0.0.0/0" not in repr(found.after.declared)


def test_it_runs_where_the_plan_is_initialised_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "TF_CLI_ARGS", "TF_LOG", "TF_TOKEN_app_terraform_io"):
        monkeypatch.setenv(name, "x")
    path = binary(tmp_path)
    (tmp_path / ".terraform").mkdir()
    document = plan(change("aws_security_group.g", None, {**GROUP, "ingress": [RULE]}))
    shown.shown(program(tmp_path, says(tmp_path, document)), path)
    told = (tmp_path / "told").read_text().splitlines()
    assert [] == [line for line in told if line.endswith("=x")]
    assert [str(tmp_path), "show", "-json", "-no-color", str(path)] == told[-5:]


@pytest.mark.parametrize(
    "does, message",
    [
        ("echo '╷ Error: no schema' >&2; exit 1", "failed: Error: no schema"),
        ("exit 3", "it says nothing of why"),
        ("sleep 60", "longer than 0.3 s and was stopped"),
        ("head -c 5000 /dev/zero", "refused"),
        ("echo 7", "no plan in JSON"),
        ("echo '{}'", "plan format None"),
    ],
)
def test_a_terraform_that_does_not_show_the_plan_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, message: str
) -> None:
    monkeypatch.setattr(shown, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(shown, "MOST_BYTES", 4000)
    with pytest.raises(SourceError, match=message):
        load(binary(tmp_path), terraform=program(tmp_path, does))


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no program"):
        asked("scan", binary(tmp_path), "--terraform", tmp_path / "absent")


@pytest.mark.parametrize("verb", ["scan", "gate"])
def test_it_is_refused_for_what_is_no_binary_plan(tmp_path: Path, verb: str) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan(change("aws_vpc.v", None, {"cidr_block": "10.0.0.0/16"}))))
    with pytest.raises(UsageError, match="there is none"):
        asked(verb, tmp_path / "plan.json", "--terraform", sys.executable)


def asked(verb: str, *arguments: object) -> Any:
    words = [verb, *map(str, arguments), "--format", "json", "--quiet"]
    return CliRunner().invoke(casemate, words, standalone_mode=False, catch_exceptions=False)
