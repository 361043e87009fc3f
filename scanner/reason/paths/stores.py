"""Where sensitive data lies, and which principals can read it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.model.access import Caller, Held
from scanner.model.account import Account
from scanner.model.attack import Certainty, Node, SensitiveData, Step, Store
from scanner.model.kind import All
from scanner.model.kms import Key, KeyPolicy
from scanner.model.macie import BucketSensitivity
from scanner.model.maybe import ABSENT, Absent, Maybe, known, why_unknown
from scanner.model.policy import PolicyDocument, Statement
from scanner.model.publicaccess import BucketAccess, KeyAccess, Openings, OutsideAccess, SecretAccess
from scanner.model.rds import DbCluster, DbInstance
from scanner.model.s3 import Bucket, BucketEncryption, BucketPolicy, BucketTags
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.reason.escalation.ground import Ground, until_unknown
from scanner.reason.escalation.permissions import Permission
from scanner.reason.paths.gaps import unread
from scanner.reason.paths.sensitive import by_tags, found_by_macie, sensitivity

MOST_STORES: Final = 500
"""Stores beyond which the less certain ones are left out, and that is told."""


def sensitive_data(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    buckets: All[Bucket],
    tags: All[BucketTags],
    policies: All[BucketPolicy],
    encryptions: All[BucketEncryption],
    accesses: All[BucketAccess],
    sensitivities: All[BucketSensitivity],
    secrets: All[Secret],
    secret_policies: All[SecretPolicy],
    secret_accesses: All[SecretAccess],
    keys: All[Key],
    key_policies: All[KeyPolicy],
    key_accesses: All[KeyAccess],
    databases: All[DbInstance],
    clusters: All[DbCluster],
) -> SensitiveData:
    """Find what holds sensitive data, and what it takes to read it.

    Buckets that Macie, their tags or their names call sensitive; keys whose tags do; all secrets; and all databases
    that let principals in by IAM: by a token in place of a password, or by statements sent to the Data API.
    """
    held = _key_policies(keys, key_policies)
    found = [
        *_buckets(buckets, tags, policies, encryptions, accesses, sensitivities, held),
        *_secrets(secrets, secret_policies, secret_accesses, held),
        *_keys(keys, held, key_accesses),
        *_databases(databases, clusters),
    ]
    found.sort(key=lambda store: (not store.is_known, "low confidence" in store.why, store.node))
    questions = list(unread(buckets, secrets, keys, databases, clusters))
    if len(found) > MOST_STORES:
        questions.append(f"{len(found) - MOST_STORES} stores of data beyond {MOST_STORES} were not looked at")
    return SensitiveData(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        stores=tuple(found[:MOST_STORES]),
        questions=tuple(questions),
    )


def _buckets(  # noqa: PLR0917 - the aspects of a bucket
    rows: All[Bucket],
    tags: All[BucketTags],
    policies: All[BucketPolicy],
    encryptions: All[BucketEncryption],
    accesses: All[BucketAccess],
    sensitivities: All[BucketSensitivity],
    keys: Mapping[str, Held],
) -> Iterator[Store]:
    tags_of = {row.id: row.tags for row in until_unknown(tags)}
    policy_of = {row.id: row.document for row in until_unknown(policies)}
    key_of = {row.id: row.kms_key for row in until_unknown(encryptions)}
    access_of = {row.id: row for row in until_unknown(accesses)}
    score_of = {row.id: row.score for row in until_unknown(sensitivities)}
    for bucket in until_unknown(rows):
        tags_here = tags_of.get(bucket.id, {})
        why = found_by_macie(score_of.get(bucket.id, ABSENT)) or sensitivity(bucket, tags_here)
        doubt = why_unknown(tags_here)
        if why or doubt is not None:
            arn = f"arn:{bucket.scope.partition}:s3:::{bucket.id}"
            yield Store(
                node=Node("bucket", bucket.id, arn),
                why=why or f"whether its data are sensitive is not known: {doubt}",
                is_known=bool(why),
                action="s3:GetObject",
                resource=f"{arn}/*",
                policy=_held(f"policy of bucket {bucket.id}", policy_of.get(bucket.id)),
                key=keys.get(_text(key_of.get(bucket.id))),
                public=_public(access_of.get(bucket.id)),
            )


def _secrets(
    rows: All[Secret], policies: All[SecretPolicy], accesses: All[SecretAccess], keys: Mapping[str, Held]
) -> Iterator[Store]:
    policy_of = {row.id: row.document for row in until_unknown(policies)}
    access_of = {row.id: row for row in until_unknown(accesses)}
    for secret in until_unknown(rows):
        name = secret.id if why_unknown(secret.name) is not None or not secret.name else str(secret.name)
        yield Store(
            node=Node("secret", name, secret.id),
            why="a secret",
            action="secretsmanager:GetSecretValue",
            resource=secret.id,
            policy=_held(f"policy of {secret.id}", policy_of.get(secret.id)),
            key=keys.get(_text(secret.kms_key)),
            public=_public(access_of.get(secret.id)),
        )


def _keys(rows: All[Key], policies: Mapping[str, Held], accesses: All[KeyAccess]) -> Iterator[Store]:
    """Yield the keys whose tags call what they encrypt sensitive; a name tells nothing of that."""
    access_of = {(row.scope, row.id): row for row in until_unknown(accesses)}
    for key in until_unknown(rows):
        why = "" if why_unknown(key.tags) is not None else by_tags(known(key.tags))
        if why and why_unknown(key.arn) is None:
            arn = str(key.arn)
            yield Store(
                node=Node("key", key.id, arn),
                why=why,
                action="kms:Decrypt",
                resource=arn,
                policy=policies.get(arn),
                public=_public(access_of.get((key.scope, key.id))),
            )


def _databases(instances: All[DbInstance], clusters: All[DbCluster]) -> Iterator[Store]:
    """Yield the databases that principals come into by IAM (Amazon RDS User Guide, Aurora User Guide).

    Of one whose resource id is not told, only what is allowed on any database is known to be.
    """
    found: list[DbInstance | DbCluster] = [*until_unknown(instances), *until_unknown(clusters)]
    for database in found:
        at = database.scope
        if _is_on(database.iam_authentication):
            named = _text(database.resource_id) or "casemate-unnamed-0"
            users = f"arn:{at.partition}:rds-db:{at.region}:{at.account}:dbuser:{named}/*"
            yield _database(database, "rds-db:connect", users)
        arn = _text(database.arn)
        if isinstance(database, DbCluster) and _is_on(database.data_api) and arn:
            yield _database(database, "rds-data:ExecuteStatement", arn)


def _database(database: DbInstance | DbCluster, action: str, resource: str) -> Store:
    node = Node("database", database.id, _text(database.arn))
    return Store(node=node, why="a database", action=action, resource=resource)


def _is_on(value: Maybe[bool]) -> bool:
    return why_unknown(value) is None and bool(value)


def _key_policies(rows: All[Key], policies: All[KeyPolicy]) -> dict[str, Held]:
    """Return the policies of the customer's keys by ARN."""
    document_of = {(row.scope, row.id): row.document for row in until_unknown(policies)}
    found = {}
    for key in until_unknown(rows):
        arn = str(key.arn)
        held = _held(f"policy of {arn}", document_of.get((key.scope, key.id)))
        if held is not None:
            found[arn] = Held(arn, held.name, held.document)
    return found


