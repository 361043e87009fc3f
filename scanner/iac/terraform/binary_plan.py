"""A plan in Terraform's own format: a zip that holds the plan, the state before it, and all of the configuration.

The plan is a message in Protocol Buffers whose values are MessagePack; what is read of it is given the shape of a plan in
JSON. No provider is started, so nothing of the scanned tree runs. Source: hashicorp/terraform, docs/plugin-protocol and
internal/plans/internal/planproto/planfile.proto (plan format 3).
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError

MOST_BYTES: Final = 256 << 20
"""More bytes than all files of a plan may have when they are unpacked."""
MOST_ENTRIES: Final = 20_000
_FORMAT: Final = 3
_ACTIONS: Final[Mapping[int, tuple[tuple[str, ...], int, int]]] = {
    0: (("no-op",), 0, 0),
    1: (("create",), -1, 0),
    2: (("read",), 0, 1),
    3: (("update",), 0, 1),
    5: (("delete",), 0, -1),
    6: (("delete", "create"), 0, 1),
    7: (("create", "delete"), 0, 1),
    8: (("forget",), 0, -1),
    9: (("create", "forget"), 0, 1),
}
"""By the number of an action: its names in JSON, and which of the change's values are those before and after."""
_UNKNOWN: Final = frozenset({0, 12})
"""MessagePack extensions that stand for a value which is not known yet (zclconf/go-cty, msgpack)."""
_SECRET: Final = re.compile(
    r"(password|passphrase|private_key|secret_key|secret_string|secret_binary|auth_token|certificate_pem|token)$"
)
_ADDRESS: Final = re.compile(r'^(?:module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)*(data\.)?([\w-]+)\.([\w-]+)')


class Unpacked(msgspec.Struct, frozen=True):
    """What the file holds: the plan in the shape of JSON, and its configuration by path below the root module."""

    document: dict[str, Any]
    files: Mapping[str, str]
    variables: Mapping[str, Any]


class _NotKnown:
    """A value that is not known yet."""


def unpack(path: Path) -> Unpacked:
    """Read a plan. Raises `SourceError` if it is none, of another format, or larger than any plan may be."""
    entries = _entries(path)
    if "tfplan" not in entries:
        raise SourceError(f"{path}: a zip file that holds no Terraform plan")
    try:
        return _unpacked(path, entries)
    except (IndexError, LookupError, TypeError, ValueError, AttributeError, msgspec.MsgspecError) as error:
        raise SourceError(
            f"{path}: the plan cannot be read ({type(error).__name__}: {error}); give it as JSON: "
            f"terraform show -json {path.name}"
        ) from error


def _entries(path: Path) -> dict[str, bytes]:
    """Return the files of the zip. Sizes are counted as they are unpacked: what a zip says of itself may be untrue."""
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise SourceError(f"{path}: more than {MOST_ENTRIES:,} files; refused")
            for entry in archive.infolist():
                with archive.open(entry) as stream:
                    data = stream.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise SourceError(f"{path}: unpacks to more than {MOST_BYTES >> 20} MiB; refused")
                found[entry.filename] = data
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError(f"{path}: no plan: the zip file is broken ({error})") from error
    return found


def _unpacked(path: Path, entries: Mapping[str, bytes]) -> Unpacked:
    plan = list(_fields(entries["tfplan"]))
    version = next((value for number, value in plan if number == 1), 0)
    if version != _FORMAT:
        raise SourceError(f"{path}: plan format {version} is not one that is understood ({_FORMAT}); give it as JSON")
    terraform = next((bytes(value).decode() for number, value in plan if number == 14), "")  # noqa: PLR2004 - terraform_version
    changes = [_change(dict_of(value)) for number, value in plan if number == 3]  # noqa: PLR2004 - resource_changes
    document = {
        "format_version": "1.2",
        "terraform_version": terraform,
        "planned_values": {},
        "resource_changes": changes,
        "prior_state": {"values": {"root_module": {"resources": list(_state(entries.get("tfstate", b"{}")))}}},
        "errored": any(number == 20 and value for number, value in plan),  # noqa: PLR2004 - errored
    }
    variables = {
        bytes(said[1][0]).decode(): _plain(_decoded(said[2][0]))[0]
        for said in (dict_of(value) for number, value in plan if number == 2)  # noqa: PLR2004 - variables
    }
    return Unpacked(document, dict(_configuration(entries)), variables)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a message: numbers, and bytes for what has a length (Protocol Buffers, "Encoding")."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _number(data, at)
            yield key >> 3, value
        elif kind == 2:  # noqa: PLR2004 - length-delimited
            size, at = _number(data, at)
            if at + size > len(data):
                raise ValueError("a field ends behind its message")
            yield key >> 3, data[at : at + size]
            at += size
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says there is more
            return value, at
        if shift > 63:  # noqa: PLR2004 - bits of the largest number
            raise ValueError("a number is too long")


