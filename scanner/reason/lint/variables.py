"""Policy variables: whether they are written as AWS reads them, and stand where AWS reads them.

Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Principals, Statement
from scanner.reason.lint.actions import named_actions
from scanner.reason.lint.codes import Subject, finding, path_of, path_of_condition, quoted
from scanner.reason.lint.resources import named_resources

_NAME: Final = re.compile(r"[A-Za-z0-9_+=,.@:/-]+")
_SPECIAL: Final = frozenset("*?$")
_TEXT_OPERATORS: Final = ("String", "Arn")


def variable_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with the policy variables of a statement."""
    for path, text in _places(statement):
        yield from _written(text, path, subject)
    element, texts = named_actions(statement)
    for index, text in enumerate(texts):
        yield from _misplaced(text, path_of(statement, element, index))
    for element, names in _principal_texts(statement):
        for index, text in enumerate(names):
            yield from _misplaced(text, path_of(statement, element, index))
    for condition in statement.conditions:
        if any("${" in value for value in condition.values) and not condition.operator.startswith(_TEXT_OPERATORS):
            yield finding(
                "INVALID_VARIABLE_FOR_OPERATOR",
                path_of_condition(statement, condition),
                f"{condition.name} does not read policy variables; only operators on strings and ARNs do",
            )


def _places(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield the texts in which variables have a meaning, with their paths."""
    element, texts = named_resources(statement)
    yield from ((path_of(statement, element, index), text) for index, text in enumerate(texts) if "${" in text)
    for condition in statement.conditions:
        if condition.operator.startswith(_TEXT_OPERATORS):
            path = path_of_condition(statement, condition)
            yield from ((f"{path}[{index}]", text) for index, text in enumerate(condition.values) if "${" in text)


def _principal_texts(statement: Statement) -> Iterator[tuple[str, Iterable[str]]]:
    for element, principals in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        for kind, names in _by_type(principals):
            yield f"{element}.{kind}", names


def _by_type(principals: Principals | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    if principals is not None:
        yield from (("AWS", principals.aws), ("Service", principals.service), ("Federated", principals.federated))


def _misplaced(text: str, path: str) -> Iterator[LintFinding]:
    if "${" in text:
        yield finding(
            "VARIABLE_UNSUPPORTED_IN_ELEMENT", path, "policy variables have a meaning in Resource and Condition only"
        )


def _written(text: str, path: str, subject: Subject) -> Iterator[LintFinding]:
    if not subject.document.has_variables:
        yield finding(
            "VARIABLE_UNSUPPORTED_IN_VERSION", path, f"{quoted(text)} is plain text unless the Version is 2012-10-17"
        )
        return
    for body in text.split("${")[1:]:
        inside, closed, _ = body.partition("}")
        if not closed:
            yield finding("MISSING_BRACE_IN_VARIABLE", path, f"a policy variable in {quoted(text)} is not closed by }}")
        else:
            yield from _variable(inside, path)


def _variable(body: str, path: str) -> Iterator[LintFinding]:
    name, comma, default = body.partition(",")
    if not body.strip():
        yield finding("EMPTY_VARIABLE", path, "${} names no variable")
    elif body in _SPECIAL:
        return
    elif " " in name:
        yield finding("UNSUPPORTED_SPACE_IN_VARIABLE", path, f"the name of the variable {quoted(name)} has a space")
    elif not _NAME.fullmatch(name):
        yield finding(
            "UNSUPPORTED_SYMBOL_IN_VARIABLE", path, f"{quoted(name)} has a character that no name of a variable has"
        )
    if comma and not _is_quoted(default.strip()):
        yield finding(
            "MISSING_QUOTE_IN_VARIABLE", path, f"the default {quoted(default.strip())} must stand in single quotes"
        )


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == "'"
