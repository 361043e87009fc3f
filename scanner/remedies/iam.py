"""Remedies for what principals hold: inline and managed policies, attachments, access keys (IAM API Reference)."""

import base64
import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed, Leftover, Look, canonical_json
from scanner.model.account import Account
from scanner.model.iam import AccessKey, Group, Policy, PolicyForm, Role, User, UserAccessKeys, UserCredentials
from scanner.model.iam_grants import aws_managed, holders_of
from scanner.model.kind import All, Moment
from scanner.model.maybe import Absent, Reason, UnknownAsked, Why, known
from scanner.remedies.open_statements import fewest
from scanner.remedies.prechecks import unless_all
from scanner.remedy import Advice, Becomes, Change, Check, Lent, Safety, Step, Write, remedy

_HOLDERS: Final = {
    "user": ("User", "UserDetailList", "UserPolicyList"),
    "group": ("Group", "GroupDetailList", "GroupPolicyList"),
    "role": ("Role", "RoleDetailList", "RolePolicyList"),
}
_MOST_VERSIONS: Final = 5
_OLD_VERSIONS: Final = Leftover("~IsDefaultVersion=false", "the version that the plan made stays, not in force")


def _write(operation: str, arn: str, **parameters: Any) -> Write:
    return Write(
        service="iam",
        operation=operation,
        region="global",
        parameters=parameters,
        needs=(Allowed(f"iam:{operation}", arn),),
    )


def _holder_look(lent: Lent, row: Any, kind: str, name: str, member: str) -> Look:
    noun, listing, _ = _HOLDERS[kind]
    return lent.look(
        row,
        path=(listing,),
        where={f"{noun}Name": name},
        only=(f"{noun}Name", member),
        ask={"Filter": [noun]},
        documents=("PolicyDocument",),
    )


@remedy(Safety.B)
def delete_inline_policy(
    lent: Lent, policy: Policy, users: All[User], groups: All[Group], roles: All[Role]
) -> Iterator[Step]:
    """Delete the inline policy. Its holder loses all that only this policy allows; give it a narrower one first."""
    kind, _, name = str(known(policy.holder)).partition("/")
    noun, _, member = _HOLDERS[kind]
    holder = users.get(name) if kind == "user" else groups.get(name) if kind == "group" else roles.get(name)
    look = _holder_look(lent, policy, kind, name, member)
    (row,) = lent.image(look)
    gone = [one for one in row[member] if one["PolicyName"] == policy.name]
    kept = [one for one in row[member] if one["PolicyName"] != policy.name]
    said = gone[0]["PolicyDocument"]
    arn = "*" if isinstance(holder, Absent) else str(known(holder.arn))
    named = {f"{noun}Name": name, "PolicyName": known(policy.name)}
    document = said if isinstance(said, str) else json.dumps(said)
    yield Change(
        title=f"Delete the inline policy {policy.label}",
        call=_write(f"Delete{noun}Policy", arn, **named),
        becomes=(Becomes(look, [{**row, member: kept}]),),
        undo=(_write(f"Put{noun}Policy", arn, **named, PolicyDocument=document),),
        why="its holder loses all that only this policy allows",
        checks=(Check("the holder has another policy for what it really does", None),),
    )


@remedy(Safety.B)
def drop_broad_statements(lent: Lent, policy: Policy) -> Iterator[Step]:
    """Put a version of the policy in force without the statements that make the finding; the old version is kept.

    Its holders lose what only these statements allow. A policy of nothing else is for people to replace.
    """
    return _without_broad_statements(lent, policy)


def _without_broad_statements(lent: Lent, policy: Policy) -> Iterator[Step]:
    by_hand = Advice(
        title=f"Write down what the holders of {policy.label} really do, and allow that",
        why="without the statements that are too wide nothing would be left of the policy",
    )
    if policy.form is not PolicyForm.CUSTOMER_MANAGED:
        yield by_hand
        return
    look = lent.look(
        policy,
        path=("Policies",),
        where={"Arn": policy.id},
        only=("Arn", "DefaultVersionId", "PolicyVersionList"),
        ask={"Filter": ["LocalManagedPolicy"]},
        ignoring=("VersionId", "CreateDate", "DefaultVersionId"),
        documents=("Document",),
    )
    (row,) = lent.image(look)
    versions = row["PolicyVersionList"]
    (force,) = [one for one in versions if one.get("IsDefaultVersion")]
    document = json.loads(force["Document"]) if isinstance(force["Document"], str) else force["Document"]
    said = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    allows = [number for number, one in enumerate(said) if one.get("Effect") == "Allow"]

    def after(gone: list[int]) -> Becomes:
        kept = {**document, "Statement": [one for number, one in enumerate(said) if number not in gone]}
        old = [{**one, "IsDefaultVersion": False} for one in versions]
        made = {"VersionId": "v-made-by-this-plan", "IsDefaultVersion": True, "Document": kept}
        return Becomes(look, [{**row, "PolicyVersionList": [*old, made]}])

    gone = fewest(allows, lambda some: lent.passes([after(some)]))
    if not gone or len(gone) == len(said):
        yield by_hand
        return
    if len(versions) >= _MOST_VERSIONS:
        yield Advice(
            title=f"Delete a version of {policy.label} that nobody needs, then plan again",
            why="a policy has five versions at most, and a deleted one cannot be had back",
        )
        return
    kept = {**document, "Statement": [one for number, one in enumerate(said) if number not in gone]}
    names = ", ".join(str(said[number].get("Sid") or f"no. {number + 1}") for number in gone)
    create = _write(
        "CreatePolicyVersion", policy.id, PolicyArn=policy.id, PolicyDocument=json.dumps(kept), SetAsDefault=True
    )
    yield Change(
        title=f"Put a version of {policy.label} in force without statement {names}",
        call=create,
        becomes=(after(gone),),
        undo=(_write("SetDefaultPolicyVersion", policy.id, PolicyArn=policy.id, VersionId=force["VersionId"]),),
        why="its holders lose what only these statements allow",
        checks=(Check("the holders do not need what goes (service last accessed data tells)", None),),
        leaves_behind=(_OLD_VERSIONS,),
    )


