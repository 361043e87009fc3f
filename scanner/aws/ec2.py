"""Reading EC2's compute side: which calls, and what their answers mean (Amazon EC2 API Reference)."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

from scanner.aws.ec2_rows import Row, identity, listed, said, time_given, time_said, within
from scanner.model.ec2 import (
    AttachedInterface,
    AttachedVolume,
    EbsDefaultEncryption,
    EbsDefaultKey,
    Image,
    ImageBlockPublicAccess,
    ImageDevice,
    ImageSharing,
    Instance,
    LaunchTemplate,
    LaunchTemplateVersion,
    MetadataDefaults,
    MetadataOptions,
    PublicSnapshot,
    SerialConsoleAccess,
    Snapshot,
    SnapshotBlockPublicAccess,
    SnapshotGrantees,
    SnapshotSharing,
    TemplateDevice,
    TemplateInterface,
    Volume,
)
from scanner.model.kind import Facet, Kind, instant
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

F = TypeVar("F", bound=Facet)

_PAGE: Final = 1000
"""Largest page of DescribeInstances, DescribeVolumes, DescribeSnapshots and DescribeImages."""
_TEMPLATE_PAGE: Final = 200
_MOST_SNAPSHOTS: Final = 1_000
"""Snapshots of a region that are asked whom they are shared with: at AWS's rate that takes about a minute."""
_GONE: Final = frozenset({"terminated", "shutting-down"})
_TRANSITION: Final = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


def _instances(pages: tuple[Page, ...], at: Place) -> Iterator[Instance]:
    for page in pages:
        for reservation in page.get("Reservations") or ():
            for row in reservation.get("Instances") or ():
                if within(row, "State", "Name") not in _GONE:
                    yield _instance({"OwnerId": reservation.get("OwnerId"), **row}, at)


def _instance(row: Row, at: Place) -> Instance:
    return Instance(
        **identity(at, row, "instance", row["InstanceId"]),
        state=row["State"]["Name"],
        instance_type=said(row, "InstanceType", at),
        image=said(row, "ImageId", at),
        platform=given(row, "PlatformDetails"),
        vpc=given(row, "VpcId"),
        subnet=given(row, "SubnetId"),
        availability_zone=within(row, "Placement", "AvailabilityZone"),
        groups=listed(row, "SecurityGroups", "GroupId"),
        interfaces=tuple(_attached(one) for one in row.get("NetworkInterfaces") or ()),
        source_dest_check=row.get("SourceDestCheck") is not False,
        key_name=given(row, "KeyName"),
        instance_profile=within(row, "IamInstanceProfile", "Arn"),
        launched_at=time_said(row, "LaunchTime", at),
        stopped_at=_stopped_at(row),
        metadata_options=_metadata(row["MetadataOptions"])
        if row.get("MetadataOptions")
        else said({}, "MetadataOptions", at),
        detailed_monitoring=within(row, "Monitoring", "State") in ("enabled", "pending"),
        virtualization=said(row, "VirtualizationType", at),
        volumes=tuple(_volume_of(one) for one in row.get("BlockDeviceMappings") or () if one.get("Ebs")),
        lifecycle=given(row, "InstanceLifecycle"),
        managed_by=within(row, "Operator", "Principal"),
    )


def _stopped_at(row: Row) -> Maybe[datetime | Absent]:
    """Read when an instance stopped: AWS tells it only in the text of `StateTransitionReason`."""
    if row["State"]["Name"] != "stopped":
        return ABSENT
    found = _TRANSITION.search(row.get("StateTransitionReason") or "")
    if found is None:
        return unknown(Reason.NOT_COLLECTED, "ec2:DescribeInstances did not tell when it was stopped")
    return instant(found.group(1))


def _attached(row: Row) -> AttachedInterface:
    addresses = row.get("PrivateIpAddresses") or ()
    public = [within(one, "Association", "PublicIp") for one in (row, *addresses)]
    return AttachedInterface(
        id=row["NetworkInterfaceId"],
        device_index=within(row, "Attachment", "DeviceIndex"),
        subnet=given(row, "SubnetId"),
        groups=listed(row, "Groups", "GroupId"),
        private_ipv4=tuple(one["PrivateIpAddress"] for one in addresses),
        public_ipv4=tuple(sorted({one for one in public if one})),
        ipv6=listed(row, "Ipv6Addresses", "Ipv6Address"),
        source_dest_check=row.get("SourceDestCheck") is not False,
    )


