"""`casemate.toml`: what a project sets for every run. Checked by a JSON Schema; a mistake names its full key path."""

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import ConfigError
from scanner.model.assertion import parse_assertion
from scanner.model.glob import matches
from scanner.model.kind import Tags
from scanner.model.maybe import Maybe, known, why_unknown
from scanner.plan import Gap
from scanner.rule import Rule
from scanner.signature import OptionValue, fits
from scanner.verdict import Severity

FILE: Final = "casemate.toml"
MOST_BYTES: Final = 4 << 20
ASSERTING: Final = "VPC-112"
"""The rule that judges path assertions."""


class Criticality(msgspec.Struct, frozen=True):
    """How much a resource matters, by the value of a tag. Without configuration every resource counts once."""

    tag: str = ""
    values: Mapping[str, float] = msgspec.field(default_factory=dict)

    def of(self, tags: Maybe[Tags]) -> float:
        """Return the criticality, at least 1. Tags that could not be read count as the highest there is."""
        if not self.tag:
            return 1.0
        if why_unknown(tags) is not None:
            return max(self.values.values())
        return max(1.0, self.values.get(known(tags).get(self.tag, ""), 1.0))


class AcceptedGap(msgspec.Struct, frozen=True):
    """A gap that somebody accepts: still shown, still in the score's interval, but no reason for exit code 3."""

    source: str
    owner: str
    reason: str
    until: date
    scope: str = "*"

    def covers(self, gap: Gap, now: datetime) -> bool:
        """Whether it accepts this gap at that moment."""
        return (
            now <= datetime.combine(self.until, time.max, UTC)
            and matches(self.source, gap.call)
            and matches(self.scope, str(gap.scope))
        )


class Attestation(msgspec.Struct, frozen=True):
    """That a manual requirement of a framework is met, says who, on what evidence, until when."""

    framework: str
    requirement: str
    owner: str
    evidence: str
    until: date


class KnownParties(msgspec.Struct, frozen=True):
    """Whom the owner of the accounts knows: account ids, organization ids, networks in CIDR notation."""

    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Remediate(msgspec.Struct, frozen=True):
    """What a run may put right by itself, and how much of it at most."""

    rules: tuple[str, ...] = ()
    """Ids or globs of rules whose class A remedies may run unattended."""
    max_resources: int = 10
    max_percent: float = 10.0
    """Of the resources that a rule judged; one is always allowed."""
    opt_out_tag: str = ""
    """`KEY` or `KEY=VALUE`: resources with this tag are left alone."""
    journals: str = ""
    """The folder that keeps plans and journals."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What `casemate.toml` sets; every field has the default of a run without one."""

    fail_on: Severity = Severity.MEDIUM
    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    expect_account: str = ""
    regions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    allow_gaps: bool = False
    severity: Mapping[str, Severity] = msgspec.field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)
    criticality: Criticality = Criticality()
    trusted: KnownParties = KnownParties()
    remediate: Remediate = Remediate()
    assertions: tuple[str, ...] = ()
    """Path assertions, which replace the usual ones of rule VPC-112."""
    waiver: tuple[Any, ...] = ()
    accept_gap: tuple[AcceptedGap, ...] = ()
    attest: tuple[Attestation, ...] = ()


def load_config(path: Path | None) -> Config:
    """Read the configuration: the given file, else `casemate.toml` of the current folder if there is one.

    Raises `ConfigError` naming the file, the line of a syntax error, or the key path of a wrong value.
    """
    chosen = path or Path(FILE)
    if path is None and not chosen.is_file():
        return Config()
    said = read_toml(chosen)
    _check(said, chosen)
    try:
        config = msgspec.convert(said, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{chosen}: {error}") from error
    for number, text in enumerate(config.assertions):
        try:
            parse_assertion(text)
        except ValueError as error:
            raise ConfigError(f"{chosen}: assertions[{number}]: {error}") from error
    for number, network in enumerate(config.trusted.networks):
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise ConfigError(f"{chosen}: trusted.networks[{number}]: {error}") from error
    return config


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. Raises `ConfigError` that names the file and, for a syntax error, line and column."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{path}: larger than {MOST_BYTES >> 20} MiB; no configuration is")
        text = path.read_text("utf-8")
        return tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deeply") from error


def _check(said: dict[str, Any], path: Path) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - takes 0.1 s to import, and most runs have no file

    schema = json.loads((Path(__file__).parent / "schemas" / "casemate.schema.json").read_text("utf-8"))
    plain = json.loads(json.dumps(said, default=str))
    problems = sorted(
        Draft202012Validator(schema).iter_errors(plain), key=lambda problem: list(map(str, problem.absolute_path))
    )
    if problems:
        lines = [f"{_key_path(problem.absolute_path) or 'top level'}: {problem.message}" for problem in problems]
        raise ConfigError(f"{path}: " + "; ".join(lines))


def _key_path(parts: Any) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def options_of(config: Config, rules: tuple[Rule, ...]) -> dict[str, dict[str, OptionValue]]:
    """Return the options that are set, checked against the rules'. Raises `ConfigError` with the key path."""
    by_id = {rule.id: rule for rule in rules}
    checked: dict[str, dict[str, OptionValue]] = {}
    for id_ in config.severity:
        if id_ not in by_id:
            raise ConfigError(f"severity.{id_}: there is no such rule; `casemate rules list` shows them")
    for id_, options in config.options.items():
        if id_ not in by_id:
            raise ConfigError(f"options.{id_}: there is no such rule; `casemate rules list` shows them")
        known = by_id[id_].options
        for name, value in options.items():
            if name not in known:
                raise ConfigError(
                    f"options.{id_}.{name}: the rule has no such option; it has: {', '.join(known) or 'none'}"
                )
            fitted = fits(value, known[name])
            if fitted is None:
                raise ConfigError(f"options.{id_}.{name}: {value!r} is not of the type of its default, {known[name]!r}")
            checked.setdefault(id_, {})[name] = fitted
    _assert_paths(config, by_id, checked)
    return checked


def _assert_paths(config: Config, rules: Mapping[str, Rule], checked: dict[str, dict[str, OptionValue]]) -> None:
    """Hand the path assertions to their rule, and refuse those that its option says and that are none."""
    asserted = checked.get(ASSERTING, {}).get("assertions", ())
    for number, text in enumerate(asserted if isinstance(asserted, tuple) else ()):
        try:
            parse_assertion(text)
        except ValueError as error:
            raise ConfigError(f"options.{ASSERTING}.assertions[{number}]: {error}") from error
    if config.assertions and ASSERTING in rules:
        checked.setdefault(ASSERTING, {})["assertions"] = config.assertions


def load_waivers(config: Config, path: Path | None) -> tuple[Any, ...]:
    """Return the waiver entries of the configuration and of a waiver file, unchecked: see `parse_waivers`."""
    if path is None:
        return config.waiver
    said = read_toml(path)
    if extra := sorted(set(said) - {"waiver"}):
        raise ConfigError(f"{path}: unknown key {extra[0]!r}; a waiver file holds [[waiver]] tables only")
    entries = said.get("waiver", [])
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: waiver: must be [[waiver]] tables")
    return (*config.waiver, *entries)
