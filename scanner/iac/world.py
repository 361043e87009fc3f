"""All that is declared together: what refers to what, and by which ids things are known."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.policies import policy_of, rendered, told_part
from scanner.iac.terraform.attributes import ARNS, KNOWN_BY, NAMED_BY, STAND_IN_REGION, arn_for, computed
from scanner.iac.values import SYMBOLS, Hole, Template, Value, first_hole, join_texts, list_of
from scanner.model.kind import GLOBAL, Scope, Source, Tags
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Why, unknown

ANY_REGION: Final = "unknown"
"""Stands for the region where nothing tells it."""

_IDENTIFYING: Final = frozenset(
    {
        *(
            "",
            "id",
            "arn",
            "name",
            "bucket",
            "unique_id",
            "allocation_id",
            "key_id",
            "key_name",
            "user",
            "role",
            "group",
        ),
        *("url", "function_name", "qualified_arn", "invoke_arn", "target_key_id", "target_key_arn", "domain_name"),
        *("repository_name", "file_system_id", "cluster_identifier", "identifier", "execution_arn"),
    }
)
"""Attributes by which one resource names another."""
_REGION: Final = re.compile(r"(?:.*\.)?data\.aws_region\.|AWS::Region$")
_PARTS: Final = {
    "default_security_group_id": "default_security_group",
    "default_network_acl_id": "default_network_acl",
    "default_route_table_id": "main_route_table",
    "main_route_table_id": "main_route_table",
    "primary_network_interface_id": "eni0",
    "cluster_security_group_id": "cluster_security_group",
}
"""Attributes that name what comes with a resource."""


class World:
    """Declared resources with the account that they are for."""

    def __init__(
        self,
        declared: Iterable[Declared],
        account: str,
        region: str = "",
        removed: Iterable[Declared] = (),
        *,
        told: bool = False,
    ) -> None:
        self.account = account
        self.region = region
        self.declared = tuple(declared)
        self._by_type: dict[str, list[Declared]] = {}
        self._by_address: dict[str, Declared] = {}
        self._ids: dict[str, str] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._referring: dict[tuple[str, str], dict[str, list[Declared]]] = {}
        self._partly_named: dict[str, str] | None = None
        self._any_partly_named = re.compile("")
        self.told = told
        """Whether only what policies are known to say is taken of them; see `told_part`."""
        self.is_partial = False
        """Whether a policy was met of which only a part is known."""
        self._removed = tuple(removed)
        for one in self.declared:
            self._by_type.setdefault(one.type, []).append(one)
            self._by_address[one.address] = one
        self._known_as: dict[str, str] = {}
        self._by_id: dict[str, list[Declared]] | None = None
        for one in self.declared:
            self._ids[one.address] = self._own_id(one)
            if not one.type.startswith("aws_iam_"):
                self._learn(one)

    def _learn(self, one: Declared) -> None:
        """Note by which ARN and URL people may name a resource that the inventory knows by another id."""
        for text in (one.get("url"), one.get("id"), one.id, self._told_arn(one) if one.type in ARNS else ""):
            if isinstance(text, str) and text.startswith(("arn:", "http")):
                self._known_as.setdefault(text, self._ids[one.address])

    def arn(self, one: Declared) -> str:
        """Return the ARN of a resource as policies name it: what stands for it where it is known after apply."""
        made = self._told_arn(one)
        return made if isinstance(made, str) else self._renamed(made.text)

    def _told_arn(self, one: Declared) -> Value:
        told = one.get("arn")
        if isinstance(told, str) and told:
            return told
        return computed(one.type, one.address, "arn", one.get, self.account, region=one.region or self.region)

    def _own_id(self, one: Declared) -> str:
        """Return the id a resource has, or its address. Of two with one name the later keeps its address."""
        name = one.get(KNOWN_BY.get(one.type, ""))
        known = name if isinstance(name, str) else "" if one.type in KNOWN_BY else one.id
        if not known and one.type in NAMED_BY:
            name = one.get(NAMED_BY[one.type])
            known = name if isinstance(name, str) else ""
        if not known and one.type == "aws_iam_policy":
            arn = arn_for(one.type, one.get, self.account)
            known = arn if isinstance(arn, str) else ""
        if not known and one.type in ("aws_lb", "aws_alb"):
            arn = self._told_arn(one)
            known = arn.text if isinstance(arn, Hole) else str(arn)
        if known and self._owners.setdefault((one.type, known), one.address) != one.address:
            known = ""
        return known or one.address

    def of_type(self, *types: str) -> Iterator[Declared]:
        """Yield the resources of these types."""
        for type_ in types:
            yield from self._by_type.get(type_, ())

    def types(self) -> dict[str, list[Declared]]:
        """Return the resources by their types."""
        return self._by_type

    def at(self, address: str) -> Declared | None:
        """Return the resource with this address."""
        return self._by_address.get(address)

    def find(self, value: Value, *types: str) -> Declared | None:
        """Return the resource that a value names, by reference, or by its id or name among those of these types."""
        found = self.at(getattr(value, "target", ""))
        if found is not None or not isinstance(value, str) or not value:
            return found
        named = [one for one in self._known_by(self.named(value)) if not types or one.type in types]
        return named[0] if len(named) == 1 else None

    def _known_by(self, native_id: str) -> list[Declared]:
        if self._by_id is None:
            self._by_id = {}
            for one in self.declared:
                self._by_id.setdefault(self.id(one), []).append(one)
        return self._by_id.get(native_id, [])

    def policy(self, value: Value, *, bucket: str = "") -> Any:
        """Return the policy that a value holds; see `policy_of`. One of a bucket can speak of that bucket alone."""
        document = policy_of(value, partial(_of_bucket, bucket) if bucket else self._renamed)
        told = told_part(document) if first_hole(value) is not None else document
        self.is_partial = self.is_partial or told is not document
        return told if self.told else document

    def _renamed(self, text: str) -> str:
        """Return a resource's text with the names that are partly known replaced by what the named is known by."""
        if self._partly_named is None:
            names: dict[str, list[str]] = {}
            for one in self.declared:
                said = one.get(NAMED_BY[one.type]) if one.type in NAMED_BY else None
                if isinstance(said, Template) and self.id(one) == one.address:
                    names.setdefault(rendered(said), []).append(one.address)
            self._partly_named = {name: found[0] for name, found in names.items() if len(found) == 1}
            self._any_partly_named = re.compile("|".join(map(re.escape, sorted(self._partly_named, reverse=True))))
        if not self._partly_named:
            return text
        return self._any_partly_named.sub(lambda match: self._whole_name(text, match), text)

    def _whole_name(self, text: str, match: re.Match[str]) -> str:
        """Return what a name is replaced by where it stands alone between the marks of an ARN."""
        alone = text[match.start() - 1 : match.start()] in ("", ":", "/") and text[match.end() : match.end() + 1] in (
            *("", ":", "/"),
        )
        return (self._partly_named or {})[match.group()] if alone else match.group()

    def removes(self, type_: str, argument: str, native_id: str) -> bool:
        """Whether the change takes away a resource of this type whose argument names a thing."""
        return any(one.type == type_ and self.named(one.get(argument)) == native_id for one in self._removed)

    def id(self, one: Declared) -> str:
        """Return the id that the inventory knows a resource by."""
        return self._ids[one.address]

    def scope(self, one: Declared) -> Scope:
        """Return the region that a resource lies in."""
        return Scope("aws", self.account, one.region or self.region or ANY_REGION)

    def whole(self) -> Scope:
        """Return the account as a whole."""
        return Scope("aws", self.account, GLOBAL)

    def regions(self) -> list[Scope]:
        """Return the regions that something declared lies in."""
        return sorted({self.scope(one) for one in self.declared})

    def origin(self) -> Source:
        """Return an origin for what nothing declares: the first file."""
        first = self.declared[0] if self.declared else None
        return Source(first.file, 1) if first else Source("", 0)

    def named(self, value: Value) -> str:
        """Return the id that a value refers to: a declared thing's, a text, or the reference itself; empty for null."""
        if isinstance(value, Hole):
            return self._referred(value)
        if isinstance(value, Template):
            return str(value)
        return "" if value is None else self._known_as.get(str(value), str(value))

    def _referred(self, hole: Hole) -> str:
        known = self._ids.get(hole.target)
        if known is None:
            return hole.text if hole.stands_for else hole.reference
        part = _PARTS.get(hole.attribute.rpartition(".")[2])
        if part is not None:
            return f"{known}.{part}"
        attribute = hole.attribute.partition(".")[0].partition("[")[0]
        return known if attribute in _IDENTIFYING else hole.reference

    def spelled(self, value: Value) -> Maybe[Any]:
        """Return a text as policies have it: an ARN whole, or what stands for it. Unknown where it may be anything."""
        hole = first_hole(value)
        if hole is not None and not hole.is_concrete:
            return hole.unknown()
        return value.text if isinstance(value, Hole) else self.named(value) if hole is not None else value

    def vpc_of(self, subnets: Value) -> Maybe[Any]:
        """Return the VPC that subnets lie in, by the first of them that is declared."""
        for said in [subnets] if isinstance(subnets, SYMBOLS) else list_of(subnets):
            found = self.find(said)
            if found is not None:
                return self.relation(found.get("vpc_id"))
        return not_told("its VPC")

    def in_region(self, value: Value, one: Declared) -> Value:
        """Return a text with the region of a resource where it takes the region from AWS."""
        if not isinstance(value, Template):
            return value
        region = self.scope(one).region
        return join_texts(
            [region if isinstance(part, Hole) and _REGION.match(part.reference) else part for part in value.parts]
        )

    def arn_region(self, one: Declared) -> str:
        """Return the region in ARNs of a resource, or what stands for it."""
        return one.region or self.region or STAND_IN_REGION

    def relation(self, value: Value) -> Maybe[Any]:
        """Return the id of what a value refers to: absent for null, unknown where it may be anything."""
        if value is None or value == "":
            return ABSENT
        hole = first_hole(value)
        if hole is not None and not hole.is_concrete:
            return hole.unknown()
        return self.named(value)

    def relations(self, value: Value) -> Maybe[tuple[Any, ...]]:
        """Return the ids that a list refers to; unknown as a whole where one of them is."""
        if isinstance(value, Hole) and value.is_concrete:
            return (self.named(value),)
        hole = next((one for one in list_of(value) if isinstance(one, Hole) and not one.is_concrete), None)
        if hole is not None:
            return hole.unknown()
        return tuple(self.named(item) for item in list_of(value) if item not in (None, ""))

    def referring(self, argument: str, *types: str) -> Callable[[str], list[Declared]]:
        """Return a function that gives the resources of these types whose argument names a thing by its id."""
        tables = []
        for type_ in types:
            table = self._referring.get((argument, type_))
            if table is None:
                table = self._referring[(argument, type_)] = {}
                for one in self.of_type(type_):
                    table.setdefault(self.named(one.get(argument)), []).append(one)
            tables.append(table)
        return lambda native_id: [one for table in tables for one in table.get(native_id, ())]


