"""Conditions of policies in words, for answers on the terminal."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanner.model.policy import Condition

_VERBS: Final = {
    "StringEquals": "is",
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is, in any case,",
    "StringNotEqualsIgnoreCase": "is not, in any case,",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is like",
    "ArnNotEquals": "is not like",
    "ArnLike": "is like",
    "ArnNotLike": "is not like",
    "Bool": "is",
    "BinaryEquals": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
    "NumericEquals": "is",
    "NumericNotEquals": "is not",
    "NumericLessThan": "is less than",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is more than",
    "NumericGreaterThanEquals": "is at least",
    "DateEquals": "is",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is not after",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is not before",
}


def in_words(condition: "Condition") -> str:
    """Say what a condition asks of a request: `aws:SourceVpce is vpce-1 or vpce-2`."""
    if condition.operator == "Null":
        return f"{condition.key} is {' or '.join('absent' if each == 'true' else 'there' for each in condition.values)}"
    whose = {"ForAllValues": "every value of ", "ForAnyValue": "some value of "}.get(condition.quantifier.value, "")
    where_told = ", if it is there," if condition.if_exists else ""
    verb = _VERBS[condition.operator]
    joint = " nor " if " not" in verb else " or "
    return f"{whose}{condition.key}{where_told} {verb} {joint.join(condition.values)}"
