"""Who from outside of an account may do a thing, by the policy of the resource."""

from collections.abc import Iterable

from scanner.model.kind import Moment
from scanner.model.maybe import Absent, known, why_unknown
from scanner.reason.access.public import Exposure, Owned, publicly_accessible
from scanner.reason.account.decide import Question
from scanner.reason.account.stacks import Stacks, View, clock


def outsiders(stacks: Stacks, questions: Iterable[Question], moment: Moment) -> tuple[list[Exposure], list[str]]:
    """Return who is let in with a request that shows it, and why more may be."""
    found: list[Exposure] = []
    undecided: list[str] = []
    for question in questions:
        held = question.resource_policy
        if held is None or why_unknown(held.document) is not None or isinstance(held.document, Absent):
            continue
        owned = Owned(
            account=question.account,
            resources=question.resources,
            actions=(question.action,),
            organization=known(stacks.above.organization),
            rcps=stacks.bare(View.LEAST).rcps,
            management_account=known(stacks.above.management_account),
            keys={**clock(moment), **question.context},
        )
        access = publicly_accessible(known(held.document), owned)
        found += access.exposures
        undecided += access.undecided
    return found, undecided
