"""EC2 as Terraform declares it: instances with the interfaces and volumes they make.

An address of its subnet stands for the private one that AWS will choose. An instance that says nothing of the metadata
service answers IMDSv1, as the API does unless account or image say otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.default_network import default_subnet
from scanner.iac.terraform.interfaces import interface
from scanner.iac.terraform.rows import text_or
from scanner.iac.values import SYMBOLS, Value, flag_of, int_of, list_of, number_of, text_of
from scanner.iac.world import World, name_of, not_told, tags_of
from scanner.model.ec2 import (
    AttachedInterface,
    AttachedVolume,
    Instance,
    MetadataOptions,
    Volume,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, known, unknown, why_unknown
from scanner.model.vpc import NetworkInterface

_INSTANCES: Final = ("aws_instance", "aws_spot_instance_request")
_LINK: Final = "aws_network_interface_attachment"
_GROUP_LINK: Final = "aws_network_interface_sg_attachment"
_DEVICES: Final = ("root_block_device", "ebs_block_device")
_OPTIONS: Final[dict[str, Value]] = {
    "http_endpoint": "enabled",
    "http_tokens": "optional",
    "http_put_response_hop_limit": 1,
    "http_protocol_ipv6": "disabled",
    "instance_metadata_tags": "disabled",
}


def kinds(world: World) -> Iterator[Kind]:
    """Yield everything of EC2 that is declared."""
    for number, one in enumerate(world.of_type(*_INSTANCES)):
        yield from _instance(world, one, number)
    for number, one in enumerate(world.of_type("aws_network_interface")):
        yield _interface(world, one, one.values, world.id(one), number)
    for one in world.of_type("aws_ebs_volume"):
        yield _volume(world, one, one.values, world.id(one), ())


def _place(world: World, one: Declared, native_id: str = "") -> dict[str, Any]:
    return {
        "scope": world.scope(one),
        "id": native_id or world.id(one),
        "origin": one.source(),
        "arn": ABSENT,
        "name": name_of(one),
        "tags": tags_of(one),
    }


def _options(one: Declared, world: World) -> MetadataOptions:
    defaults = next((said.values for said in world.of_type("aws_ec2_instance_metadata_defaults")), {})
    block = one.block("metadata_options") or {}

    def said(name: str) -> Value:
        for holder in (block, defaults, _OPTIONS):
            value = holder.get(name)
            if value not in (None, "", "no-preference", -1):
                return value
        return None

    return metadata_of(said)


def metadata_of(said: Callable[[str], Value]) -> MetadataOptions:
    """Return how the metadata service answers; `said` gives its arguments."""
    return MetadataOptions(
        http_endpoint=text_of(said("http_endpoint")),
        http_tokens=text_of(said("http_tokens")),
        hop_limit=number_of(said("http_put_response_hop_limit")),
        http_protocol_ipv6=text_of(said("http_protocol_ipv6")),
        instance_tags=text_of(said("instance_metadata_tags")),
    )


def _instance(world: World, one: Declared, number: int) -> Iterator[Kind]:
    native_id = world.id(one)
    own = [world.find(as_block(said).get("network_interface_id")) for said in one.blocks("network_interface")]
    if own:
        interfaces = [_interface(world, other, other.values, world.id(other), number) for other in own if other]
    else:
        interfaces = [_interface(world, one, one.values, f"{native_id}.eni0", number)]
        yield from interfaces
    volumes = [*_volumes(world, one)]
    yield from volumes
    first = interfaces[0] if interfaces else None
    profile = one.get("iam_instance_profile")
    yield Instance(
        **_place(world, one),
        state="running",
        instance_type=_known_text(one, "instance_type"),
        image=_known_text(one, "ami"),
        platform=not_told("its platform"),
        vpc=first.vpc if first else not_told("its VPC"),
        subnet=world.relation(one.get("subnet_id")),
        availability_zone=text_of(one.get("availability_zone")),
        groups=first.groups if first else (),
        interfaces=tuple(_attached(interface) for interface in interfaces),
        source_dest_check=flag_of(one.get("source_dest_check"), default=True),
        key_name=world.relation(one.get("key_name")),
        instance_profile=_profile(world, profile),
        launched_at=not_told("when it was started"),
        stopped_at=ABSENT,
        metadata_options=_options(one, world),
        detailed_monitoring=flag_of(one.get("monitoring"), default=False),
        virtualization=not_told("its virtualization"),
        volumes=tuple(AttachedVolume(volume.id, volume.id, delete_on_termination=True) for volume in volumes),
        lifecycle=ABSENT,
        managed_by=ABSENT,
    )


def _profile(world: World, value: Value) -> Maybe[Any]:
    """Return the ARN of a profile: its name is what Terraform takes."""
    named = world.relation(value)
    if why_unknown(named) is not None or isinstance(named, Absent) or str(named).startswith("arn:"):
        return named
    return f"arn:aws:iam::{world.account}:instance-profile/{named}"


def _known_text(one: Declared, name: str) -> Maybe[str]:
    found = text_of(one.get(name))
    why = why_unknown(found)
    if why is not None:
        return Unknown(why)
    return not_told(f"{one.address}.{name}") if isinstance(found, Absent) else str(found)


def _interface(world: World, one: Declared, said: Mapping[str, Value], native_id: str, number: int) -> NetworkInterface:
    subnet = world.find(said.get("subnet_id"))
    groups: Value = next(
        (said.get(name) for name in ("vpc_security_group_ids", "security_groups") if said.get(name)), None
    )
    in_default = said.get("subnet_id") in (None, "") and not said.get("launch_template")
    has_ipv6 = said.get("ipv6_address_count") or said.get("ipv6_addresses")
    more = [link.get("security_group_id") for link in world.referring("network_interface_id", _GROUP_LINK)(native_id)]
    attached = world.referring("network_interface_id", _LINK)(native_id)
    instance = world.id(one) if one.type in _INSTANCES else ABSENT
    return interface(
        world,
        one,
        native_id,
        default_subnet() if in_default and one.type in _INSTANCES else said.get("subnet_id"),
        world.relations([*_each(groups), *more]),
        _public(world, one, said, subnet),
        number=number,
        private=said.get("private_ip"),
        name=name_of(one),
        ipv6=not_told("its IPv6") if has_ipv6 else (),
        source_dest_check=flag_of(said.get("source_dest_check"), default=True),
        instance=world.relation(attached[0].get("instance_id")) if attached else instance,
    )


def _each(value: Value) -> list[Value]:
    return [value] if isinstance(value, SYMBOLS) else list_of(value)


def _public(world: World, one: Declared, said: Mapping[str, Value], subnet: Declared | None) -> Maybe[str | Absent]:
    """Return the public address: the launch decides, else the subnet; an Elastic IP address stands for either."""
    native_id = world.id(one)
    eips = world.referring("instance", "aws_eip")(native_id)
    eips += world.referring("instance_id", "aws_eip_association")(native_id)
    eips += world.referring("network_interface", "aws_eip")(native_id)
    if eips:
        return f"{eips[0].address}.public_ip"
    assigned = said.get("associate_public_ip_address")
    if one.type == "aws_network_interface":
        return ABSENT
    in_default = said.get("subnet_id") in (None, "") and not said.get("launch_template")
    if assigned is None and in_default:
        return f"{one.address}.public_ip"
    if assigned is None and subnet is None:
        return unknown(Reason.UNRESOLVED, "whether its subnet assigns public addresses is not declared here")
    default = (
        flag_of(subnet.get("map_public_ip_on_launch"), default=subnet.type == "aws_default_subnet") if subnet else False
    )
    wants = default if assigned is None else flag_of(assigned, default=False)
    why = why_unknown(wants)
    if why is not None:
        return Unknown(why)
    return f"{one.address}.public_ip" if wants else ABSENT


def _attached(interface: NetworkInterface) -> AttachedInterface:
    address = known(interface.addresses)[0]
    public = address.public_ipv4
    why = why_unknown(public)
    return AttachedInterface(
        id=interface.id,
        device_index=0,
        subnet=interface.subnet,
        groups=interface.groups,
        private_ipv4=(address.address,),  # type: ignore[arg-type]  # an unknown one is asked for in vain
        public_ipv4=Unknown(why) if why is not None else (str(public),) if public else (),
        ipv6=interface.ipv6,
        source_dest_check=interface.source_dest_check,
    )


def _volumes(world: World, one: Declared) -> Iterator[Volume]:
    for name in _DEVICES:
        for number, said in enumerate(one.blocks(name)):
            suffix = name if name == _DEVICES[0] else f"{name}[{number}]"
            yield _volume(
                world, one, as_block(said), f"{world.id(one)}.{suffix}", (name, number), instance=world.id(one)
            )


def _volume(  # noqa: PLR0917 - the parts of one row
    world: World,
    one: Declared,
    said: Mapping[str, Value],
    native_id: str,
    path: tuple[str | int, ...],
    instance: str = "",
) -> Volume:
    encrypts = [flag_of(other.get("enabled"), default=True) for other in world.of_type("aws_ebs_encryption_by_default")]
    default: Maybe[bool] = encrypts[0] if encrypts else False
    encrypted = default if said.get("encrypted") is None else flag_of(said.get("encrypted"), default=False)
    return Volume(
        **{**_place(world, one, native_id), "origin": one.source(*path, "encrypted")},
        encrypted=encrypted,
        kms_key=world.relation(said.get("kms_key_id")),
        state="in-use" if instance else "available",
        size_gib=int_of(said.get("size") if said.get("size") is not None else said.get("volume_size"), 8),
        volume_type=text_or(said.get("type") or said.get("volume_type"), "gp2"),
        created_at=not_told("when it was made"),
        snapshot=world.relation(said.get("snapshot_id")),
        attached_to=(instance,) if instance else _attached_to(world, one),
        availability_zone=text_of(one.get("availability_zone")),
    )


def _attached_to(world: World, one: Declared) -> Maybe[tuple[str, ...]]:
    links = world.referring("volume_id", "aws_volume_attachment")(world.id(one))
    return tuple(world.named(link.get("instance_id")) for link in links)


TYPES: Final = frozenset(
    {*_INSTANCES, _LINK, _GROUP_LINK, "aws_network_interface", "aws_ebs_volume", "aws_volume_attachment"}
)
YIELDS: Final[frozenset[type[Kind]]] = frozenset({Instance, NetworkInterface, Volume})
