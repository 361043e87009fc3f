"""The machines of Harbour Books, and the images, volumes and snapshots behind them."""

from typing import Any, Final

import msgspec

from scanner.aws.embedded import MAIN_REGION, SECOND_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.network import Network, named
from scanner.aws.embedded.answers import Amendment


class Machine(msgspec.Struct, frozen=True):
    """An instance to launch, by the names of what it is put into; `age` in days."""

    name: str
    subnet: str
    groups: tuple[str, ...]
    age: int
    tokens: str = "required"
    profile: str = ""
    stopped: bool = False


_MACHINES: Final = (
    Machine("web-1", "public-a", ("web", "ssh-anywhere"), 410, "optional", "web-server"),
    Machine("bastion", "public-b", ("ssh-anywhere", "console"), 620),
    Machine("app-1", "app-a", ("app", "everything"), 200),
    Machine("app-2", "app-b", ("app",), 200),
    Machine("catalogue-db", "data-a", ("mysql-halves",), 300, "optional"),
    Machine("legacy-batch", "legacy", ("rdp-anywhere",), 1300, "optional", "legacy-batch"),
    Machine("old-till", "app-b", ("app",), 800, "optional", stopped=True),
)


class Compute(msgspec.Struct, frozen=True):
    """The instance ids by name, and the image they run."""

    instances: dict[str, str]
    image: str


def _image(aws: Aws, ec2: Any, name: str, age: int, *, public: bool = False) -> str:
    identifier: str = ec2.register_image(
        Name=name,
        Architecture="x86_64",
        RootDeviceName="/dev/xvda",
        VirtualizationType="hvm",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
    )["ImageId"]
    if public:
        ec2.modify_image_attribute(ImageId=identifier, LaunchPermission={"Add": [{"Group": "all"}]})
    aws.amend(Amendment("ec2", ("Image",), {"ImageId": identifier}, {"CreationDate": aws.days_ago(age)}))
    return identifier


def _launch(aws: Aws, ec2: Any, image: str, network: Network, machine: Machine) -> str:
    options: dict[str, Any] = {"IamInstanceProfile": {"Name": machine.profile}} if machine.profile else {}
    identifier: str = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.small",
        SubnetId=network.subnets[machine.subnet],
        SecurityGroupIds=[network.groups[group] for group in machine.groups],
        MetadataOptions={"HttpTokens": machine.tokens, "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
        TagSpecifications=named("instance", machine.name),
        **options,
    )["Instances"][0]["InstanceId"]
    if machine.stopped:
        ec2.stop_instances(InstanceIds=[identifier])
    amended = {"LaunchTime": aws.days_ago(machine.age), "VirtualizationType": "hvm"}
    aws.amend(Amendment("ec2", ("Instance",), {"InstanceId": identifier}, amended))
    return identifier


def _disks(aws: Aws, ec2: Any, key_arn: str) -> None:
    zone = f"{MAIN_REGION}a"
    plain = ec2.create_volume(AvailabilityZone=zone, Size=20, TagSpecifications=named("volume", "orders"))["VolumeId"]
    sealed = ec2.create_volume(
        AvailabilityZone=zone, Size=20, Encrypted=True, KmsKeyId=key_arn, TagSpecifications=named("volume", "ledger")
    )["VolumeId"]
    for volume, name, age in ((plain, "orders-before-move", 700), (sealed, "ledger-weekly", 5)):
        snapshot = ec2.create_snapshot(VolumeId=volume, Description=name, TagSpecifications=named("snapshot", name))[
            "SnapshotId"
        ]
        aws.amend(Amendment("ec2", ("Snapshot",), {"SnapshotId": snapshot}, {"StartTime": aws.days_ago(age)}))
        if volume == plain:
            ec2.modify_snapshot_attribute(
                SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
            )


def _launch_template(ec2: Any, image: str, group: str) -> None:
    base = {"ImageId": image, "InstanceType": "t3.small", "SecurityGroupIds": [group]}
    ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData=base | {"MetadataOptions": {"HttpTokens": "optional"}}
    )
    ec2.create_launch_template_version(
        LaunchTemplateName="web", LaunchTemplateData=base | {"MetadataOptions": {"HttpTokens": "required"}}
    )


def seed_compute(aws: Aws, network: Network, key_arn: str) -> Compute:
    """Create the machines of the main Region."""
    ec2 = aws.client("ec2", MAIN_REGION)
    image = _image(aws, ec2, "harbour-base-2024", 650)
    _image(aws, ec2, "harbour-kiosk", 500, public=True)
    instances = {machine.name: _launch(aws, ec2, image, network, machine) for machine in _MACHINES}
    _disks(aws, ec2, key_arn)
    _launch_template(ec2, image, network.groups["web"])
    ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "unused"))
    return Compute(instances=instances, image=image)


def seed_archive_compute(aws: Aws, network: Network) -> Compute:
    """Create the machine of the second Region."""
    ec2 = aws.client("ec2", SECOND_REGION)
    image = _image(aws, ec2, "harbour-archive", 900)
    machine = Machine("archive-ftp", "archive", ("ftp-anywhere",), 880, "optional")
    instance = _launch(aws, ec2, image, network, machine)
    ec2.create_volume(AvailabilityZone=f"{SECOND_REGION}a", Size=100, TagSpecifications=named("volume", "tapes"))
    return Compute(instances={machine.name: instance}, image=image)