def _of_bucket(bucket: str, text: str) -> str:
    """Return the resource of a bucket's own policy as one of that bucket: S3 takes no policy about another.

    Source: S3 User Guide, "Policies and permissions in Amazon S3"; it answers MalformedPolicy otherwise.
    """
    prefix, mark, rest = text.partition(":::")
    name, slash, key = rest.partition("/")
    return f"{prefix}{mark}{bucket}{slash}{key}" if mark and name and prefix.endswith(":s3") else text


def tags_of(one: Declared) -> Maybe[Tags]:
    """Return the tags of a resource; unknown where one of them is."""
    said = one.get("tags")
    hole = first_hole(said)
    if hole is not None:
        return hole.unknown()
    return {str(key): str(value) for key, value in (said or {}).items()} if isinstance(said, dict | None) else {}


def name_of(one: Declared) -> Maybe[str | Absent]:
    """Return the Name tag, which is how EC2 names things; absent where there is none."""
    said = one.get("tags")
    if isinstance(said, dict):
        name = said.get("Name")
        hole = first_hole(name)
        return hole.unknown() if hole else str(name) if name else ABSENT
    hole = first_hole(said)
    return hole.unknown() if hole else ABSENT


def unknown_if(why: Why | None, value: Any) -> Any:
    """Return the value, or an unknown where it is not known whether what tells it will exist."""
    return value if why is None else unknown(why.reason, why.detail)


def not_told(what: str) -> Any:
    """Return a field that no configuration tells, such as a time of creation."""
    return unknown(Reason.NOT_COLLECTED, f"{what}{_NOT_TOLD}")


def is_not_told(why: Why) -> bool:
    """Whether this is the reason of `not_told`."""
    return why.detail.endswith(_NOT_TOLD)


_NOT_TOLD: Final = " is not told by configuration"
