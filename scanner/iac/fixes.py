"""Fixes that were tried: values of arguments under which a failing rule passes on what the code declares.

Each safe value is set in all resources of its type at once and everything is judged anew. A finding that is gone then,
or rests on fewer facts, is helped by it; what helps a finding together must make it pass, or nothing is claimed.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from scanner.findings import Finding
from scanner.iac.declared import Declared
from scanner.iac.judged import Estate
from scanner.iac.patch import Edit
from scanner.iac.terraform.edits import Path, set_argument
from scanner.iac.terraform.safe_values import SAFE_VALUES
from scanner.iac.values import SYMBOLS, Hole, Value, holes
from scanner.model.kind import Source
from scanner.verdict import Fail, Pass, Skip, worsened

_Key = tuple[str, str]
"""The id of a rule and that of a resource."""
Judge = Callable[[Estate], Iterable[Finding]]
MOST_TRIALS: Final = 60


class Fix(msgspec.Struct, frozen=True):
    """How to make a finding go: edits of the source, and in words what is not a literal."""

    edits: tuple[Edit, ...]
    advice: tuple[str, ...]


class _Trial(msgspec.Struct, frozen=True):
    """A safe value set wherever it is not."""

    path: Path
    value: Value
    addresses: frozenset[str]


def fixes(failing: Iterable[Finding], estate: Estate, judge: Judge, files: Mapping[str, str]) -> dict[_Key, Fix]:
    """Return fixes of failing findings, by rule and resource. `judge` gives the findings of an estate."""
    wanted = {(one.rule.id, one.resource.id): one for one in failing}
    related = _related(wanted, estate.declared)
    touched = frozenset(address for addresses in related.values() for address in addresses)
    trials = list(_trials(estate.declared, touched))[:MOST_TRIALS]
    helping: dict[_Key, list[_Trial]] = {}
    alone: dict[_Key, list[_Trial]] = {}
    for trial in trials:
        after = _outcomes(judge(_with(estate, [trial])))
        for key, finding in wanted.items():
            if key not in alone and trial.addresses & related[key] and _helps(finding, after.get(key)):
                chosen = alone if isinstance(after.get(key), Pass | Skip) else helping
                chosen.setdefault(key, []).append(trial)
    helping.update(alone)
    together = list({id(trial): trial for found in helping.values() for trial in found}.values())
    after = _outcomes(judge(_with(estate, together))) if together else {}
    declared = {one.address: one for one in estate.declared}
    return {
        key: _fix(found, related[key], declared, files)
        for key, found in helping.items()
        if isinstance(after.get(key), Pass | Skip)
    }


def _outcomes(findings: Iterable[Finding]) -> dict[_Key, object]:
    return {(one.rule.id, one.resource.id): one.outcome for one in findings}


def _helps(finding: Finding, outcome: object) -> bool:
    if isinstance(outcome, Pass | Skip):
        return True
    before = finding.outcome
    return isinstance(outcome, Fail) and isinstance(before, Fail) and worsened(outcome.evidence, before.evidence)


def _related(wanted: Mapping[_Key, Finding], declared: tuple[Declared, ...]) -> dict[_Key, frozenset[str]]:
    """Return the addresses of the resources that each finding can rest on: its own, its origins, what refers to it."""
    referring: dict[str, set[str]] = {}
    for one in declared:
        for target in _targets(one):
            referring.setdefault(target, set()).add(one.address)
    related: dict[_Key, frozenset[str]] = {}
    for key, finding in wanted.items():
        own = {origin.address for origin in finding.origins if isinstance(origin, Source) and origin.address}
        named = {finding.resource.id, *own}
        related[key] = frozenset(own.union(*(referring.get(name, ()) for name in named)))
    return related


def _targets(one: Declared) -> Iterator[str]:
    for value in one.values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, SYMBOLS):
            yield from (hole.target for hole in holes(value) if isinstance(hole, Hole) and hole.target)


def _trials(declared: tuple[Declared, ...], touched: frozenset[str]) -> Iterator[_Trial]:
    by_type: dict[str, list[Declared]] = {}
    for one in declared:
        if one.address in touched:
            by_type.setdefault(one.type, []).append(one)
    for type_, safe in SAFE_VALUES.items():
        for path, value in safe.items():
            found = frozenset(one.address for one in by_type.get(type_, ()) if _differs(one.values, path, value))
            if found:
                yield _Trial(path, value, found)


def _differs(values: Mapping[str, Value], path: Path, value: Value) -> bool:
    said = values.get(path[0])
    if len(path) == 1:
        return said is None or isinstance(said, SYMBOLS) or said != value
    blocks = said if isinstance(said, list) else [said]
    return any(not isinstance(one, dict) or _differs(one, path[1:], value) for one in blocks)


def _with(estate: Estate, trials: Iterable[_Trial]) -> Estate:
    changed: dict[str, Declared] = {}
    declared = {one.address: one for one in estate.declared}
    tried = list(trials)
    for trial in tried:
        for address in trial.addresses & declared.keys():
            one = changed.get(address) or declared[address]
            values = copy.deepcopy(dict(one.values))
            _set(values, trial.path, trial.value)
            changed[address] = msgspec.structs.replace(one, values=values)
    return msgspec.structs.replace(
        estate,
        declared=tuple(changed.get(one.address, one) for one in estate.declared),
        scenarios=tuple((said, _with(other, tried)) for said, other in estate.scenarios),
    )


def _set(values: dict[str, Value], path: Path, value: Value) -> None:
    if len(path) == 1:
        values[path[0]] = value
        return
    said = values.get(path[0])
    blocks = said if isinstance(said, list) else [said]
    values[path[0]] = [dict(one) if isinstance(one, dict) else {} for one in blocks]
    for block in values[path[0]]:
        _set(block, path[1:], value)


def _fix(
    trials: list[_Trial], related: frozenset[str], declared: Mapping[str, Declared], files: Mapping[str, str]
) -> Fix:
    settings = [
        set_argument(declared[address], trial.path, trial.value, files)
        for trial in trials
        for address in sorted(trial.addresses & related)
    ]
    return Fix(
        tuple(dict.fromkeys(edit for setting in settings for edit in setting.edits)),
        tuple(dict.fromkeys(text for setting in settings for text in setting.advice)),
    )