def _detached(lent: Lent, account: Account, arn: str, holders: list[Any], title: str) -> Iterator[Change]:
    for holder in holders:
        kind = type(holder).__name__.lower()
        noun = _HOLDERS[kind][0]
        look = _holder_look(lent, holder, kind, holder.id, "AttachedManagedPolicies")
        (row,) = lent.image(look)
        kept = [one for one in row["AttachedManagedPolicies"] if one["PolicyArn"] != arn]
        parameters = {f"{noun}Name": holder.id, "PolicyArn": arn}
        holder_arn = str(known(holder.arn))
        yield Change(
            title=f"{title} from {holder.handle}",
            call=_write(f"Detach{noun}Policy", holder_arn, **parameters),
            becomes=(Becomes(look, [{**row, "AttachedManagedPolicies": kept}]),),
            undo=(_write(f"Attach{noun}Policy", holder_arn, **parameters),),
            why=f"{holder.handle} of {account.id} loses what only this policy allows",
        )


@remedy(Safety.B)
def detach_iam_full_access(
    lent: Lent,
    account: Account,
    users: All[User],
    groups: All[Group],
    roles: All[Role],
    *,
    except_for: tuple[str, ...] = (),
) -> Iterator[Step]:
    """Detach IAMFullAccess from its holders. Who manages identities needs a narrower policy first."""
    return _detach(lent, account, (users, groups, roles), "IAMFullAccess", except_for)


@remedy(Safety.B)
def detach_cloudshell_full_access(
    lent: Lent,
    account: Account,
    users: All[User],
    groups: All[Group],
    roles: All[Role],
    *,
    except_for: tuple[str, ...] = (),
) -> Iterator[Step]:
    """Detach AWSCloudShellFullAccess from its holders."""
    return _detach(lent, account, (users, groups, roles), "AWSCloudShellFullAccess", except_for)


@remedy(Safety.C)
def name_administrators(
    _lent: Lent,
    account: Account,
    users: All[User],
    groups: All[Group],
    roles: All[Role],
    *,
    except_for: tuple[str, ...] = (),
) -> Iterator[Step]:
    """Detach AdministratorAccess. Doing it by program can lock everybody out, the program included: for people."""
    arn = aws_managed("AdministratorAccess", account.scope.partition)
    holders = _holders(arn, (users, groups, roles), except_for)
    script = tuple(
        _write(
            f"Detach{_HOLDERS[type(one).__name__.lower()][0]}Policy",
            str(known(one.arn)),
            **{f"{_HOLDERS[type(one).__name__.lower()][0]}Name": one.id, "PolicyArn": arn},
        )
        for one in holders
    )
    yield Advice(
        title="Detach AdministratorAccess from those who are no administrators; name the others in `except_for`",
        why="who detaches it from the last administrator is locked out",
        script=script,
    )


def _holders(arn: str, among: tuple[All[User], All[Group], All[Role]], except_for: tuple[str, ...]) -> list[Any]:
    from scanner.model.glob import matches  # noqa: PLC0415 - beside its one use

    found = list(holders_of(arn, *among))
    return [one for one in found if not any(matches(pattern, one.handle) for pattern in except_for)]


def _detach(
    lent: Lent,
    account: Account,
    among: tuple[All[User], All[Group], All[Role]],
    name: str,
    except_for: tuple[str, ...],
) -> Iterator[Step]:
    arn = aws_managed(name, account.scope.partition)
    return _detached(lent, account, arn, _holders(arn, among, except_for), f"Detach {name}")


