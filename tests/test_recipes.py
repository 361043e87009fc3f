"""The recipes for continuous integration: what they run, run here as far as no service is needed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from reports.change import MARKER
from scanner.cli.main import VERBS, casemate

ROOT = Path(__file__).parents[1]
CASEMATE = Path(sys.executable).parent / "casemate"
SCRIPT = ROOT / ".github" / "gate.sh"
OPEN = """
resource "aws_security_group" "g" {
  description = "web"
  ingress {
    description = "in"
    from_port   = %s
    to_port     = %s
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
GH = """#!/bin/sh
printf '%%s\\n' "$*" >>"%s"
case "$*" in *--jq*) echo "%s" ;; esac
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose last commit opens SSH."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "repository"
    (folder / "infra").mkdir(parents=True)
    for port, message in ((443, "first"), (22, "second")):
        (folder / "infra" / "main.tf").write_text(OPEN % (port, port))
        if message == "first":
            git(folder, "init", "--quiet")
        git(folder, "add", ".")
        git(folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", message)
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def run(repository: Path, previous: str = "", **said: str) -> tuple[int, str, Path]:
    """Run the action's script with a stand-in for `gh`; return its code, its output and its folder."""
    bin_ = repository.parent / "bin"
    bin_.mkdir(exist_ok=True)
    gh = bin_ / "gh"
    gh.write_text(GH % (repository.parent / "gh.log", previous))
    gh.chmod(0o755)
    environment = {
        "PATH": f"{bin_}:{os.environ['PATH']}", "HOME": str(repository.parent), "RUNNER_TEMP": str(repository.parent),
        "CASEMATE": str(CASEMATE), "CHANGE": "infra", "BASE": git(repository, "rev-parse", "HEAD~1"),
        "GITHUB_OUTPUT": str(repository.parent / "output"), "GITHUB_STEP_SUMMARY": str(repository.parent / "summary"),
        "GITHUB_REPOSITORY": "o/r", "PULL_REQUEST": "7", "COMMENT": "true", "ARGUMENTS": "--rule VPC-001", **said,
    }  # fmt: skip
    done = subprocess.run(
        ["bash", str(SCRIPT)], cwd=repository, env=environment, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr, repository.parent


def test_the_action_annotates_comments_and_hands_on_the_exit_code(repository: Path) -> None:
    code, output, folder = run(repository)
    assert 1 == code, output
    assert "::error file=infra/main.tf,line=9,title=VPC-001" in output
    told = (folder / "output").read_text()
    assert "exit-code=1\n" in told
    sarif = json.loads(Path(re.search("sarif=(.+)", told)[1]).read_text())  # type: ignore[index]  # it is there
    assert "VPC-001" == sarif["runs"][0]["results"][0]["ruleId"]
    assert (folder / "summary").read_text().startswith(MARKER)
    assert "--method POST repos/o/r/issues/7/comments" in (folder / "gh.log").read_text()


def test_a_comment_that_is_there_is_written_anew(repository: Path) -> None:
    _, _, folder = run(repository, previous="42")
    log = (folder / "gh.log").read_text()
    assert "--method PATCH repos/o/r/issues/comments/42" in log
    assert "POST" not in log


def test_a_name_that_is_a_command_is_not_run(repository: Path) -> None:
    evil = f"infra$(touch {repository.parent}/ran)`touch {repository.parent}/ran`"
    code, _, folder = run(repository, CHANGE=evil, ARGUMENTS=f"; touch {repository.parent}/ran")
    assert 2 == code
    assert not (folder / "ran").exists()


def test_an_unreadable_change_is_no_pass(repository: Path) -> None:
    (repository / "infra" / "main.tf").write_text('resource "x" {')
    code, output, _ = run(repository)
    assert 2 == code
    assert "main.tf:1" in output


def documents(path: str) -> list[Any]:
    return list(yaml.safe_load_all((ROOT / path).read_text()))


def test_the_action_gives_its_script_every_name_that_it_reads() -> None:
    [action] = documents("action.yml")
    [step] = [one for one in action["runs"]["steps"] if one.get("id") == "gate"]
    read = set(re.findall(r"\$\{?([A-Z_]{4,})", SCRIPT.read_text()))
    given = {*step["env"], "RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_REPOSITORY"}
    assert read <= given
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(action)))
    assert set(action["inputs"]) == used
    for one in action["runs"]["steps"]:
        assert "${{" not in one["run"], "an expression in a script would become part of it"


def options_of(command: str) -> set[str]:
    return set(re.findall(r"--[a-z-]+", command))


def test_the_recipes_use_options_that_there_are() -> None:
    gate = casemate.get_command(None, "gate")  # type: ignore[arg-type]  # it needs no context
    known = {name for one in gate.params for name in one.opts}  # type: ignore[union-attr]  # it is there
    _, job = documents(".gitlab/casemate.yml")
    [command] = [line for line in job["casemate"]["script"] if " gate " in line]
    [hook] = documents(".pre-commit-hooks.yaml")[0]
    assert options_of(command) | options_of(" ".join(hook["args"])) <= known
    assert ["casemate", "gate"] == hook["entry"].split()
    assert "gate" in VERBS


def test_the_hook_judges_what_is_about_to_be_committed(repository: Path) -> None:
    [hook] = documents(".pre-commit-hooks.yaml")[0]
    asked = [str(CASEMATE), *hook["entry"].split()[1:], *hook["args"], "--rule", "VPC-001"]

    def code() -> int:
        return subprocess.run(asked, cwd=repository, check=False, capture_output=True).returncode

    assert 0 == code()
    (repository / "infra" / "main.tf").write_text(OPEN % (22, 3389))
    assert 1 == code()


def test_every_recipe_is_in_the_readme_in_three_lines() -> None:
    text = (ROOT / "README.md").read_text()
    for name in ("uses: OWNER/casemate", "file: .gitlab/casemate.yml", "hooks: [{id: casemate,", "$SHOWFILE"):
        assert name in text
