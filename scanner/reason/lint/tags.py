"""Conditions on the tags of a resource where the action does not tell them.

Source: IAM User Guide, "Controlling access to AWS resources using tags"; Service Authorization Reference, which names
the actions and types of resource that carry aws:ResourceTag. A negated operator and IfExists hold where the key is
absent, so they are let pass.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Quantifier, Statement
from scanner.reason.access.conditions import NEGATIONS
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.lint.codes import Subject, finding, path_of_condition
from scanner.reason.lint.reference import actions, keys_of

_KEY: Final = "aws:resourcetag/"
_KEPT: Final = 4_096
_SHOWN: Final = 5


def tag_findings(statement: Statement, _: Subject) -> Iterator[LintFinding]:
    """Yield the conditions on tags that some of the actions never meet."""
    condition = next(
        (
            each
            for each in statement.conditions
            if each.key.lower().startswith(_KEY)
            and each.operator not in NEGATIONS
            and each.operator != "Null"
            and not each.if_exists
            and each.quantifier is not Quantifier.FOR_ALL_VALUES
        ),
        None,
    )
    if condition is None:
        return
    path = path_of_condition(statement, condition)
    effect = "ALLOW" if statement.allows else "DENY"
    does = "allows" if statement.allows else "denies"
    if statement.not_actions is not None:
        yield finding(
            f"{effect}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            path,
            f"the statement {does} none of the actions without {condition.key}; name the actions it is about",
        )
        return
    blind = [action for action in statement.actions or () if _is_blind(action.lower())]
    if blind:
        yield finding(
            f"{effect}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            path,
            f"the statement never {does} {', '.join(blind[:_SHOWN])}: requests for that do not carry {condition.key}",
        )


@lru_cache(_KEPT)
def _is_blind(pattern: str) -> bool:
    """Whether the reference knows actions for a pattern, and none of them carries the tags of its resource."""
    prefix, _, name = pattern.partition(":")
    matches = matcher(wildcards(name))
    found = [action for own, action in actions(prefix).items() if matches(own)]
    return bool(found) and not any(key.lower().startswith(_KEY) for action in found for key in keys_of(prefix, action))
