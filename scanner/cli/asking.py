"""What `can`, `who-can` and `paths` have in common: the accounts that are asked about, and answers in words."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli import work
from scanner.cli.conditions import in_words
from scanner.errors import SourceError, UsageError

if TYPE_CHECKING:
    from scanner.inventory import Inventory
    from scanner.model.access import Caller
    from scanner.model.kind import Facet, Moment
    from scanner.reason.access.evaluate import Deciding, Outcome
    from scanner.reason.access.keys import Domain
    from scanner.reason.access.request import Request
    from scanner.reason.account.decide import Judgement, Needed
    from scanner.reason.account.questions import OwnedPolicy, Resources
    from scanner.reason.account.stacks import Stacks

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.  [default: text]"
)
CONTEXT = click.option(
    "--context",
    "context",
    metavar="KEY=VALUE",
    multiple=True,
    help="Condition key of the request; repeatable, several values of one key by repeating it. An empty VALUE says that "
    "the request lacks the key.",
)


_SESSION = ":assumed-role/"


class Asked(msgspec.Struct, frozen=True):
    """One account that is asked about."""

    stacks: "Stacks"
    resources: "Resources"
    moment: "Moment"


def accounts(source: Path | None, said: dict[str, Any], action: str) -> list[Asked]:
    """Read every account of the source. Raises `SourceError` if the policies of none can be read."""
    from scanner.model.access import AccountAccess  # noqa: PLC0415 - kinds and reasoning are imported when asked
    from scanner.model.account import Account  # noqa: PLC0415
    from scanner.model.maybe import why_unknown  # noqa: PLC0415
    from scanner.reason.account.questions import POLICIES, Resources  # noqa: PLC0415
    from scanner.reason.account.stacks import Stacks  # noqa: PLC0415

    facet = POLICIES.get(action.partition(":")[0].lower())
    inventory: Inventory = work.inventory_for([AccountAccess, *([facet] if facet else [])], source, said)
    read, whys = [], []
    for account in inventory.listing(Account):
        access = inventory.facet(AccountAccess, account.scope, account.id)
        if (why := why_unknown(access.callers)) is not None:
            whys.append(f"{account.id}: {why}")
        else:
            read.append(Stacks(access))
    canonical_users = _canonical_users(inventory, facet)
    documents = _documents(inventory, read, facet, canonical_users)
    found = []
    for stacks in read:
        own = stacks.access.id
        is_whole = facet is not None and not any(scope.account == own for scope in inventory.unlisted(facet.of))
        own_user = next((user for user, account in canonical_users.items() if account == own), None)
        resources = Resources(stacks, documents, is_whole=is_whole, canonical_user=own_user)
        found.append(Asked(stacks, resources, inventory.moment))
    if not found:
        raise SourceError(
            f"the policies of no account could be read ({'; '.join(whys) or 'there is no account in it'})"
        )
    return found


def _canonical_users(inventory: "Inventory", facet: "type[Facet] | None") -> dict[str, str]:
    """Return the accounts by canonical user id, as the listing of their buckets tells it; empty for other services."""
    from scanner.model.maybe import Absent, known, why_unknown  # noqa: PLC0415
    from scanner.model.s3 import Bucket  # noqa: PLC0415

    buckets = inventory.listing(Bucket) if facet is not None and facet.of is Bucket else ()
    told = [bucket for bucket in buckets if why_unknown(bucket.owner) is None]
    return {known(bucket.owner): bucket.scope.account for bucket in told if not isinstance(bucket.owner, Absent)}


def _documents(
    inventory: "Inventory",
    accounts: "list[Stacks]",
    facet: "type[Facet] | None",
    canonical_users: Mapping[str, str],
) -> "dict[str, OwnedPolicy]":
    """Return the policies of resources, and the trust policies of roles, of all accounts by the resources' ARNs."""
    from scanner.model.policy import PolicyDocument  # noqa: PLC0415
    from scanner.reason.access.canonicalusers import placed  # noqa: PLC0415
    from scanner.reason.account.questions import OwnedPolicy  # noqa: PLC0415

    found = {
        caller.arn: OwnedPolicy(stacks.access.id, caller.trust)
        for stacks in accounts
        for caller in stacks.callers
        if caller.is_role
    }
    for resource in inventory.listing(facet.of) if facet else ():
        document = inventory.facet(facet, resource.scope, resource.id).document  # type: ignore[arg-type,attr-defined]  # each has it
        if isinstance(document, PolicyDocument):
            document = placed(document, canonical_users)
        found[str(resource.arn)] = OwnedPolicy(resource.scope.account, document)
    return found


