"""EC2 compute kinds: instances, volumes, snapshots, images, launch templates, and the settings of a region."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class MetadataOptions(msgspec.Struct, frozen=True):
    """How the instance metadata service answers (`MetadataOptions`, `LaunchTemplateInstanceMetadataOptions`).

    In a launch template a member that is absent is left to the account's default, then to the image's.
    """

    http_endpoint: Maybe[str | Absent]
    http_tokens: Maybe[str | Absent]
    """`required` is IMDSv2 alone; `optional` answers IMDSv1 too."""
    hop_limit: Maybe[int | Absent]
    http_protocol_ipv6: Maybe[str | Absent]
    instance_tags: Maybe[str | Absent]


class AttachedInterface(msgspec.Struct, frozen=True):
    """A network interface as the listing of instances tells it."""

    id: Maybe[str]
    device_index: Maybe[int | Absent]
    subnet: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    private_ipv4: Maybe[tuple[str, ...]]
    public_ipv4: Maybe[tuple[str, ...]]
    """Public addresses of any of its private ones, Elastic IP addresses included."""
    ipv6: Maybe[tuple[str, ...]]
    source_dest_check: Maybe[bool]


class AttachedVolume(msgspec.Struct, frozen=True):
    """A block device of an instance that is an EBS volume."""

    device: Maybe[str]
    volume: Maybe[str]
    delete_on_termination: Maybe[bool]


class Instance(Resource, frozen=True, kw_only=True, eq=False):
    """An instance that exists: terminated ones, which AWS lists for an hour more, are not among them."""

    service: ClassVar[str] = "ec2"
    noun: ClassVar[str] = "instance"

    state: Maybe[str]
    instance_type: Maybe[str]
    image: Maybe[str]
    platform: Maybe[str | Absent]
    """`PlatformDetails`: `Linux/UNIX`, `Windows`, …"""
    vpc: Maybe[str | Absent]
    subnet: Maybe[str | Absent]
    availability_zone: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    interfaces: Maybe[tuple[AttachedInterface, ...]]
    source_dest_check: Maybe[bool]
    """That of the primary interface; absent members of the answer count as on, which is AWS's default."""
    key_name: Maybe[str | Absent]
    instance_profile: Maybe[str | Absent]
    """The ARN of the instance profile, through which its role is found."""
    launched_at: Maybe[datetime]
    """When it was last started, not first launched: a start renews it."""
    stopped_at: Maybe[datetime | Absent]
    metadata_options: Maybe[MetadataOptions]
    detailed_monitoring: Maybe[bool]
    virtualization: Maybe[str]
    volumes: Maybe[tuple[AttachedVolume, ...]]
    lifecycle: Maybe[str | Absent]
    """`spot`, `scheduled`, `capacity-block`; absent for on-demand."""
    managed_by: Maybe[str | Absent]
    """The service principal that operates it, such as that of EKS Auto Mode."""


class Volume(Resource, frozen=True, kw_only=True, eq=False):
    """An EBS volume."""

    service: ClassVar[str] = "ec2"
    noun: ClassVar[str] = "volume"

    encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]
    state: Maybe[str]
    size_gib: Maybe[int]
    volume_type: Maybe[str]
    created_at: Maybe[datetime]
    snapshot: Maybe[str | Absent]
    """The snapshot that it was made from."""
    attached_to: Maybe[tuple[str, ...]]
    """The ids of the instances that have it."""
    availability_zone: Maybe[str | Absent]


class Snapshot(Resource, frozen=True, kw_only=True, eq=False):
    """An EBS snapshot that the account owns."""

    service: ClassVar[str] = "ec2"
    noun: ClassVar[str] = "snapshot"

    encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]
    volume: Maybe[str | Absent]
    state: Maybe[str]
    started_at: Maybe[datetime]
    size_gib: Maybe[int]
    description: Maybe[str | Absent]


class PublicSnapshot(Facet, frozen=True, kw_only=True, eq=False):
    """That anyone can restore the snapshot: there is such a facet for exactly the public ones.

    Take `All[PublicSnapshot]` and ask for the snapshot's id: one listing tells of all snapshots (DescribeSnapshots with
    `RestorableByUserIds`), and an incomplete one makes the answer unknown.
    """

    of: ClassVar[type[Resource]] = Snapshot


class SnapshotSharing(Facet, frozen=True, kw_only=True, eq=False):
    """With whom a public snapshot is shared (DescribeSnapshotAttribute): account ids, and `all` for everyone.

    Nobody, where it is not public: then nothing asks.
    """

    of: ClassVar[type[Resource]] = Snapshot

    shared_with: Maybe[tuple[str, ...]]


class SnapshotGrantees(Facet, frozen=True, kw_only=True, eq=False):
    """Whom a snapshot is shared with, public or not (DescribeSnapshotAttribute): account ids, and `all` for everyone.

    It takes a call for each snapshot, so that of very many in a region not all are asked.
    """

    of: ClassVar[type[Resource]] = Snapshot

    shared_with: Maybe[tuple[str, ...]]


