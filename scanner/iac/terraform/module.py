"""One module of a Terraform configuration: every name in it, evaluated when it is asked for.

A name that rests on itself is a hole that says so.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from scanner.errors import SourceError
from scanner.iac.declared import ModuleCall
from scanner.iac.terraform import attributes
from scanner.iac.terraform.bodies import META, nested_values, provider_name, values_of
from scanner.iac.terraform.conversion import convert
from scanner.iac.terraform.evaluate import EvaluationError, Evaluator, Lookup, Work, pairs
from scanner.iac.terraform.file_functions import file_function
from scanner.iac.terraform.files import Project
from scanner.iac.terraform.functions import call
from scanner.iac.terraform.parser import parse_template
from scanner.iac.terraform.policy_documents import rendered
from scanner.iac.terraform.syntax import Block, Body, Expression, Literal, ObjectOf
from scanner.iac.values import SYMBOLS, Hole, Value, first_hole
from scanner.model.maybe import Reason

MOST_INSTANCES: Final = 20_000
_DEEPEST: Final = 12

Inputs = Mapping[str, Callable[[], Value]]


class Instance:
    """One of what `count` or `for_each` makes of a block: its key as written in the address, and the names it adds."""

    def __init__(self, key: str, names: Mapping[str, Value], perhaps: Hole | None = None) -> None:
        self.key = key
        self.names = names
        self.perhaps = perhaps
        """What it depends on whether it exists."""


class Shared:
    """What all modules of a configuration share."""

    def __init__(self, project: Project, root: Path, account: str, prefix: str) -> None:
        self.project = project
        self.root = root
        self.account = account
        self.prefix = prefix
        """What begins the addresses of this configuration where several are scanned together."""
        self.work = Work()
        self.missing: list[str] = []
        """Modules that are called and not here."""
        self.instances = 0


class Module:
    """A module with its inputs. `region_of` tells the region of each of its configurations of the AWS provider."""

    def __init__(  # noqa: PLR0917 - what a call of a module consists of
        self,
        shared: Shared,
        folder: Path,
        path: tuple[str, ...] = (),
        inputs: Inputs | None = None,
        calls: tuple[ModuleCall, ...] = (),
        regions: Mapping[str, Value] | None = None,
        perhaps: Hole | None = None,
    ) -> None:
        if len(path) > _DEEPEST:
            raise SourceError(f"{calls[0].file}:{calls[0].line}: modules call each other more than {_DEEPEST} deep")
        self.shared = shared
        self.folder = folder
        self.path = path
        self.calls = calls
        self.perhaps = perhaps
        self._inputs = inputs or {}
        self._memo: dict[tuple[str, ...], Value] = {}
        self._busy: set[tuple[str, ...]] = set()
        self.blocks: dict[tuple[str, ...], Block] = {}
        self._providers: list[Block] = []
        self._locals: dict[str, Expression] = {}
        for block in shared.project.body(folder).blocks:
            self._take(block)
        names: dict[str, Value] = {
            "var": Lookup("var", self._variable),
            "local": Lookup("local", self._local),
            "module": Lookup("module", self._module),
            "data": Lookup(
                "data", lambda type_: Lookup(f"data.{type_}", lambda name: self._resource(type_, name, "data"))
            ),
            "path": {
                "module": shared.project.shown(folder),
                "root": shared.project.shown(shared.root),
                "cwd": str(shared.root),
            },
            "terraform": {"workspace": "default"},
            "": Lookup("", lambda type_: Lookup(type_, lambda name: self._resource(type_, name, "resource"))),
        }
        self.evaluator = Evaluator(names, self._function, shared.work)
        self.regions = {**(regions or {}), **self._own_regions()}

    def _take(self, block: Block) -> None:
        if block.type == "locals":
            self._locals.update({name: argument.value for name, argument in block.body.arguments.items()})
        elif block.type == "provider":
            self._providers.append(block)
        elif block.type in ("resource", "data", "variable", "output", "module"):
            wanted = 2 if block.type in ("resource", "data") else 1
            if len(block.labels) != wanted:
                raise SourceError(f"{block.file}:{block.line}:1: the block {block.type!r} needs {wanted} labels")
            self.blocks[(block.type, *block.labels)] = block

    @property
    def address(self) -> str:
        """The address of the module with a dot at its end; empty for the root."""
        return self.shared.prefix + "".join(f"{step}." for step in self.path)

    def _once(self, key: tuple[str, ...], compute: Callable[[], Value]) -> Value:
        if key in self._memo:
            return self._memo[key]
        name = ".".join(key)
        if key in self._busy:
            return Hole(name, detail=f"{name} refers to itself")
        self._busy.add(key)
        try:
            found = compute()
        finally:
            self._busy.discard(key)
        self._memo[key] = found
        return found

    def _function(self, name: str, arguments: list[Value]) -> Value:
        found = file_function(name, arguments, self.shared.project, self.folder, self.evaluator)
        return call(name, arguments) if found is NotImplemented else found

    def _variable(self, name: str) -> Value:
        return self._once(("var", name), lambda: self._input(name))

    def _input(self, name: str) -> Value:
        block = self.blocks.get(("variable", name))
        if block is None:
            raise EvaluationError(f"there is no variable {name!r}")
        said = block.body.arguments
        if "sensitive" in said and said["sensitive"].value == Literal(value=True):
            return Hole(f"var.{name}", detail=f"var.{name} is sensitive and not looked at")
        value: Value = None
        given = name in self._inputs
        if given:
            value = self._inputs[name]()
        if "default" in said and (not given or (value is None and _is_false(said.get("nullable")))):
            value = self.evaluator.value_or_hole(said["default"].value, f"var.{name}")
        elif not given:
            return Hole(f"var.{name}", detail=f"var.{name} has no default and no value is given")
        return convert(value, said["type"].value, self.evaluator) if "type" in said else value

    def _local(self, name: str) -> Value:
        if name not in self._locals:
            raise EvaluationError(f"there is no local value {name!r}")
        return self._once(("local", name), lambda: self.evaluator.value_or_hole(self._locals[name], f"local.{name}"))

    def output(self, name: str) -> Value:
        """Return an output of the module. Raises `EvaluationError` if it has none of this name."""
        block = self.blocks.get(("output", name))
        if block is None or "value" not in block.body.arguments:
            raise EvaluationError(f"the module has no output {name!r}")
        return self._once(
            ("output", name),
            lambda: self.evaluator.value_or_hole(block.body.arguments["value"].value, f"output.{name}"),
        )

    def instances(self, block: Block, where: str) -> list[Instance] | Hole:
        """Return what `count` or `for_each` makes of a block, or the hole that this depends on."""
        said = block.body.arguments
        if "count" in said:
            count = self.evaluator.value_or_hole(said["count"].value, f"{where}.count")
            hole = first_hole(count)
            return hole if hole is not None else self._counted(block, count)
        if "for_each" in said:
            each = self.evaluator.value_or_hole(said["for_each"].value, f"{where}.for_each")
            if isinstance(each, SYMBOLS):
                return first_hole(each) or Hole(where)
            return self._each(block, each)
        return [Instance("", {})]

    def _counted(self, block: Block, count: Value) -> list[Instance] | Hole:
        if isinstance(count, bool) or not isinstance(count, int | str) or not str(count).isdigit():
            return Hole("count", detail=f"{block.file}:{block.line}: count is {count!r}, which is no whole number")
        self._spend(int(count), block)
        return [Instance(f"[{number}]", {"count": {"index": number}}) for number in range(int(count))]

    def _each(self, block: Block, each: Value) -> list[Instance] | Hole:
        items = each if isinstance(each, list) else None
        try:
            found = [(item, item) for item in items] if items is not None else pairs(each)
        except EvaluationError as error:
            return Hole("for_each", detail=f"{block.file}:{block.line}: for_each: {error}")
        self._spend(len(found), block)
        made = []
        for key, value in found:
            hole = first_hole(key)
            shown = f'["{key if hole is None else hole.reference}"]'
            made.append(Instance(shown, {"each": {"key": key, "value": value}}))
        return made

    def _spend(self, count: int, block: Block) -> None:
        self.shared.instances += count
        if self.shared.instances > MOST_INSTANCES:
            raise SourceError(f"{block.file}:{block.line}:1: more than {MOST_INSTANCES:,} instances; refused")

    def expanded(self, block: Block, where: str) -> list[Instance]:
        """Return what is made of a block; one that may exist where that is not known."""
        found = self._once(("instances", where), lambda: self.instances(block, where))
        if isinstance(found, Hole):
            hole = Hole(found.reference, found.reason, found.detail or f"it exists as {found.reference} says")
            return [Instance("[?]", {"count": {"index": hole}, "each": {"key": hole, "value": hole}}, hole)]
        made: list[Instance] = found
        return made

    def _resource(self, type_: str, name: str, kind: str) -> Value:
        address = f"{self.address}{'data.' if kind == 'data' else ''}{type_}.{name}"
        block = self.blocks.get((kind, type_, name))
        if block is None:
            raise EvaluationError(f"there is no {kind} {type_}.{name}")
        instances = self.expanded(block, address)
        lookups = [self._lookup(block, address, instance, kind) for instance in instances]
        if "count" in block.body.arguments and instances[:1] and instances[0].perhaps is not None:
            return self._unsure(address, instances[0])
        if "count" in block.body.arguments:
            return lookups
        if "for_each" in block.body.arguments:
            if instances[:1] and instances[0].perhaps is not None:
                return self._unsure(address, instances[0])
            return {instance.names["each"]["key"]: lookup for instance, lookup in zip(instances, lookups, strict=True)}
        return lookups[0]

    @staticmethod
    def _unsure(address: str, instance: Instance) -> Hole:
        hole = instance.perhaps or Hole(address)
        return Hole(address, Reason.UNRESOLVED, hole.detail, f"{address}{instance.key}")

    def _lookup(self, block: Block, address: str, instance: Instance, kind: str) -> Lookup:
        whole = f"{address}{instance.key}"
        if kind == "data":
            return Lookup(
                whole, lambda name: self._once((whole, name), lambda: self._data(block, whole, instance, name))
            )
        return Lookup(
            whole, lambda name: self._once((whole, name), lambda: self._attribute(block, whole, instance, name))
        )

    def _attribute(self, block: Block, address: str, instance: Instance, name: str) -> Value:
        said = self.argument(block.body, name, instance, address)
        if said is not None and isinstance(said, SYMBOLS) and attributes.NAMED_BY.get(block.labels[0]) == name:
            return attributes.named_later(address, name, said)
        if said is not None:
            return attributes.completed(block.labels[0], address, name, said, self.shared.account)
        return attributes.computed(
            block.labels[0],
            address,
            name,
            lambda other: self.argument(block.body, other, instance, address),
            self.shared.account,
            region=self.region(block),
        )

    def _data(self, block: Block, address: str, instance: Instance, name: str) -> Value:
        type_ = block.labels[0]
        if type_ == "aws_iam_policy_document" and name in ("json", "minified_json"):
            return rendered(self.values(block.body, instance, address))
        if type_ == "template_file" and name == "rendered":
            return self._template_file(block, address, instance)
        region = self.regions.get("aws")
        found = attributes.data_attribute(
            type_,
            name,
            lambda other: self.argument(block.body, other, instance, address),
            self.shared.account,
            region if isinstance(region, str) else "",
        )
        if found is None:
            found = self.argument(block.body, name, instance, address)
        return attributes.data_hole(type_, address, name, self.shared.account) if found is None else found

    def _template_file(self, block: Block, address: str, instance: Instance) -> Value:
        template = self.argument(block.body, "template", instance, address)
        if not isinstance(template, str):
            return template
        names = self.argument(block.body, "vars", instance, address) or {}
        if isinstance(names, SYMBOLS):
            return names
        return Evaluator(names, self._function, self.shared.work).value_or_hole(
            parse_template(template, block.file), address
        )

    def argument(self, body: Body, name: str, instance: Instance, where: str) -> Value:
        """Return an argument or the nested blocks of one name; null if it is not set."""
        evaluator = self.evaluator.within(instance.names) if instance.names else self.evaluator
        if name in body.arguments:
            return evaluator.value_or_hole(body.arguments[name].value, f"{where}.{name}")
        found = [value for block in body.blocks for value in nested_values(block, name, evaluator, where)]
        return found or None

    def values(self, body: Body, instance: Instance, where: str) -> dict[str, Value]:
        """Return all arguments and nested blocks of a block."""
        evaluator = self.evaluator.within(instance.names) if instance.names else self.evaluator
        return values_of(body, evaluator, where, META)

    def children(self) -> "list[Module]":
        """Return the modules that this one calls, each instance of them."""
        return [child for key in self.blocks if key[0] == "module" for child in self._called(key[1])]

    def _called(self, name: str) -> "list[Module]":
        return list(self._once(("called", name), lambda: self._call(name)))

    def _call(self, name: str) -> "list[Module]":
        block = self.blocks[("module", name)]
        where = f"module.{name}"
        source = block.body.arguments.get("source")
        text = source.value.value if source is not None and isinstance(source.value, Literal) else None
        key = ".".join([*(step.removeprefix("module.").partition("[")[0] for step in self.path), name])
        shared = self.shared
        folder = (
            shared.project.module_folder(self.folder, str(text), shared.root, key) if isinstance(text, str) else None
        )
        if folder is None and not self.expanded(block, where):
            return []
        if folder is None:
            why = shared.project.why_missing(self.folder, str(text))
            shared.missing.append(f"{block.file}:{block.line}: {self.address}{where}: its source {text!r} {why}")
            return []
        made = []
        for instance in self.expanded(block, where):
            step = f"{where}{instance.key}"
            call_ = ModuleCall(f"{self.address}{step}", block.file, block.line)
            made.append(
                Module(
                    shared,
                    folder,
                    (*self.path, step),
                    {
                        one: (lambda one=one, instance=instance: self.argument(block.body, one, instance, where))  # type: ignore[misc]  # the defaults bind the loop's values
                        for one in block.body.arguments
                        if one not in META
                    },
                    (*self.calls, call_),
                    self._passed_regions(block),
                    instance.perhaps or self.perhaps,
                )
            )
        return made

    def _module(self, name: str) -> Value:
        block = self.blocks.get(("module", name))
        if block is None:
            raise EvaluationError(f"there is no module {name!r}")
        children = self._called(name)
        address = f"{self.address}module.{name}"
        instances = self.expanded(block, f"module.{name}")
        if instances and instances[0].perhaps is not None:
            return self._unsure(address, instances[0])
        if not children and instances:
            return Hole(address, detail=f"{address} is not here, so what it gives is not known", target=address)
        lookups = [Lookup(".".join(child.path), child.output) for child in children]
        if "count" in block.body.arguments:
            return lookups
        if "for_each" in block.body.arguments:
            return {one.names["each"]["key"]: lookup for one, lookup in zip(instances, lookups, strict=True)}
        return lookups[0]

    def _own_regions(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for block in self._providers:
            if block.labels[:1] == ("aws",):
                alias = block.body.arguments.get("alias")
                name = f"aws.{alias.value.value}" if alias and isinstance(alias.value, Literal) else "aws"
                region = block.body.arguments.get("region")
                if region is not None:
                    found[name] = self.evaluator.value_or_hole(region.value, "provider.aws.region")
        return found

    def _passed_regions(self, block: Block) -> dict[str, Value]:
        said = block.body.arguments.get("providers")
        if said is None or not isinstance(said.value, ObjectOf):
            return {"aws": self.regions["aws"]} if "aws" in self.regions else {}
        passed: dict[str, Value] = {}
        for key, value in said.value.items:
            if provider_name(value) in self.regions:
                passed[_key_name(key)] = self.regions[provider_name(value)]
        return passed

    def region(self, block: Block) -> str:
        """Return the region of a resource; the empty text where it is not known."""
        said = block.body.arguments.get("region")
        provider = block.body.arguments.get("provider")
        found = (
            self.evaluator.value_or_hole(said.value, "region")
            if said is not None
            else self.regions.get(provider_name(provider.value) if provider else "aws")
        )
        return found if isinstance(found, str) else ""


def _is_false(argument: object) -> bool:
    return getattr(argument, "value", None) == Literal(value=False)


def _key_name(expression: Expression) -> str:
    return str(expression.value) if isinstance(expression, Literal) else provider_name(expression)
