"""Casemate's public API for authors of rules: everything a rule module may need beside `scanner.model`."""

from scanner.model.maybe import ABSENT, Absent, Maybe, all_of, any_of, known
from scanner.rule import derived, rule
from scanner.verdict import PASS, Fact, Fail, Severity, Skip, Undecided, Verdict, facts

__all__ = [
    "ABSENT",
    "PASS",
    "Absent",
    "Fact",
    "Fail",
    "Maybe",
    "Severity",
    "Skip",
    "Undecided",
    "Verdict",
    "all_of",
    "any_of",
    "derived",
    "facts",
    "known",
    "rule",
]
