"""The README tells the truth: its help is the command's, its verbs and options exist, its configuration is accepted."""

import re
import tomllib
from pathlib import Path

import pytest

from scanner.cli.main import VERBS
from scanner.config import load_config, options_of
from scanner.registry import load_rules
from scanner.waivers import parse_waivers
from tests.console import run
from tests.kinds import NOW

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
FIX = [("fix", verb) for verb in ("plan", "apply", "undo", "status")]
HELP = re.search(r"```console\n\$ casemate --help\n(.*?)```", README, re.DOTALL)


def test_the_help_in_the_readme_is_the_help_of_the_command():
    assert HELP is not None
    assert run("--help").stdout.rstrip() == HELP[1].rstrip()


def test_every_verb_that_the_readme_names_exists():
    assert set(re.findall(r"(?:`|\$ |bin/)casemate ([a-z][a-z-]*)", README)) <= {*VERBS, "VERB"}


@pytest.mark.parametrize("option", sorted(set(re.findall(r"(--[a-z]+[a-z-]*)", README.replace("--help", "")))))
def test_every_option_that_the_readme_names_exists(option):
    assert any(
        option in run(*verb, "--help").stdout for verb in [(), ("rules", "new"), *FIX, *((verb,) for verb in VERBS)]
    )


def test_the_configuration_in_the_readme_is_accepted(tmp_path):
    text = re.search(r"```toml\n(fail_on.*?)```", README, re.DOTALL)[1]
    path = tmp_path / "casemate.toml"
    path.write_text(text)
    config = load_config(path)
    assert options_of(config, load_rules())
    active, notes = parse_waivers(tomllib.loads(text)["waiver"], NOW)
    assert (len(active), notes) == (1, ())


def test_every_file_that_the_readme_links_to_is_there():
    for target in re.findall(r"\]\(([A-Za-z.]+)\)", README):
        assert (Path(__file__).parents[1] / target).is_file()