def _public(access: OutsideAccess | None) -> Openings:
    """Return the public openings; that they are not known is one of the reasons why there may be more."""
    if access is None:
        return Openings()
    why = why_unknown(access.public)
    return Openings(why=why) if why is not None else known(access.public)


def _held(name: str, document: Maybe[PolicyDocument | Absent] | None) -> Held | None:
    if document is None or (why_unknown(document) is None and isinstance(document, Absent)):
        return None
    return Held(name, name, document)


def _text(value: Maybe[str | Absent] | None) -> str:
    return "" if value is None or why_unknown(value) is not None or not value else str(value)


class Readers:
    """Tells which stores a principal can read."""

    def __init__(self, ground: Ground, stores: tuple[Store, ...]) -> None:
        self._ground = ground
        self._stores = tuple(sorted(stores, key=_literal))
        self._literals = [_literal(store) for store in self._stores]
        self._lengths = sorted({len(literal) for literal in self._literals})

    def steps(self, caller: Caller, node: Node) -> Iterator[Step]:
        """Yield a step to each store that the principal can read; an unknown one where a policy of it is not known."""
        touched = self._touched(caller)
        for number, store in enumerate(self._stores):
            found = self._may(caller, store, touches=number in touched)
            if found is None:
                continue
            held = (store.policy, store.key)
            opaque = any(each is not None and why_unknown(each.document) is not None for each in held)
            if opaque or self._decrypts(caller, store):
                is_sure = found.certain and store.is_known and not opaque
                certainty: Certainty = "confirmed" if is_sure else "unknown"
                yield Step(node, store.node, f"{store.action} ({store.why})", certainty, found.statements)

    def _touched(self, caller: Caller) -> set[int]:
        """Return the stores that an Allow of its own policies may be about, by the literal beginnings of its patterns."""
        found: set[int] = set()
        for beginning in set(_beginnings(caller)):
            first = bisect_left(self._literals, beginning)
            last = bisect_left(self._literals, beginning + _LAST)
            found.update(range(first, last))
            for length in self._lengths:
                if length < len(beginning):
                    same = beginning[:length]
                    found.update(range(bisect_left(self._literals, same), bisect_right(self._literals, same)))
        return found

    def _decrypts(self, caller: Caller, store: Store) -> bool:
        if store.key is None:
            return True
        permissions = self._ground.permissions
        policy = self._ground.stacks.resource(store.key, permissions.view)
        return permissions.may(caller, "kms:Decrypt", (store.key.id,), resource_policy=policy) is not None

    def _may(self, caller: Caller, store: Store, *, touches: bool) -> Permission | None:
        """Return what lets a principal read a store, by its own policies where that of the store is not known."""
        permissions = self._ground.permissions
        own = None
        if touches and permissions.could(caller, (store.action,)):
            own = permissions.may(caller, store.action, (store.resource,))
        if store.policy is None or not (_limits(store.policy) if own is not None else _names(store.policy, caller)):
            return own
        policy = self._ground.stacks.resource(store.policy, permissions.view)
        return permissions.may(caller, store.action, (store.resource,), resource_policy=policy)


