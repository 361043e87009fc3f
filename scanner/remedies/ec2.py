"""Remedies for instances, snapshots, images and the settings of EC2 in a region (Amazon EC2 API Reference)."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.image import Allowed, Look
from scanner.image import Image as Seen
from scanner.model.account import AccountRegion
from scanner.model.ec2 import (
    EbsDefaultEncryption,
    Image,
    ImageBlockPublicAccess,
    ImageSharing,
    Instance,
    MetadataDefaults,
    PublicSnapshot,
    SerialConsoleAccess,
    Snapshot,
    SnapshotBlockPublicAccess,
    SnapshotSharing,
)
from scanner.model.kind import All, Facet, Resource, Scope
from scanner.model.maybe import known
from scanner.model.vpc import ElasticIp
from scanner.remedies.prechecks import check, doubts, unless_all
from scanner.remedy import Advice, Becomes, Change, Check, Lent, Safety, Snippet, Step, Write, remedy

_UNBLOCKED: Final = "unblocked"
_IMAGE_BLOCK_SECONDS: Final = 600.0
"""Block public access for AMIs takes up to ten minutes to show (EC2 User Guide)."""
_MEMBERS: Final = {
    "HttpTokens": "no-preference",
    "HttpPutResponseHopLimit": -1,
    "HttpEndpoint": "no-preference",
    "InstanceMetadataTags": "no-preference",
}


def ec2_write(scope: Scope, operation: str, resource: str = "*", **parameters: Any) -> Write:
    """Return a call of EC2 in a region; `resource` is the part of the ARN after the account, or `*`."""
    arn = "*" if resource == "*" else f"arn:{scope.partition}:ec2:{scope.region}:{scope.account}:{resource}"
    return Write(
        service="ec2",
        operation=operation,
        region=scope.region,
        parameters=parameters,
        needs=(Allowed(f"ec2:{operation}", arn),),
    )


# Instances


def _instance(lent: Lent, instance: Instance, *members: str, **narrowed: Any) -> tuple[Look, dict[str, Any]]:
    look = lent.look(
        instance,
        path=("Reservations", "Instances"),
        where={"InstanceId": instance.id},
        only=("InstanceId", *members),
        ask={"InstanceIds": [instance.id]},
        gone=("InvalidInstanceID.NotFound",),
        **narrowed,
    )
    return look, lent.image(look)[0]


def _metadata(lent: Lent, instance: Instance, title: str, why: str, checks: tuple[Check, ...], **wanted: Any) -> Change:
    look, row = _instance(lent, instance, "MetadataOptions", ignoring=("State",))
    before = row["MetadataOptions"]
    restored = {name: before[name] for name in wanted if name in before}
    resource = f"instance/{instance.id}"
    operation = "ModifyInstanceMetadataOptions"
    return Change(
        title=title,
        call=ec2_write(instance.scope, operation, resource, InstanceId=instance.id, **wanted),
        becomes=(Becomes(look, [{**row, "MetadataOptions": {**before, **wanted}}]),),
        undo=(ec2_write(instance.scope, operation, resource, InstanceId=instance.id, **restored),),
        why=why,
        checks=checks,
        code=(
            Snippet(
                terraform="aws_instance",
                arguments={"metadata_options": [{_TERRAFORM[name]: value for name, value in wanted.items()}]},
            ),
        ),
    )


_TERRAFORM: Final = {"HttpTokens": "http_tokens", "HttpPutResponseHopLimit": "http_put_response_hop_limit"}


@remedy(Safety.B)
def require_imdsv2(lent: Lent, instance: Instance) -> Iterator[Step]:
    """Require version 2 of the metadata service.

    Software that still speaks version 1 loses its credentials at once, and containers need a hop limit of two.
    """
    checks = (
        Check("CloudWatch metric MetadataNoToken of the instance has been 0 for 14 days", None),
        check(
            "no container on the instance needs the metadata service, or the hop limit is 2", lambda: _hops(instance)
        ),
    )
    yield _metadata(
        lent,
        instance,
        f"Require IMDSv2 on {instance.label}",
        "software that speaks version 1 only loses its credentials",
        checks,
        HttpTokens="required",
    )


def _hops(instance: Instance) -> bool:
    limit = known(instance.metadata_options).hop_limit
    return isinstance(limit, int) and limit >= 2  # noqa: PLR2004 - one for the instance, one for its container network


@remedy(Safety.B)
def lower_hop_limit(lent: Lent, instance: Instance, *, most_hops: int = 2) -> Iterator[Step]:
    """Lower the hop limit of the metadata service to what the rule allows.

    What reads it from behind a router or a nested container network on the instance loses it.
    """
    yield _metadata(
        lent,
        instance,
        f"Let instance metadata of {instance.label} travel {most_hops} hops",
        "what reads it over more hops loses its credentials",
        (),
        HttpPutResponseHopLimit=most_hops,
    )


@remedy(Safety.B)
def monitor_in_detail(lent: Lent, instance: Instance) -> Iterator[Step]:
    """Turn detailed monitoring on. It is charged by the metric."""
    look, row = _instance(lent, instance, "Monitoring")
    scope, resource = instance.scope, f"instance/{instance.id}"
    yield Change(
        title=f"Monitor {instance.label} in detail",
        call=ec2_write(scope, "MonitorInstances", resource, InstanceIds=[instance.id]),
        becomes=(Becomes(look, [{**row, "Monitoring": {"State": "enabled"}}]),),
        undo=(ec2_write(scope, "UnmonitorInstances", resource, InstanceIds=[instance.id]),),
        why="it costs by the metric",
        code=(Snippet(terraform="aws_instance", arguments={"monitoring": True}),),
    )


@remedy(Safety.C)
def release_address(_lent: Lent, address: ElasticIp) -> Iterator[Step]:
    """Release the address. It may never be had again, and somebody may have written it down: for people to decide."""
    yield Advice(
        title=f"Release {address.label}, if nobody relies on the address",
        why="a released address cannot be had back",
        script=(ec2_write(address.scope, "ReleaseAddress", f"elastic-ip/{address.id}", AllocationId=address.id),),
    )


# Snapshots and images


def _sharing(
    lent: Lent, sharing: Facet, subject: Resource, answered: str, operation: str
) -> tuple[Look, Seen, Callable[..., Write]]:
    """Return the look at the sharing, what it becomes without everyone, and what makes the call with its parameters."""
    look = lent.look(sharing)
    before = lent.image(look)
    scope, kind = subject.scope, operation.removeprefix("Modify").removesuffix("Attribute").lower()
    arn = f"arn:{scope.partition}:ec2:{scope.region}::{kind}/{subject.id}"
    after = {**before, answered: [row for row in before.get(answered) or () if row.get("Group") != "all"]}

    def write(**parameters: Any) -> Write:
        needs = (Allowed(f"ec2:{operation}", arn),)
        return Write(service="ec2", operation=operation, region=scope.region, parameters=parameters, needs=needs)

    return look, after, write


@remedy(Safety.A)
def make_snapshot_private(
    lent: Lent, snapshot: Snapshot, public: All[PublicSnapshot], sharing: SnapshotSharing
) -> Iterator[Step]:
    """Stop sharing the snapshot with everyone. Accounts that it is shared with by name keep it."""
    rows = public.of(snapshot)
    look, after, write = _sharing(lent, sharing, snapshot, "CreateVolumePermissions", "ModifySnapshotAttribute")
    everyone = {"SnapshotId": snapshot.id, "Attribute": "createVolumePermission", "GroupNames": ["all"]}
    listed = lent.look(rows[0], path=("Snapshots",), where={"SnapshotId": snapshot.id})
    yield Change(
        title=f"Stop sharing {snapshot.label} with everyone",
        call=write(**everyone, OperationType="remove"),
        becomes=(Becomes(look, after), Becomes(listed, [])),
        undo=(write(**everyone, OperationType="add"),),
        safety=Safety.A,
        why="named accounts keep their access; nobody is owed a copy of a disk",
    )


@remedy(Safety.A)
def make_image_private(lent: Lent, image: Image, sharing: ImageSharing) -> Iterator[Step]:
    """Stop sharing the image with everyone. Accounts and organizations that it is shared with by name keep it."""
    look, after, write = _sharing(lent, sharing, image, "LaunchPermissions", "ModifyImageAttribute")
    listed = lent.look(
        image,
        path=("Images",),
        where={"ImageId": image.id},
        only=("ImageId", "Public"),
        ask={"ImageIds": [image.id]},
        gone=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
    )
    yield Change(
        title=f"Stop sharing {image.label} with everyone",
        call=write(ImageId=image.id, LaunchPermission={"Remove": [{"Group": "all"}]}),
        becomes=(Becomes(look, after), Becomes(listed, [{"ImageId": image.id, "Public": False}])),
        undo=(write(ImageId=image.id, LaunchPermission={"Add": [{"Group": "all"}]}),),
        safety=Safety.A,
        why="named accounts keep their access; nobody is owed an image",
    )


# Settings of a region


def _managed(look: Look, title: str, said: Any) -> Advice | None:
    """Return what to do where a declarative policy of the organization sets it: the account cannot change it."""
    if (said or "account") == "account":
        return None
    return Advice(
        title=title, why=f"{look.call} is managed by a declarative policy ({said}): change it in the organization"
    )


@remedy(Safety.A)
def block_public_snapshots(
    lent: Lent, region: AccountRegion, block: SnapshotBlockPublicAccess, public: All[PublicSnapshot]
) -> Iterator[Step]:
    """Block all public sharing of snapshots in the region."""
    look = lent.look(block)
    before = lent.image(look)
    title = f"Block public sharing of snapshots in {region.id}"
    if advice := _managed(look, title, before.get("ManagedBy")):
        yield advice
        return
    state = before.get("State", _UNBLOCKED)
    scope = region.scope
    undo = (
        ec2_write(scope, "DisableSnapshotBlockPublicAccess")
        if state == _UNBLOCKED
        else ec2_write(scope, "EnableSnapshotBlockPublicAccess", State=state)
    )
    checks = (check("no snapshot of the region is public", lambda: not any(True for _ in public)),)
    yield Change(
        title=title,
        call=ec2_write(scope, "EnableSnapshotBlockPublicAccess", State="block-all-sharing"),
        becomes=(Becomes(look, {**before, "State": "block-all-sharing"}),),
        undo=(undo,),
        safety=unless_all(checks, Safety.B),
        why=doubts(checks) or "nothing is shared with everyone",
        checks=checks,
        code=(Snippet(terraform="aws_ebs_snapshot_block_public_access", arguments={"state": "block-all-sharing"}),),
    )


@remedy(Safety.A)
def block_public_images(lent: Lent, region: AccountRegion, block: ImageBlockPublicAccess) -> Iterator[Step]:
    """Refuse to make images public in the region. Those that are public stay so."""
    look = lent.look(block, slow=_IMAGE_BLOCK_SECONDS)
    before = lent.image(look)
    title = f"Refuse to make images public in {region.id}"
    if advice := _managed(look, title, before.get("ManagedBy")):
        yield advice
        return
    new = "block-new-sharing"
    yield Change(
        title=title,
        call=ec2_write(region.scope, "EnableImageBlockPublicAccess", ImageBlockPublicAccessState=new),
        becomes=(Becomes(look, {**before, "ImageBlockPublicAccessState": new}),),
        undo=(ec2_write(region.scope, "DisableImageBlockPublicAccess"),),
        safety=Safety.A,
        why="images that are public stay public; only new sharing is refused",
        code=(Snippet(terraform="aws_ec2_image_block_public_access", arguments={"state": new}),),
    )


@remedy(Safety.A)
def encrypt_volumes_by_default(lent: Lent, region: AccountRegion, default: EbsDefaultEncryption) -> Iterator[Step]:
    """Encrypt every new volume and snapshot copy of the region. Existing ones stay as they are."""
    look = lent.look(default, ignoring=("SseType",))
    yield Change(
        title=f"Encrypt EBS volumes by default in {region.id}",
        call=ec2_write(region.scope, "EnableEbsEncryptionByDefault"),
        becomes=(Becomes(look, {**lent.image(look), "EbsEncryptionByDefault": True}),),
        undo=(ec2_write(region.scope, "DisableEbsEncryptionByDefault"),),
        safety=Safety.A,
        why="only new volumes are affected; with the AWS managed key nobody needs another permission",
        code=(Snippet(terraform="aws_ebs_encryption_by_default", arguments={"enabled": True}),),
    )


@remedy(Safety.B)
def require_imdsv2_by_default(lent: Lent, region: AccountRegion, defaults: MetadataDefaults) -> Iterator[Step]:
    """Require version 2 of the metadata service of launches that say nothing of it. Running instances stay as they are."""
    look = lent.look(defaults)
    before = lent.image(look)
    level = before.get("AccountLevel") or {}
    title = f"Require IMDSv2 by default in {region.id}"
    if advice := _managed(look, title, level.get("ManagedBy")):
        yield advice
        return
    operation = "ModifyInstanceMetadataDefaults"
    restored = level.get("HttpTokens", _MEMBERS["HttpTokens"])
    yield Change(
        title=title,
        call=ec2_write(region.scope, operation, HttpTokens="required"),
        becomes=(Becomes(look, {**before, "AccountLevel": {**level, "HttpTokens": "required"}}),),
        undo=(ec2_write(region.scope, operation, HttpTokens=restored),),
        why="new instances with software that speaks version 1 only get no credentials",
        code=(Snippet(terraform="aws_ec2_instance_metadata_defaults", arguments={"http_tokens": "required"}),),
    )


@remedy(Safety.B)
def disable_serial_console(lent: Lent, region: AccountRegion, console: SerialConsoleAccess) -> Iterator[Step]:
    """Disable the serial console in the region. Who repairs instances by it must enable it first."""
    look = lent.look(console)
    before = lent.image(look)
    title = f"Disable the EC2 serial console in {region.id}"
    if advice := _managed(look, title, before.get("ManagedBy")):
        yield advice
        return
    yield Change(
        title=title,
        call=ec2_write(region.scope, "DisableSerialConsoleAccess"),
        becomes=(Becomes(look, {**before, "SerialConsoleAccessEnabled": False}),),
        undo=(ec2_write(region.scope, "EnableSerialConsoleAccess"),),
        why="who repairs instances by the console must enable it first",
        code=(Snippet(terraform="aws_ec2_serial_console_access", arguments={"enabled": False}),),
    )
