"""What an unknown value of a plan refers to, found in the plan's copy of the configuration, also across modules.

Source: Terraform documentation, "JSON Output Format", section "Expression Representation".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_INDEX: Final = re.compile(r"\[(?:\d+|\"[^\"]*\")\]")
_DEEPEST: Final = 12


class References:
    """The configuration of a plan, by module, and the addresses that it plans."""

    def __init__(self, configuration: Mapping[str, Any], addresses: Iterable[str]) -> None:
        self.addresses = frozenset(addresses)
        self._instances: dict[str, list[str]] = {}
        for address in self.addresses:
            self._instances.setdefault(_INDEX.sub("", address), []).append(address)
        self._modules: dict[str, Mapping[str, Any]] = {}
        self._expressions: dict[str, Mapping[str, Any]] = {}
        self._walk("", configuration.get("root_module") or {}, 0)

    def _walk(self, path: str, module: Mapping[str, Any], depth: int) -> None:
        self._modules[path] = module
        for resource in module.get("resources") or ():
            self._expressions[f"{path}{resource['address']}"] = resource.get("expressions") or {}
        for name, call in (module.get("module_calls") or {}).items() if depth < _DEEPEST else ():
            self._walk(f"{path}module.{name}.", call.get("module") or {}, depth + 1)

    def is_told(self, address: str) -> bool:
        """Whether the plan holds the configuration of this resource."""
        return _INDEX.sub("", address) in self._expressions

    def expression(self, address: str, path: tuple[str | int, ...]) -> Any:
        """Return the expression of an argument; None where the configuration sets none there."""
        found: Any = self._expressions.get(_INDEX.sub("", address), {})
        for step in path:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int):
                found = found[step] if step < len(found) else None
            elif not (isinstance(found, dict) and isinstance(step, int)):
                return None
        return found

    def target(self, address: str, references: Iterable[str]) -> tuple[str, str]:
        """Return the address and attribute that an expression's references lead to; empty texts if not to one."""
        prefix = _module_of(address)
        found = {self._follow(prefix, reference, address, 0) for reference in references}
        found.discard(("", ""))
        whole = {one for one in found if one[1]} or found
        return whole.pop() if len(whole) == 1 else ("", "")

    def _follow(self, prefix: str, reference: str, address: str, depth: int) -> tuple[str, str]:
        if depth > _DEEPEST:
            return "", ""
        parts = reference.split(".")
        if parts[0] == "var" and prefix:
            return self._given(prefix, parts[1], address, depth)
        if parts[0] == "module" and len(parts) > 2:  # noqa: PLR2004 - module, its name, an output
            return self._output(prefix, parts, address, depth)
        return self._resource(prefix, reference, address)

    def _given(self, prefix: str, name: str, address: str, depth: int) -> tuple[str, str]:
        """Follow a variable to what the call of its module gives."""
        outer, _, call = _INDEX.sub("", prefix).removesuffix(".").rpartition("module.")
        module = self._modules.get(outer, {})
        expressions = ((module.get("module_calls") or {}).get(call) or {}).get("expressions") or {}
        said = (expressions.get(name.partition("[")[0]) or {}).get("references") or ()
        above = prefix[: len(prefix) - len(prefix.removesuffix(".").rpartition("module.")[2]) - len("module.") - 1]
        return self._only(above, said, address, depth)

    def _output(self, prefix: str, parts: list[str], address: str, depth: int) -> tuple[str, str]:
        name = f"{prefix}module.{parts[1]}."
        module = self._modules.get(_INDEX.sub("", name), {})
        output = (module.get("outputs") or {}).get(parts[2].partition("[")[0]) or {}
        said = (output.get("expression") or {}).get("references") or ()
        return self._only(name, said, address, depth)

    def _only(self, prefix: str, references: Iterable[str], address: str, depth: int) -> tuple[str, str]:
        found = {self._follow(prefix, one, address, depth + 1) for one in references} - {("", "")}
        whole = {one for one in found if one[1]} or found
        return whole.pop() if len(whole) == 1 else ("", "")

    def _resource(self, prefix: str, reference: str, address: str) -> tuple[str, str]:
        """Return the planned address that a reference begins with, and the attribute after it."""
        steps = reference.split(".")
        size = 3 if steps[0] == "data" else 2
        if len(steps) < size:
            return "", ""
        name = prefix + ".".join(steps[:size])
        attribute = ".".join(steps[size:])
        if name in self.addresses:
            return name, attribute
        instances = self._instances.get(_INDEX.sub("", name), [])
        key = _INDEX.findall(address)[-1:] or [""]
        same = [one for one in instances if one.endswith(key[0])] if key[0] else []
        chosen = same if len(same) == 1 else instances
        return (chosen[0], attribute) if len(chosen) == 1 else ("", "")


def _module_of(address: str) -> str:
    """Return the module part of an address, with a dot at its end."""
    match = re.match(r"(?:module\.[^.\[]+(?:\[(?:\d+|\"[^\"]*\")\])?\.)*", address)
    return match.group() if match else ""
