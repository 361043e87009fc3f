"""The remedy for functions whose policy lets everyone in: their permissions go one by one, each by its own id."""

import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Image
from scanner.model.lambda_ import Function, FunctionPolicy
from scanner.remedies.open_statements import (
    NOBODY_RELIES,
    READERS_LOSE,
    fewest,
    is_open,
    narrow_by_hand,
    statements_of,
    write_to,
)
from scanner.remedy import Becomes, Change, Lent, Safety, Step, Token, Write, remedy

_CONDITIONS: Final = {
    ("ArnLike", "aws:sourcearn"): "SourceArn",
    ("StringEquals", "aws:sourceaccount"): "SourceAccount",
    ("StringEquals", "aws:principalorgid"): "PrincipalOrgID",
    ("StringEquals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
    ("StringEquals", "lambda:eventsourcetoken"): "EventSourceToken",
}


@remedy(Safety.B)
def close_function(lent: Lent, function: Function, policy: FunctionPolicy) -> Iterator[Step]:
    """Remove the permissions of the function that open it to everyone, each by its own id; its triggers stay."""
    look = lent.look(policy, documents=("Policy",), ignoring=("RevisionId",))
    before = lent.image(look)
    document = json.loads(before["Policy"])
    statements = statements_of(document)
    candidates = [number for number, one in enumerate(statements) if is_open(one)]

    def after(image: Image, gone: list[int]) -> Image:
        kept = [one for number, one in enumerate(statements) if number not in gone]
        return {**image, "Policy": json.dumps({**document, "Statement": kept})} if kept else None

    gone = fewest(candidates, lambda some: lent.passes([Becomes(look, after(before, some))]))
    done: list[int] = []
    for number in gone:
        statement = statements[number]
        back = _add_permission(function, statement)
        if back is None or not statement.get("Sid"):
            yield narrow_by_hand(function.id)
            return
        done.append(number)
        sid = statement["Sid"]
        yield Change(
            title=f"Remove the permission {sid} of {function.id}",
            call=write_to(function, "lambda", "RemovePermission", FunctionName=function.id, StatementId=sid),
            becomes=(Becomes(look, after(before, done)),),
            undo=(back,),
            why=READERS_LOSE,
            checks=(NOBODY_RELIES,),
            token=Token("RevisionId", 0, "RevisionId"),
        )
    if not gone:
        yield narrow_by_hand(function.id)


def _add_permission(function: Function, statement: dict[str, Any]) -> Write | None:
    """Return the call that adds a permission again, or None for one that AddPermission cannot say."""
    principal = statement.get("Principal")
    if isinstance(principal, dict) and len(principal) == 1:
        principal = next(iter(principal.values()))
    if not isinstance(principal, str) or not isinstance(statement.get("Action"), str):
        return None
    said: dict[str, Any] = {}
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, value in keys.items():
            name = _CONDITIONS.get((operator, key.lower()))
            if name is None or not isinstance(value, str):
                return None
            said[name] = value
    return write_to(
        function,
        "lambda",
        "AddPermission",
        FunctionName=function.id,
        StatementId=statement.get("Sid"),
        Action=statement["Action"],
        Principal=principal,
        **said,
    )
