"""What a file of infrastructure as code declares, before it becomes kinds: a type, a name, and values with their lines."""

from collections.abc import Mapping

import msgspec

from scanner.iac.terraform.syntax import Body
from scanner.iac.values import SYMBOLS, Hole, Value
from scanner.model.kind import Source
from scanner.model.maybe import Reason, Unknown, Why, unknown


class ModuleCall(msgspec.Struct, frozen=True):
    """A call of a module on the way to a resource."""

    address: str
    file: str
    line: int


class Declared(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A resource. Nested blocks are lists of dicts among its values; an element may be a hole (a dynamic block)."""

    type: str
    address: str
    values: Mapping[str, Value]
    file: str = ""
    """Path below the scanned root."""
    line: int = 0
    body: Body | None = None
    region: str = ""
    calls: tuple[ModuleCall, ...] = ()
    """The outermost first."""
    perhaps: Why | None = None
    """Why it is not known whether it will exist at all."""
    id: str = ""
    """The id that AWS knows it by, where a plan or state tells it."""

    def get(self, name: str) -> Value:
        """Return an argument's value; null where it is not set."""
        return self.values.get(name)

    def blocks(self, name: str) -> list[Value]:
        """Return the nested blocks of this name: dicts, or holes for those not known."""
        return blocks_of(self.values, name)

    def block(self, name: str) -> Mapping[str, Value] | None:
        """Return the one nested block of this name, or None. A hole in its place makes every argument of it one."""
        return block_of(self.values, name)

    def line_of(self, *path: str | int) -> int:
        """Return the line of a nested block or argument (`"ingress", 1, "cidr_blocks"`): the nearest that is written."""
        line, body = self.line, self.body
        steps = list(path)
        while steps and body is not None:
            name = str(steps.pop(0))
            if name in body.arguments:
                return body.arguments[name].line
            number = steps.pop(0) if steps and isinstance(steps[0], int) else 0
            found = [block for block in body.blocks if block.type == name or block.labels[:1] == (name,)]
            if not found:
                break
            chosen = found[min(int(number), len(found) - 1)]
            inner = chosen.body.blocks if chosen.type == "dynamic" else ()
            content = next((block for block in inner if block.type == "content"), chosen)
            line, body = chosen.line, content.body
        return line

    def source(self, *path: str | int) -> Source:
        """Return where an argument is written, as the origin of a kind."""
        return Source(self.file, self.line_of(*path), self.address, self._calls())

    def _calls(self) -> tuple[Source, ...]:
        return tuple(Source(call.file, call.line, call.address) for call in self.calls)


class _HoleBlock(dict[str, Value]):
    """A block of which nothing is known: every argument is the same hole."""

    def __init__(self, hole: Value) -> None:
        super().__init__()
        self._hole = hole

    def get(self, _name: str, _default: Value = None, /) -> Value:
        return self._hole


def blocks_of(values: Mapping[str, Value], name: str) -> list[Value]:
    """Return nested blocks: dicts, or holes for those not known. A dict alone is one block."""
    said = values.get(name)
    if said is None:
        return []
    return said if isinstance(said, list) else [said]


def block_of(values: Mapping[str, Value], name: str) -> Mapping[str, Value] | None:
    """Return the one nested block of this name, or None. A hole in its place makes every argument of it one."""
    found = blocks_of(values, name)
    return as_block(found[0]) if found else None


def as_block(item: Value) -> Mapping[str, Value]:
    """Return an element of a list of blocks as a block; see `block_of`."""
    if isinstance(item, SYMBOLS):
        return _HoleBlock(item)
    if item in (None, "") or isinstance(item, Mapping):
        return item or {}
    return _HoleBlock(Hole("the block", detail=f"{item!r:.40} stands where a block is due"))


def after_apply(address: str, attribute: str) -> Unknown:
    """Return a field that AWS fills in when the resource is made."""
    return unknown(Reason.KNOWN_AFTER_APPLY, f"{address}.{attribute} is known after apply")
