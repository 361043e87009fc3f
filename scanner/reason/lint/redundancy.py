"""What could be left out of a policy without changing what it allows.

A pattern is redundant if another of the same list matches all that it matches. Comparisons are bounded: in lists longer
than any that AWS's quotas let through, redundancy may go unnoticed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from scanner.model.glob import matches
from scanner.model.lint import LintFinding
from scanner.model.policy import PolicyDocument, Statement
from scanner.reason.lint.actions import named_actions
from scanner.reason.lint.codes import Subject, finding, path_of, quoted
from scanner.reason.lint.resources import has_wildcard, named_resources

_MOST_COMPARISONS: Final = 20_000
_LONGEST: Final = 2_048


def redundancy_findings(statement: Statement, _: Subject) -> Iterator[LintFinding]:
    """Yield the actions and resources that others of the statement include."""
    element, actions = named_actions(statement)
    for index, wider in _included([action.lower() for action in actions]):
        yield finding(
            "REDUNDANT_ACTION", path_of(statement, element, index), f"{quoted(actions[wider])} includes this action"
        )
    element, resources = named_resources(statement)
    for index, wider in _included(resources):
        yield finding(
            "REDUNDANT_RESOURCE",
            path_of(statement, element, index),
            f"{quoted(resources[wider])} includes this resource",
        )


def _included(patterns: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of patterns that another includes, each with the place of that one."""
    first: dict[str, int] = {}
    for index, pattern in enumerate(patterns):
        first.setdefault(pattern, index)
    wide = [pattern for pattern in first if has_wildcard(pattern) and len(pattern) <= _LONGEST]
    wide = wide[: _MOST_COMPARISONS // max(len(patterns), 1)]
    for index, pattern in enumerate(patterns):
        if first[pattern] != index:
            yield index, first[pattern]
        elif len(pattern) <= _LONGEST:
            wider = next((other for other in wide if other != pattern and _includes(other, pattern)), None)
            if wider is not None and not _includes(pattern, wider):
                yield index, first[wider]


def _includes(wide: str, narrow: str) -> bool:
    """Whether one pattern surely matches all that another does: its ``*`` may take wildcards, its ``?`` may not."""
    return not ("?" in wide and "*" in narrow) and matches(wide, narrow)


def repetition_findings(document: PolicyDocument) -> Iterator[LintFinding]:
    """Yield the statements that say what an earlier one says."""
    seen: dict[Statement, Statement] = {}
    for statement in document.statements:
        plain = msgspec.structs.replace(statement, index=0, sid=None)
        earlier = seen.setdefault(plain, statement)
        if earlier is not statement:
            yield finding("REDUNDANT_STATEMENT", path_of(statement), f"{quoted(earlier.label)} says the same")