def _volume_of(row: Row) -> AttachedVolume:
    return AttachedVolume(
        device=row["DeviceName"],
        volume=row["Ebs"]["VolumeId"],
        delete_on_termination=bool(row["Ebs"].get("DeleteOnTermination")),
    )


def _metadata(row: Row) -> MetadataOptions:
    return MetadataOptions(
        http_endpoint=given(row, "HttpEndpoint"),
        http_tokens=given(row, "HttpTokens"),
        hop_limit=given(row, "HttpPutResponseHopLimit"),
        http_protocol_ipv6=given(row, "HttpProtocolIpv6"),
        instance_tags=given(row, "InstanceMetadataTags"),
    )


def _volumes(pages: tuple[Page, ...], at: Place) -> Iterator[Volume]:
    for row in rows(pages, "Volumes"):
        yield Volume(
            **identity(at, row, "volume", row["VolumeId"]),
            encrypted=said(row, "Encrypted", at),
            kms_key=given(row, "KmsKeyId"),
            state=said(row, "State", at),
            size_gib=said(row, "Size", at),
            volume_type=said(row, "VolumeType", at),
            created_at=time_said(row, "CreateTime", at),
            snapshot=given(row, "SnapshotId"),
            attached_to=tuple(one["InstanceId"] for one in row.get("Attachments") or () if one.get("InstanceId")),
            availability_zone=given(row, "AvailabilityZone"),
        )


def _own(pages: tuple[Page, ...], at: Place, key: str) -> Iterator[Row]:
    """Yield the rows that the asked account owns: an answer recorded without its parameters may hold others'."""
    return (row for row in rows(pages, key) if row.get("OwnerId", at.scope.account) == at.scope.account)


def _snapshots(pages: tuple[Page, ...], at: Place) -> Iterator[Snapshot]:
    for row in _own(pages, at, "Snapshots"):
        named = identity(at, row, "snapshot", row["SnapshotId"])
        named["arn"] = f"arn:{at.scope.partition}:ec2:{at.scope.region}::snapshot/{row['SnapshotId']}"
        yield Snapshot(
            **named,
            encrypted=said(row, "Encrypted", at),
            kms_key=given(row, "KmsKeyId"),
            volume=given(row, "VolumeId"),
            state=said(row, "State", at),
            started_at=time_said(row, "StartTime", at),
            size_gib=said(row, "VolumeSize", at),
            description=given(row, "Description"),
        )


def _public_snapshots(pages: tuple[Page, ...], at: Place) -> Iterator[PublicSnapshot]:
    for row in _own(pages, at, "Snapshots"):
        yield PublicSnapshot(scope=at.scope, id=row["SnapshotId"], origin=at.origin)


def _images(pages: tuple[Page, ...], at: Place) -> Iterator[Image]:
    for row in _own(pages, at, "Images"):
        named = identity(at, row, "image", row["ImageId"])
        named["arn"] = f"arn:{at.scope.partition}:ec2:{at.scope.region}::image/{row['ImageId']}"
        named["name"] = given(row, "Name")
        yield Image(
            **named,
            public=said(row, "Public", at),
            state=said(row, "State", at),
            created_at=time_said(row, "CreationDate", at),
            deprecated_at=time_given(row, "DeprecationTime"),
            devices=tuple(_image_device(one) for one in row.get("BlockDeviceMappings") or () if one.get("Ebs")),
            imds_support=given(row, "ImdsSupport"),
            platform=given(row, "PlatformDetails"),
            virtualization=said(row, "VirtualizationType", at),
            source_image=given(row, "SourceImageId"),
        )


def _image_device(row: Row) -> ImageDevice:
    return ImageDevice(
        device=row["DeviceName"], snapshot=given(row["Ebs"], "SnapshotId"), encrypted=given(row["Ebs"], "Encrypted")
    )


def _snapshot_sharing(pages: tuple[Page, ...], at: Place) -> Iterator[SnapshotSharing]:
    yield SnapshotSharing(scope=at.parent.scope, id=at.parent.id, origin=at.origin, shared_with=_restorers(pages))


def _snapshot_grantees(pages: tuple[Page, ...], at: Place) -> Iterator[SnapshotGrantees]:
    yield SnapshotGrantees(scope=at.parent.scope, id=at.parent.id, origin=at.origin, shared_with=_restorers(pages))


