"""What readers of resources with policies of their own have in common: owners told by ARNs, and one call for a policy."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.aws.document import policy_from
from scanner.model.kind import Facet, Resource, Scope
from scanner.model.maybe import Reason, Unknown, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only

_ARN_FIELDS: Final = 6


def scope_of(arn: str, at: Place) -> Scope:
    """Return the account and region that an ARN names; the place of the call for whatever it leaves empty.

    Raises ValueError for text that is no ARN.
    """
    fields = arn.split(":", _ARN_FIELDS - 1)
    if len(fields) != _ARN_FIELDS or fields[0] != "arn":
        raise ValueError(f"not an ARN: {arn!r}")
    return Scope(fields[1], fields[4] or at.scope.account, fields[3] or at.scope.region)


def not_told(operation: str) -> Unknown:
    """Return that a listing does not tell something which another operation does."""
    return unknown(Reason.NOT_COLLECTED, f"told by {operation}")


def policy_reader(
    call: str,
    facet: type[Facet],
    parent: type[Resource],
    request: Callable[[Any], Parameters],
    *,
    told_in: str,
    action: str = "",
    absent: frozenset[str] = frozenset(),
) -> Reader:
    """Return the reader of the policy of each parent: `call` is `service:Operation`, `told_in` the member that has it.

    The IAM action is named as the call unless it is given. The facet has one field, `document`.
    """
    service, _, operation = call.partition(":")

    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        document = policy_from(given(only(pages), told_in))
        yield facet(scope=at.parent.scope, id=at.parent.id, origin=at.origin, document=document)  # type: ignore[call-arg]  # every such facet has it

    return Reader(
        service=service,
        operation=operation,
        actions=(action or call,),
        yields=(facet,),
        parse=parse,
        parent=parent,
        request=request,
        absent=absent,
        bare=False,
    )
