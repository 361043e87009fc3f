"""A mistake in `casemate.toml` names the file and the full key path; options are checked against the rules'."""

import pytest

from scanner.config import Config, Criticality, KnownParties, load_config, load_waivers, options_of
from scanner.errors import ConfigError
from scanner.model.maybe import Reason, unknown
from scanner.verdict import Severity
from tests.kinds import door_unlocked, tower_old

RULES = (door_unlocked, tower_old)


@pytest.fixture
def load(tmp_path):
    def write_and_load(text: str | bytes) -> Config:
        path = tmp_path / "casemate.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_config(path)

    return write_and_load


def test_everything_that_a_file_can_set_is_read(load):
    config = load(
        """
        fail_on = "high"
        regions = ["eu-west-1", "us-gov-west-1"]
        skip = ["S3-*"]
        [severity]
        "CITY-001" = "critical"
        [options.CITY-002]
        days = 30
        [criticality]
        tag = "tier"
        values = {gold = 3, silver = 2}
        [trusted]
        accounts = ["111122223333"]
        networks = ["203.0.113.0/24"]
        [[accept_gap]]
        source = "inspector2:*"
        owner = "platform"
        reason = "bought in May"
        until = 2026-05-01
        [[waiver]]
        anything = "goes here; it is judged one by one"
        """
    )
    assert config.fail_on is Severity.HIGH
    assert config.severity == {"CITY-001": Severity.CRITICAL}
    assert config.criticality.values == {"gold": 3, "silver": 2}
    assert config.trusted == KnownParties(accounts=("111122223333",), networks=("203.0.113.0/24",))
    assert config.accept_gap[0].until.isoformat() == "2026-05-01"
    assert options_of(config, RULES) == {"CITY-002": {"days": 30}}


@pytest.mark.parametrize(
    "text, says",
    [
        ("fail_on = 'severe'", r"casemate.toml: fail_on: 'severe' is not one of"),
        ("regions = ['eu-west-1', 3]", r"regions\[1\]: 3 is not of type 'string'"),
        ("[[accept_gap]]\nsource = 'a:*'", r"accept_gap\[0\]: 'owner' is a required property"),
        ("[criticality]\ntag = 'x'\nvalues = {a = 0}", r"criticality.values.a: 0 is less than"),
        ("[trusted]\naccounts = ['12']", r"trusted.accounts\[0\]: '12' does not match"),
        ("colour = true", r"top level: .*'colour' was unexpected"),
        ("fail_on = \n", r"not TOML: .*line 1"),
        (b"\xff", "not UTF-8"),
        ("a = " + "[" * 20_000, "not TOML|nested too deeply"),
    ],
)
def test_a_mistake_is_named_with_its_place(load, text, says):
    with pytest.raises(ConfigError, match=says):
        load(text)


@pytest.mark.parametrize(
    "text, says",
    [
        ("[options.CITY-009]\ndays = 1", r"options.CITY-009: there is no such rule"),
        ("[options.CITY-002]\nweeks = 1", r"options.CITY-002.weeks: the rule has no such option; it has: days"),
        ("[options.CITY-002]\ndays = 'many'", r"options.CITY-002.days: 'many' is not of the type"),
        ("[options.CITY-002]\ndays = true", r"options.CITY-002.days"),
        ("[severity]\nCITY-009 = 'low'", r"severity.CITY-009"),
    ],
)
def test_options_are_checked_against_the_rules(load, text, says):
    with pytest.raises(ConfigError, match=says):
        options_of(load(text), RULES)


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Config() == load_config(None)


def test_a_waiver_file_adds_to_the_configuration(tmp_path):
    path = tmp_path / "waivers.toml"
    path.write_text('[[waiver]]\nrule = "A-001"\n')
    assert load_waivers(Config(waiver=({"rule": "B-001"},)), path) == ({"rule": "B-001"}, {"rule": "A-001"})
    path.write_text("waiver = 3")
    with pytest.raises(ConfigError, match="waiver: must be"):
        load_waivers(Config(), path)
    path.write_text("x = 3")
    with pytest.raises(ConfigError, match="unknown key 'x'"):
        load_waivers(Config(), path)


def test_criticality_is_at_least_one_and_unread_tags_count_as_the_highest():
    criticality = Criticality("tier", {"gold": 3, "silver": 2})
    assert criticality.of({"tier": "gold"}) == 3
    assert criticality.of({"tier": "tin"}) == 1
    assert criticality.of({}) == 1
    assert criticality.of(unknown(Reason.DENIED, "no tags")) == 3
    assert Criticality().of(unknown(Reason.DENIED, "no tags")) == 1