def _restorers(pages: tuple[Page, ...]) -> tuple[str, ...]:
    return tuple(row.get("Group") or row["UserId"] for row in only(pages).get("CreateVolumePermissions") or ())


def _image_sharing(pages: tuple[Page, ...], at: Place) -> Iterator[ImageSharing]:
    members = ("Group", "UserId", "OrganizationArn", "OrganizationalUnitArn")
    permissions = only(pages).get("LaunchPermissions") or ()
    found = tuple(next(row[name] for name in members if row.get(name)) for row in permissions)
    yield ImageSharing(scope=at.parent.scope, id=at.parent.id, origin=at.origin, shared_with=found)


def _templates(pages: tuple[Page, ...], at: Place) -> Iterator[LaunchTemplate]:
    for row in rows(pages, "LaunchTemplates"):
        yield LaunchTemplate(
            **{
                **identity(at, row, "launch-template", row["LaunchTemplateId"]),
                "name": given(row, "LaunchTemplateName"),
            },
            default_version=said(row, "DefaultVersionNumber", at),
            latest_version=said(row, "LatestVersionNumber", at),
            created_at=time_said(row, "CreateTime", at),
        )


def _versions(pages: tuple[Page, ...], at: Place) -> Iterator[LaunchTemplateVersion]:
    for row in rows(pages, "LaunchTemplateVersions"):
        data = row["LaunchTemplateData"]
        yield LaunchTemplateVersion(
            scope=at.scope,
            id=row["LaunchTemplateId"],
            origin=at.origin,
            number=said(row, "VersionNumber", at),
            is_default=bool(row.get("DefaultVersion")),
            image=given(data, "ImageId"),
            instance_type=given(data, "InstanceType"),
            instance_profile=within(data, "IamInstanceProfile", "Arn") or within(data, "IamInstanceProfile", "Name"),
            groups=listed(data, "SecurityGroupIds"),
            interfaces=tuple(_template_interface(one) for one in data.get("NetworkInterfaces") or ()),
            devices=tuple(_template_device(one) for one in data.get("BlockDeviceMappings") or () if one.get("Ebs")),
            metadata_options=_metadata(data.get("MetadataOptions") or {}),
            detailed_monitoring=bool(within(data, "Monitoring", "Enabled")),
            key_name=given(data, "KeyName"),
        )


def _template_interface(row: Row) -> TemplateInterface:
    return TemplateInterface(
        device_index=given(row, "DeviceIndex"),
        interface=given(row, "NetworkInterfaceId"),
        subnet=given(row, "SubnetId"),
        groups=listed(row, "Groups"),
        public_ipv4=given(row, "AssociatePublicIpAddress"),
        ipv6_count=given(row, "Ipv6AddressCount"),
    )


def _template_device(row: Row) -> TemplateDevice:
    ebs = row["Ebs"]
    return TemplateDevice(
        device=row["DeviceName"],
        encrypted=given(ebs, "Encrypted"),
        kms_key=given(ebs, "KmsKeyId"),
        snapshot=given(ebs, "SnapshotId"),
    )


def _setting(kind: type[F], at: Place, **fields: Any) -> Iterator[F]:
    """Yield a facet of the region that was asked."""
    yield kind(scope=at.scope, id=at.scope.region, origin=at.origin, **fields)


def _ebs_default(pages: tuple[Page, ...], at: Place) -> Iterator[EbsDefaultEncryption]:
    return _setting(EbsDefaultEncryption, at, enabled=said(only(pages), "EbsEncryptionByDefault", at))


def _ebs_key(pages: tuple[Page, ...], at: Place) -> Iterator[EbsDefaultKey]:
    return _setting(EbsDefaultKey, at, kms_key=given(only(pages), "KmsKeyId"))


def _metadata_defaults(pages: tuple[Page, ...], at: Place) -> Iterator[MetadataDefaults]:
    row = only(pages).get("AccountLevel") or {}
    return _setting(
        MetadataDefaults,
        at,
        http_tokens=given(row, "HttpTokens"),
        hop_limit=given(row, "HttpPutResponseHopLimit"),
        http_endpoint=given(row, "HttpEndpoint"),
        instance_tags=given(row, "InstanceMetadataTags"),
        http_tokens_enforced=row.get("HttpTokensEnforced") == "enabled",
        managed_by=given(row, "ManagedBy"),
    )