def dict_of(data: bytes) -> dict[int, list[Any]]:
    """Return the fields of a message by their numbers."""
    found: dict[int, list[Any]] = {}
    for number, value in _fields(data):
        found.setdefault(number, []).append(value)
    return found


def _decoded(dynamic: bytes) -> Any:
    """Return a value of the plan, in which what is not known yet is marked."""
    packed = dict_of(dynamic)[1][0]
    return msgspec.msgpack.Decoder(ext_hook=lambda code, _: _NotKnown() if code in _UNKNOWN else None).decode(packed)


def _plain(value: Any) -> tuple[Any, Any]:
    """Return a value as JSON has it, and the mask of what of it is not known."""
    if isinstance(value, _NotKnown):
        return None, True
    if isinstance(value, list):
        # A value whose type the schema leaves open comes with its type before it, as bytes.
        if len(value) == 2 and isinstance(value[0], bytes):  # noqa: PLR2004 - type and value
            return _plain(value[1])
        pairs = [_plain(item) for item in value]
        return [plain for plain, _ in pairs], [mask for _, mask in pairs]
    if isinstance(value, dict):
        found = {str(key): _plain(item) for key, item in value.items()}
        return {key: plain for key, (plain, _) in found.items()}, {
            key: mask for key, (_, mask) in found.items() if mask
        }
    return value, False


def _change(said: dict[int, list[Any]]) -> dict[str, Any]:
    address = bytes(said[13][0]).decode()
    match = _ADDRESS.match(address)
    if match is None:
        raise ValueError(f"no address: {address!r}")
    change = dict_of(said[9][0])
    actions, past, future = _ACTIONS[change.get(1, [0])[0]]
    values = [_decoded(value) for value in change.get(2, ())]
    before = _plain(values[past])[0] if past >= 0 else None
    after, unknown = _plain(values[future]) if future >= 0 else (None, False)
    previous = bytes(said[14][0]).decode() if 14 in said else ""  # noqa: PLR2004 - prev_run_addr
    told: dict[str, Any] = {
        "address": address,
        "mode": "data" if match.group(1) else "managed",
        "type": match.group(2),
        "name": match.group(3),
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": _sensitive(change.get(3, ()), before),
            "after_sensitive": _sensitive(change.get(4, ()), after),
        },
    }
    return told | ({"previous_address": previous} if previous and previous != address else {})


def _sensitive(paths: Any, values: Any) -> dict[str, bool]:
    """Return the attributes that hold something sensitive, each as a whole.

    The file marks what a variable makes sensitive; what a provider's schema does stands in the provider, so that is known by
    its name.
    """
    names = {name: True for name in values or () if _SECRET.search(name)}
    for path in paths:
        steps = dict_of(path).get(1, ())
        first = dict_of(steps[0]) if steps else {}
        if 1 in first:
            names[bytes(first[1][0]).decode()] = True
    return names


def _state(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the resources of a state file (version 4) as a plan tells its prior state."""
    for resource in json.loads(data).get("resources") or ():
        module = f"{resource['module']}." if resource.get("module") else ""
        data_mark = "data." if resource["mode"] == "data" else ""
        for instance in resource.get("instances") or ():
            key = instance.get("index_key")
            shown = "" if key is None else f"[{key}]" if isinstance(key, int) else f"[{json.dumps(key)}]"
            hidden = {
                str(path[0].get("value")): True
                for path in instance.get("sensitive_attributes") or ()
                if path and isinstance(path[0], dict)
            } | {name: True for name in instance.get("attributes") or () if _SECRET.search(name)}
            yield {
                "address": f"{module}{data_mark}{resource['type']}.{resource['name']}{shown}",
                "mode": resource["mode"],
                "type": resource["type"],
                "name": resource["name"],
                "values": instance.get("attributes") or {},
                "sensitive_values": hidden,
            }


def _configuration(entries: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the files of configuration by their paths, with the manifest by which `terraform init` would find modules."""
    modules = json.loads(entries.get("tfconfig/modules.json", b"[]"))
    folders = {one["Key"]: one["Dir"] for one in modules}
    for name, data in entries.items():
        prefix, _, file = name.rpartition("/")
        if prefix.startswith("tfconfig/m-"):
            folder = folders[prefix.removeprefix("tfconfig/m-")]
            yield f"{folder}/{file}", data.decode()
    yield ".terraform/modules/modules.json", json.dumps({"Modules": modules})