def caller_named(asked: Iterable[Asked], name: str) -> "tuple[Asked, Caller | None]":
    """Find a principal by its ARN, that of a session, or by `role/NAME` or `user/NAME`; None is an account's root user.

    Raises `UsageError` if there is none, or more than one.
    """
    asked = list(asked)
    found: list[tuple[Asked, Caller | None]] = [
        (one, caller)
        for one in asked
        for caller in one.stacks.callers
        if name in {caller.arn, caller.handle} or _is_session(name, caller)
    ]
    found += [(one, None) for one in asked if name == arn_of(one, None)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{name}: several accounts have one; give its ARN")
    unread = sorted({why for one in asked for why in one.stacks.unread()})
    more = f" (not all were read: {'; '.join(unread)})" if unread else ""
    raise UsageError(f"{name}: there is no such user or role{more}; give an ARN, role/NAME or user/NAME")


def _is_session(name: str, caller: "Caller") -> bool:
    """Whether an ARN is that of a session of this role; it shows the role's account and name, and not its path."""
    fields = name.split(":")
    if _SESSION not in name or len(fields) != len(caller.arn.split(":")):
        return False
    role = caller.name == fields[-1].split("/")[1] and caller.is_role
    return role and fields[4] == caller.arn.split(":")[4]


def arn_of(asked: Asked, caller: "Caller | None") -> str:
    """Return the ARN of a principal; None stands for the account's root user."""
    if caller is not None:
        return caller.arn
    scope = asked.stacks.access.scope
    return f"arn:{scope.partition}:iam::{scope.account}:root"


def context_of(texts: Iterable[str]) -> "dict[str, Domain]":
    """Read `key=value` texts. Raises `UsageError` for one without `=`."""
    from scanner.reason.access.keys import ABSENT, fixed  # noqa: PLC0415

    told: dict[str, list[str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"--context: {text!r} is not KEY=VALUE")
        told.setdefault(key.lower(), []).extend([value] if value else [])
    return {key: fixed(*values) if values else ABSENT for key, values in told.items()}


def check_action(action: str) -> None:
    """Refuse what is no action. Raises `UsageError`."""
    service, _, name = action.partition(":")
    if not service or not name:
        raise UsageError(f"{action!r} is no action; write service:Action, such as s3:GetObject")


def judge(
    asked: Asked,
    caller: "Caller | None",
    action: str,
    resource: str,
    context: "Mapping[str, Domain]",
    *,
    name: str = "",
) -> "Judgement":
    """Decide for a principal: the best answer of the resources that the question is about.

    `name` is the principal as it was asked about, which may be a session of the role.
    """
    from scanner.reason.access.principal import parse_principal  # noqa: PLC0415
    from scanner.reason.account.decide import judge_caller, judge_root  # noqa: PLC0415

    judgements = []
    session = parse_principal(name) if _SESSION in name else None
    for question in asked.resources.questions(action, resource, context):
        if caller is None:
            root = parse_principal(arn_of(asked, None))
            judgements.append(judge_root(asked.stacks, root, question, asked.moment))
        else:
            judgements.append(judge_caller(asked.stacks, caller, question, asked.moment, session=session))
    return min(judgements, key=lambda each: (_RANKS[each.decision], bool(each.needed)))


_RANKS = {"allowed": 0, "undecided": 1, "explicit-deny": 2, "implicit-deny": 3}


def entry(judgement: "Judgement") -> dict[str, Any]:
    """Return the answer as JSON has it."""
    written: dict[str, Any] = {
        "decision": judgement.decision,
        "statements": [_statement(each.policy, each.statement) for each in judgement.statements],
        "conditions": [_condition(each) for each in judgement.needed],
    }
    if judgement.blocked_by:
        written["blocked_by"] = judgement.blocked_by
    if judgement.reasons:
        written["reason"] = "; ".join(dict.fromkeys(judgement.reasons))
    if judgement.witness is not None:
        written["witness"] = _request(judgement.witness)
    return written


def _request(request: "Request") -> dict[str, Any]:
    """Write a request without the keys that other services derive from the caller."""
    foreign = {"kms", "s3"} - {request.service}
    context = {
        key: list(values) for key, values in sorted(request.context.items()) if key.partition(":")[0] not in foreign
    }
    return {"action": request.action, "resource": request.resource, "context": context}


def _statement(policy: str, statement: Any) -> dict[str, Any]:
    written: dict[str, Any] = {"policy": policy}
    if statement is not None:
        written |= {"index": statement.index, "effect": statement.effect.value}
        written |= {"sid": statement.sid} if statement.sid else {}
    return written


def _condition(needed: "Needed") -> dict[str, Any]:
    return {
        "key": needed.condition.key,
        "operator": needed.condition.name,
        "values": list(needed.condition.values),
        "must_hold": needed.statement.allows,
        "example": list(needed.example),
        **_statement(needed.policy, needed.statement),
    }


def outsiders(
    asked: Asked, action: str, resource: str, context: "Mapping[str, Domain]"
) -> "tuple[list[tuple[str, Judgement]], list[str]]":
    """Return who from outside of the account may do a thing, and why there may be more."""
    from scanner.reason.account.decide import Judgement  # noqa: PLC0415
    from scanner.reason.account.strangers import outsiders as let_in  # noqa: PLC0415

    questions = asked.resources.questions(action, resource, context)
    found, undecided = let_in(asked.stacks, questions, asked.moment)
    told = {
        each.who: Judgement("allowed", tuple(_of_the_resource(each.witness.outcome)), witness=each.witness.request)
        for each in found
    }
    return list(told.items()), undecided


def _of_the_resource(outcome: "Outcome") -> "Iterator[Deciding]":
    """Yield the statements that let an outsider in; those of its own account are its own affair."""
    for each in outcome.statements:
        if each.policy != "stranger":
            yield (
                msgspec.structs.replace(each, policy="the policy of the resource") if each.policy == "policy" else each
            )


def lines(judgement: "Judgement") -> Iterator[str]:
    """Say in words what an answer rests on."""
    for needed in judgement.needed:
        verb = "only if" if needed.statement.allows else "only unless"
        example = ", ".join(needed.example) or "absent"
        yield f"  {verb} {in_words(needed.condition)}   (such as: {example})"
    for each in judgement.statements:
        label = each.statement.label if each.statement else "grant"
        yield f"  {each.effect.value.lower()}ed by {label} of {each.policy}".replace("denyed", "denied")
    if judgement.blocked_by and not judgement.statements:
        yield f"  no statement of the {_LAYERS.get(judgement.blocked_by, judgement.blocked_by)} allows it"
    for reason in dict.fromkeys(judgement.reasons):
        yield f"  {reason}"


_LAYERS = {
    "identity": "principal's policies",
    "resource": "resource's policy",
    "boundary": "permissions boundary",
    "scp": "service control policies",
    "rcp": "resource control policies",
}


def say(text: str) -> None:
    """Print a line without the control characters that a recorded name may hold."""
    click.echo("".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text))
