"""A CloudFormation template: its text with lines, and its intrinsic functions as far as they can be known.

Source: AWS CloudFormation User Guide, "Intrinsic function reference", "Conditions", "Parameters".
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from scanner.errors import SourceError
from scanner.iac.cloudformation.intrinsics import FUNCTIONS, plain
from scanner.iac.terraform.attributes import STAND_IN_REGION
from scanner.iac.values import Hole, Value, first_hole
from scanner.model.maybe import Reason

MOST_CHARACTERS: Final = 4 << 20
MOST_BYTES: Final = 4 * MOST_CHARACTERS
MOST_NODES: Final = 200_000
"""More nodes than any template may have; a document of aliases to aliases would grow beyond it."""
_DEEPEST: Final = 60
_CONDITIONS: Final = frozenset({"Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition"})


_ANY_REGION: Final = Hole(
    "AWS::Region", detail="the region is not known", target="AWS::Region", stands_for=STAND_IN_REGION
)


class Absence:
    """`AWS::NoValue`: the property is not set."""


NO_VALUE: Final = Absence()


class Located(dict[str, Any]):
    """A mapping of a template with the lines of its keys, and the spans of the values that are written out."""

    lines: dict[str, int]
    line: int

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(values or {})
        self.spans: dict[str, tuple[int, int]] = {}
        """Of a plain text, number or Boolean: its first character in the file, and the one after its last."""


class _Loader(yaml.SafeLoader):
    pass


class _Reader:
    """Makes plain values of nodes, with a bound on how many."""

    def __init__(self, loader: _Loader, file: str) -> None:
        self.loader = loader
        self.file = file
        self.nodes = 0

    def value(self, node: yaml.Node, depth: int = 0) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > _DEEPEST:
            raise SourceError(f"{self.file}:{node.start_mark.line + 1}: the template is too large or too deep; refused")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            inner: Any = [self.value(item, depth + 1) for item in node.value]
        else:
            inner = self.loader.construct_object(node) if not node.tag.startswith("!") else node.value
        if not node.tag.startswith("!"):
            return str(inner) if inner is not None and not isinstance(inner, str | int | float | bool | list) else inner
        return self._short(node, inner)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Any:
        made = Located()
        made.lines, made.line = {}, node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = str(key_node.value)
            made[key] = self.value(value_node, depth + 1)
            made.lines[key] = key_node.start_mark.line + 1
            if isinstance(value_node, yaml.ScalarNode) and not value_node.tag.startswith("!"):
                made.spans[key] = (value_node.start_mark.index, value_node.end_mark.index)
        return self._short(node, made) if node.tag.startswith("!") else made

    def _short(self, node: yaml.Node, inner: Any) -> Any:
        """Return the long form of `!Name value`."""
        name = node.tag[1:]
        if name == "GetAtt" and isinstance(inner, str):
            inner = inner.split(".", 1)
        made = Located({name if name in ("Ref", "Condition") else f"Fn::{name}": inner})
        made.lines, made.line = {}, node.start_mark.line + 1
        return made


def is_template(path: Path) -> bool:
    """Whether a file looks like a template: it names Resources and a type of AWS."""
    try:
        with path.open("rb") as stream:
            start = stream.read(MOST_CHARACTERS)
    except OSError:
        return False
    return re.search(rb"[\s{,][\"']?Resources[\"']?\s*:", b"\n" + start) is not None and b"AWS::" in start


def read_template(path: Path) -> str:
    """Return the text of a template. Raises `SourceError` if it cannot be read, or is too large for one."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path}: larger than {MOST_CHARACTERS >> 20} MiB; refused")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error