class ImageDevice(msgspec.Struct, frozen=True):
    """A block device that an image makes: its snapshot, and whether it is encrypted."""

    device: Maybe[str]
    snapshot: Maybe[str | Absent]
    encrypted: Maybe[bool | Absent]


class Image(Resource, frozen=True, kw_only=True, eq=False):
    """An Amazon Machine Image that the account owns."""

    service: ClassVar[str] = "ec2"
    noun: ClassVar[str] = "image"

    public: Maybe[bool]
    state: Maybe[str]
    created_at: Maybe[datetime]
    deprecated_at: Maybe[datetime | Absent]
    devices: Maybe[tuple[ImageDevice, ...]]
    imds_support: Maybe[str | Absent]
    """`v2.0` if its instances require IMDSv2 unless told otherwise."""
    platform: Maybe[str | Absent]
    virtualization: Maybe[str]
    source_image: Maybe[str | Absent]


class ImageSharing(Facet, frozen=True, kw_only=True, eq=False):
    """With whom an image is shared (DescribeImageAttribute).

    Account ids, ARNs of organizations or of their units, and `all` for everyone.
    """

    of: ClassVar[type[Resource]] = Image

    shared_with: Maybe[tuple[str, ...]]


class LaunchTemplate(Resource, frozen=True, kw_only=True, eq=False):
    """A launch template; what it launches is in its versions."""

    service: ClassVar[str] = "ec2"
    noun: ClassVar[str] = "launch template"

    default_version: Maybe[int]
    latest_version: Maybe[int]
    created_at: Maybe[datetime]


class TemplateInterface(msgspec.Struct, frozen=True):
    """A network interface that a launch template makes or attaches."""

    device_index: Maybe[int | Absent]
    interface: Maybe[str | Absent]
    subnet: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    public_ipv4: Maybe[bool | Absent]
    """Whether it gets a public IPv4 address; absent: as the subnet says."""
    ipv6_count: Maybe[int | Absent]


class TemplateDevice(msgspec.Struct, frozen=True):
    """An EBS volume that a launch template makes; what is absent is left to the snapshot and the region's default."""

    device: Maybe[str]
    encrypted: Maybe[bool | Absent]
    kms_key: Maybe[str | Absent]
    snapshot: Maybe[str | Absent]


class LaunchTemplateVersion(Facet, frozen=True, kw_only=True, eq=False):
    """A version of a launch template. Only the default and the latest are read: what a launch names unless a number."""

    of: ClassVar[type[Resource]] = LaunchTemplate

    number: Maybe[int]
    is_default: Maybe[bool]
    image: Maybe[str | Absent]
    instance_type: Maybe[str | Absent]
    instance_profile: Maybe[str | Absent]
    """Its ARN or name."""
    groups: Maybe[tuple[str, ...]]
    interfaces: Maybe[tuple[TemplateInterface, ...]]
    devices: Maybe[tuple[TemplateDevice, ...]]
    metadata_options: Maybe[MetadataOptions]
    detailed_monitoring: Maybe[bool]
    key_name: Maybe[str | Absent]


class EbsDefaultEncryption(Facet, frozen=True, kw_only=True, eq=False):
    """Whether new volumes and snapshots of the region are encrypted even where the request does not ask for it."""

    of: ClassVar[type[Resource]] = AccountRegion

    enabled: Maybe[bool]


class EbsDefaultKey(Facet, frozen=True, kw_only=True, eq=False):
    """The KMS key of encryption by default."""

    of: ClassVar[type[Resource]] = AccountRegion

    kms_key: Maybe[str | Absent]


class MetadataDefaults(Facet, frozen=True, kw_only=True, eq=False):
    """What launches in the region get where they say nothing of the metadata service; absent: no preference."""

    of: ClassVar[type[Resource]] = AccountRegion

    http_tokens: Maybe[str | Absent]
    hop_limit: Maybe[int | Absent]
    http_endpoint: Maybe[str | Absent]
    instance_tags: Maybe[str | Absent]
    http_tokens_enforced: Maybe[bool]
    """Whether launches that would allow IMDSv1 are refused."""
    managed_by: Maybe[str | Absent]


class SerialConsoleAccess(Facet, frozen=True, kw_only=True, eq=False):
    """Whether the EC2 serial console may be used in the region."""

    of: ClassVar[type[Resource]] = AccountRegion

    enabled: Maybe[bool]
    managed_by: Maybe[str | Absent]


class SnapshotBlockPublicAccess(Facet, frozen=True, kw_only=True, eq=False):
    """Whether snapshots may be shared with everyone: `block-all-sharing`, `block-new-sharing` or `unblocked`."""

    of: ClassVar[type[Resource]] = AccountRegion

    state: Maybe[str]
    managed_by: Maybe[str | Absent]


class ImageBlockPublicAccess(Facet, frozen=True, kw_only=True, eq=False):
    """Whether images of the region may be shared with everyone from now on: `block-new-sharing` or `unblocked`."""

    of: ClassVar[type[Resource]] = AccountRegion

    state: Maybe[str]
    managed_by: Maybe[str | Absent]