@remedy(Safety.B)
def detach_what_groups_give(lent: Lent, user: User, groups: All[Group]) -> Iterator[Step]:
    """Detach the policies from the user that its groups give it as well: its permissions stay the same.

    What no group gives is for people: somebody must name a group for it.
    """
    given = {
        arn
        for name in known(user.groups)
        for group in [groups.get(name)]
        if isinstance(group, Group)
        for arn in known(group.attached_policies)
    }
    held = set(known(user.policy_ids))
    if not held <= given:
        missing = ", ".join(sorted(one.rpartition("/")[2] for one in held - given))
        yield Advice(
            title=f"Make a group for what {user.id} holds directly ({missing}), and add the user",
            why="no group of the user has these policies, and a program cannot know who else belongs to it",
        )
        return
    look = _holder_look(lent, user, "user", user.id, "AttachedManagedPolicies")
    (row,) = lent.image(look)
    kept = sorted(row["AttachedManagedPolicies"], key=canonical_json)
    for arn in sorted(held):
        kept = [one for one in kept if one["PolicyArn"] != arn]
        named = {"UserName": user.id, "PolicyArn": arn}
        yield Change(
            title=f"Detach {arn.rpartition('/')[2]} from {user.id}, whose groups give it too",
            call=_write("DetachUserPolicy", str(known(user.arn)), **named),
            becomes=(Becomes(look, [{**row, "AttachedManagedPolicies": list(kept)}]),),
            undo=(_write("AttachUserPolicy", str(known(user.arn)), **named),),
            why="the user's permissions stay the same while it is in the group",
            checks=(Check("a group of the user has the same policy", holds=True),),
        )


# Access keys


@remedy(Safety.B)
def deactivate_unused_keys(
    lent: Lent, user: User, own: UserCredentials, keys: UserAccessKeys, now: Moment, *, days: int = 45
) -> Iterator[Step]:
    """Make the access keys inactive that nobody uses; never delete them, so that they can be had back.

    A password that nobody uses is for people: deleting it cannot be taken back.
    """
    if known(own.password_enabled) and now.days_since(own.password_last_seen) > days:
        yield Advice(
            title=f"Remove the password of {user.id}, if it is not needed",
            why="a password that is removed cannot be had back",
            script=(_write("DeleteLoginProfile", str(known(user.arn)), UserName=user.id),),
        )
    unused = [key for key in known(own.access_keys) if known(key.active) and now.days_since(key.last_seen) > days]
    yield from _deactivate(lent, user, own, keys, unused)


@remedy(Safety.B)
def deactivate_initial_keys(lent: Lent, user: User, own: UserCredentials, keys: UserAccessKeys) -> Iterator[Step]:
    """Make the access keys inactive that were never used; never delete them, so that they can be had back."""
    never = [key for key in known(own.access_keys) if known(key.active) and isinstance(known(key.last_used), Absent)]
    yield from _deactivate(lent, user, own, keys, never)


def _deactivate(
    lent: Lent, user: User, own: UserCredentials, keys: UserAccessKeys, chosen: list[AccessKey]
) -> Iterator[Change]:
    look = lent.look(keys, path=("AccessKeyMetadata",))
    report_look = lent.look(own, lags=True)
    rows = lent.image(look)
    report = lent.image(report_look)
    for key in chosen:
        key_id = _id_of(key, own, keys)
        rows = [{**row, "Status": "Inactive"} if row["AccessKeyId"] == key_id else row for row in rows]
        report = {**report, "Content": _inactive(str(report["Content"]), user.id, key.slot)}
        never = isinstance(known(key.last_used), Absent)
        checks = (Check("the key was never used", holds=never),)

        def write(status: str, key_id: str = key_id) -> Write:
            arn = str(known(user.arn))
            return _write("UpdateAccessKey", arn, UserName=user.id, AccessKeyId=key_id, Status=status)

        yield Change(
            title=f"Make access key {key_id} of {user.id} inactive",
            call=write("Inactive"),
            becomes=(Becomes(look, list(rows)), Becomes(report_look, report)),
            undo=(write("Active"),),
            safety=unless_all(checks, Safety.B),
            why="it was never used" if never else "a job that runs once a year may still need it",
            checks=checks,
        )


def _id_of(key: AccessKey, own: UserCredentials, keys: UserAccessKeys) -> str:
    """Return the id of a key that the credential report knows by its place only. Raises `UnknownAsked` if it may be two."""
    told = known(keys.keys)
    if len(told) == len(known(own.access_keys)) == 1:
        return told[0].id
    same = [one.id for one in told if one.created == key.last_rotated]
    if len(same) != 1:
        raise UnknownAsked(
            Why(Reason.UNRESOLVED, f"which of the access keys of {own.id} is the report's number {key.slot}")
        )
    return same[0]


def _inactive(content: str, user: str, slot: int) -> str:
    """Return a credential report in which the key of a user is inactive."""
    plain = content.startswith("user,")
    text = content if plain else base64.b64decode(content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    column = rows[0].index(f"access_key_{slot}_active")
    for row in rows[1:]:
        if row and row[0] == user:
            row[column] = "false"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue() if plain else base64.b64encode(out.getvalue().encode()).decode("ascii")