def parse_template(text: str, file: str) -> Located:
    """Read a template in YAML or JSON. Raises `SourceError` with line and column where it is neither, or no template."""
    if len(text) > MOST_CHARACTERS:
        raise SourceError(f"{file}: larger than {MOST_CHARACTERS >> 20} MiB; refused")
    if text.lstrip().startswith("{"):
        # JSON may be indented by tabs, which YAML refuses.
        text = text.replace("\t", " ")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        found = _Reader(loader, file).value(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise SourceError(f"{file}{place}: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"{file}: {error}") from error
    if not isinstance(found, Located) or not isinstance(found.get("Resources"), Located) or not found["Resources"]:
        raise SourceError(f"{file}: no CloudFormation template: it has no Resources")
    for name, resource in found["Resources"].items():
        if not isinstance(resource, Mapping) and not name.startswith("Fn::"):
            raise SourceError(f"{file}:{found['Resources'].lines[name]}: the resource {name} is no mapping")
    return found


class Template:
    """A template with the values of its parameters; account and region stand for the pseudo parameters.

    `prefix` is what stands before its names in addresses: the stacks that lead to it.
    """

    def __init__(
        self,
        document: Located,
        account: str,
        region: str,
        given: Mapping[str, Any] | None = None,
        *,
        file: str = "",
        prefix: str = "",
    ) -> None:
        self.account, self.region, self.file, self.prefix = account, region, file, prefix
        self.resources: Mapping[str, Any] = document["Resources"]
        self._parameters: Mapping[str, Any] = document.get("Parameters") or {}
        self._given: Mapping[str, Any] = given or {}
        self._conditions: Mapping[str, Any] = document.get("Conditions") or {}
        self.mappings: Mapping[str, Any] = document.get("Mappings") or {}
        self._outputs: Mapping[str, Any] = document.get("Outputs") or {}
        self._busy: set[str] = set()
        self.opened: Callable[[str], Template | None] | None = None
        """Reads the template of a stack within it; None where that is not here."""
        self._stacks: dict[str, Template | None] = {}
        self.computed: Callable[[str, str], Value] | None = None
        """Tells the attributes of resources from their properties."""
        self._pseudo: dict[str, Value] = {
            "AWS::AccountId": account,
            "AWS::Partition": "aws",
            "AWS::Region": region or _ANY_REGION,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NO_VALUE,
            **{name: Hole(name, Reason.KNOWN_AFTER_APPLY, target=name) for name in ("AWS::StackName", "AWS::StackId")},
        }

    def stack(self, name: str) -> "Template | None":
        """Return the template of a stack within this one, or None where it is not here."""
        if name not in self._stacks:
            self._stacks[name] = None  # stands while it is read, for a stack that asks for itself
            self._stacks[name] = self.opened(name) if self.opened is not None else None
        return self._stacks[name]

    def output(self, name: str) -> Value:
        """Return what a template gives to the stack that holds it."""
        said = self._outputs.get(name)
        if not isinstance(said, Mapping) or "Value" not in said:
            return Hole(f"{self.prefix}Outputs.{name}", detail=f"{self.file} has no output {name}")
        return self.value(said["Value"])

    def exists(self, resource: Mapping[str, Any]) -> bool | Hole:
        """Whether the condition of a resource holds."""
        name = resource.get("Condition")
        return self.condition(name) if isinstance(name, str) else True

    def condition(self, name: str) -> bool | Hole:
        """Return a named condition."""
        if name in self._busy or name not in self._conditions:
            return Hole(name, detail=f"the condition {name} is not defined, or refers to itself")
        self._busy.add(name)
        try:
            return self._test(self.value(self._conditions[name]))
        finally:
            self._busy.discard(name)

    @staticmethod
    def _test(value: Value) -> bool | Hole:
        hole = first_hole(value)
        return hole if hole is not None else value in (True, "true")

    def value(self, said: Any) -> Value:
        """Return a value with its functions computed, and holes where they cannot be."""
        if isinstance(said, list):
            return [value for item in said if (value := self.value(item)) is not NO_VALUE]
        if isinstance(said, str):
            return plain(said)
        if not isinstance(said, dict):
            return said
        if len(said) == 1:
            (name, argument), *_ = said.items()
            if name == "Ref":
                return self._ref(str(argument))
            if name in _CONDITIONS and (name != "Condition" or isinstance(argument, str)):
                return self._logic(name, argument)
            if name.startswith("Fn::"):
                return self._function(name, argument)
        return {key: value for key, item in said.items() if (value := self.value(item)) is not NO_VALUE}

    def _ref(self, name: str) -> Value:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._parameters:
            return self._parameter(name)
        if name in self.resources:
            return self.attribute(name, "id")
        return Hole(name, detail=f"{name} is not defined in the template")

    def _parameter(self, name: str) -> Value:
        said = self._parameters[name] or {}
        if said.get("NoEcho") in (True, "true"):
            return Hole(name, detail=f"the parameter {name} is secret and not looked at")
        if name in self._given:
            return self._typed(said, self._given[name])
        type_ = str(said.get("Type", ""))
        if "Default" not in said or type_.startswith("AWS::SSM"):
            one_real_thing = type_.startswith("AWS::") and "List" not in type_ and "<String>" not in type_
            why = "is looked up in Parameter Store" if type_.startswith("AWS::SSM") else "has no default"
            return Hole(name, detail=f"the parameter {name} {why}", target=name if one_real_thing else "")
        return self._typed(said, said["Default"])

    @staticmethod
    def _typed(said: Mapping[str, Any], value: Any) -> Value:
        return [part.strip() for part in str(value).split(",")] if "List" in str(said.get("Type", "")) else value

    def attribute(self, name: str, attribute: str) -> Value:
        """Return an attribute of a resource of the template: what its properties tell, else a symbol."""
        if self.computed is not None and name in self.resources:
            return self.computed(name, attribute)
        reference = f"{name}.{attribute}"
        return Hole(reference, Reason.KNOWN_AFTER_APPLY, f"{reference} is known after deployment", name, attribute)

    def _logic(self, name: str, argument: Any) -> bool | Hole:
        if name == "Condition":
            return self.condition(str(argument))
        parts = [self.value(item) for item in argument]
        if name == "Fn::Equals":
            hole = first_hole(parts)
            return hole if hole is not None else str(parts[0]) == str(parts[1])
        tests = [self._test(part) for part in parts]
        if name == "Fn::Not":
            return tests[0] if isinstance(tests[0], Hole) else not tests[0]
        decisive = name == "Fn::Or"
        if any(test is decisive for test in tests):
            return decisive
        return next((test for test in tests if isinstance(test, Hole)), not decisive)

    def _function(self, name: str, argument: Any) -> Value:
        function = FUNCTIONS.get(name)
        try:
            if function is not None:
                return function(self, argument)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return Hole(name, detail=f"{name} cannot be computed: {error}")
        return Hole(name, detail=f"{name} is not computed")