_LAST: Final = "\U0010ffff"
"""Greater than any character of an ARN."""


def _literal(store: Store) -> str:
    return store.resource.rstrip("*")


def _beginnings(caller: Caller) -> Iterator[str]:
    for held in caller.policies:
        if why_unknown(held.document) is not None:
            yield ""
        elif held.document:
            for statement in known(held.document).allows:
                yield from _prefixes_of(statement)


def _prefixes_of(statement: Statement) -> Iterator[str]:
    if statement.resources is None:
        yield ""
    for pattern in statement.resources or ():
        cuts = [pattern.find(mark) for mark in ("*", "?", "$") if mark in pattern]
        yield pattern[: min(cuts)] if cuts else pattern


def _document(held: Held) -> PolicyDocument | None:
    """Return the document of a policy; None if it is not known."""
    if why_unknown(held.document) is not None:
        return None
    document = held.document
    return PolicyDocument() if isinstance(document, Absent) else known(document)


def _limits(held: Held) -> bool:
    """Whether a resource policy can take away what a principal's own policies allow, as far as it is known."""
    document = _document(held)
    return document is not None and any(document.denies)


def _names(held: Held, caller: Caller) -> bool:
    """Whether an Allow of a resource policy may mean the principal directly."""
    document = _document(held)
    principals = [statement.principals for statement in document.allows] if document is not None else []
    return any(each is None or each.is_everyone or caller.arn in each.aws for each in principals)