def _serial_console(pages: tuple[Page, ...], at: Place) -> Iterator[SerialConsoleAccess]:
    page = only(pages)
    enabled = said(page, "SerialConsoleAccessEnabled", at)
    return _setting(SerialConsoleAccess, at, enabled=enabled, managed_by=given(page, "ManagedBy"))


def _snapshot_block(pages: tuple[Page, ...], at: Place) -> Iterator[SnapshotBlockPublicAccess]:
    page = only(pages)
    return _setting(SnapshotBlockPublicAccess, at, state=said(page, "State", at), managed_by=given(page, "ManagedBy"))


def _image_block(pages: tuple[Page, ...], at: Place) -> Iterator[ImageBlockPublicAccess]:
    page = only(pages)
    state = said(page, "ImageBlockPublicAccessState", at)
    return _setting(ImageBlockPublicAccess, at, state=state, managed_by=given(page, "ManagedBy"))


def ec2_reader(
    operation: str,
    *yields: type[Kind],
    parse: Callable[[tuple[Page, ...], Place], Iterator[Kind]],
    request: Parameters | None = None,
    bare: bool = True,
    secrets: frozenset[str] = frozenset(),
) -> Reader:
    """Return the reader of an EC2 call made once in each region; its IAM action bears the operation's name."""
    return Reader(
        service="ec2",
        operation=operation,
        actions=(f"ec2:{operation}",),
        yields=yields,
        parse=parse,
        request=request or {},
        bare=bare,
        secrets=secrets,
    )


READERS: Final = (
    ec2_reader("DescribeInstances", Instance, parse=_instances, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeVolumes", Volume, parse=_volumes, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeSnapshots", Snapshot, parse=_snapshots, request={"OwnerIds": ["self"], "MaxResults": _PAGE}),
    ec2_reader(
        "DescribeSnapshots",
        PublicSnapshot,
        parse=_public_snapshots,
        request={"OwnerIds": ["self"], "RestorableByUserIds": ["all"], "MaxResults": _PAGE},
        bare=False,
    ),
    ec2_reader("DescribeImages", Image, parse=_images, request={"Owners": ["self"], "MaxResults": _PAGE}),
    Reader(
        service="ec2",
        operation="DescribeSnapshotAttribute",
        actions=("ec2:DescribeSnapshotAttribute",),
        yields=(SnapshotSharing,),
        parse=_snapshot_sharing,
        parent=PublicSnapshot,
        request=lambda public: {"Attribute": "createVolumePermission", "SnapshotId": public.id},
        bare=False,
    ),
    Reader(
        service="ec2",
        operation="DescribeSnapshotAttribute",
        actions=("ec2:DescribeSnapshotAttribute",),
        yields=(SnapshotGrantees,),
        parse=_snapshot_grantees,
        parent=Snapshot,
        request=lambda snapshot: {"Attribute": "createVolumePermission", "SnapshotId": snapshot.id},
        most=_MOST_SNAPSHOTS,
        bare=False,
    ),
    Reader(
        service="ec2",
        operation="DescribeImageAttribute",
        actions=("ec2:DescribeImageAttribute",),
        yields=(ImageSharing,),
        parse=_image_sharing,
        parent=Image,
        request=lambda image: {"Attribute": "launchPermission", "ImageId": image.id},
        bare=False,
    ),
    ec2_reader("DescribeLaunchTemplates", LaunchTemplate, parse=_templates, request={"MaxResults": _TEMPLATE_PAGE}),
    ec2_reader(
        "DescribeLaunchTemplateVersions",
        LaunchTemplateVersion,
        parse=_versions,
        request={"Versions": ["$Default", "$Latest"], "MaxResults": _TEMPLATE_PAGE},
        secrets=frozenset({"UserData"}),
    ),
    ec2_reader("GetEbsEncryptionByDefault", EbsDefaultEncryption, parse=_ebs_default),
    ec2_reader("GetEbsDefaultKmsKeyId", EbsDefaultKey, parse=_ebs_key),
    ec2_reader("GetInstanceMetadataDefaults", MetadataDefaults, parse=_metadata_defaults),
    ec2_reader("GetSerialConsoleAccessStatus", SerialConsoleAccess, parse=_serial_console),
    ec2_reader("GetSnapshotBlockPublicAccessState", SnapshotBlockPublicAccess, parse=_snapshot_block),
    ec2_reader("GetImageBlockPublicAccessState", ImageBlockPublicAccess, parse=_image_block),
)
