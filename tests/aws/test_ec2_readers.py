from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.validate import ParamValidator

from scanner.aws.ec2 import READERS
from scanner.evidence import Answer, Failure
from scanner.model.ec2 import (
    EbsDefaultEncryption,
    EbsDefaultKey,
    Image,
    ImageBlockPublicAccess,
    ImageSharing,
    Instance,
    LaunchTemplate,
    LaunchTemplateVersion,
    MetadataDefaults,
    PublicSnapshot,
    SerialConsoleAccess,
    Snapshot,
    SnapshotBlockPublicAccess,
    SnapshotGrantees,
    SnapshotSharing,
    Volume,
)
from scanner.model.kind import Scope
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.plan import read, step_for

REGION = Scope("aws", "123456789012", "eu-west-1")
OWN, OTHER = "123456789012", "210987654321"

INSTANCE = {
    "InstanceId": "i-1",
    "ImageId": "ami-1",
    "InstanceType": "t3.small",
    "State": {"Code": 16, "Name": "running"},
    "LaunchTime": "2025-11-01T08:00:00+00:00",
    "Monitoring": {"State": "enabled"},
    "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default"},
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web"}],
    "SourceDestCheck": True,
    "VirtualizationType": "hvm",
    "PlatformDetails": "Linux/UNIX",
    "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/web", "Id": "AIPA1"},
    "MetadataOptions": {"State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 2,
                        "HttpEndpoint": "enabled", "HttpProtocolIpv6": "disabled", "InstanceMetadataTags": "disabled"},
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1", "DeleteOnTermination": True}}],
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": "eni-1",
            "Attachment": {"DeviceIndex": 0},
            "SubnetId": "subnet-1",
            "SourceDestCheck": False,
            "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
            "Ipv6Addresses": [{"Ipv6Address": "2600::1"}],
            "Association": {"PublicIp": "198.51.100.7", "IpOwnerId": "amazon"},
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.4", "Primary": True, "Association": {"PublicIp": "198.51.100.7"}},
                {"PrivateIpAddress": "10.0.0.5", "Primary": False, "Association": {"PublicIp": "198.51.100.8"}},
            ],
        }
    ],
    "Tags": [{"Key": "Name", "Value": "web-1"}, {"Key": "team", "Value": "shop"}],
}  # fmt: skip


def reservations(*instances, owner=OWN):
    return {"Reservations": [{"ReservationId": "r-1", "OwnerId": owner, "Instances": list(instances)}]}


ANSWERS = {
    Instance: reservations(INSTANCE),
    Volume: {
        "Volumes": [
            {
                "VolumeId": "vol-1", "Encrypted": True, "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k",
                "State": "in-use", "Size": 8, "VolumeType": "gp3", "CreateTime": "2025-11-01T08:00:00Z",
                "SnapshotId": "", "AvailabilityZone": "eu-west-1a",
                "Attachments": [{"InstanceId": "i-1", "VolumeId": "vol-1", "State": "attached"}],
            }
        ]
    },
    Snapshot: {
        "Snapshots": [
            {
                "SnapshotId": "snap-1", "OwnerId": OWN, "Encrypted": False, "VolumeId": "vol-1", "State": "completed",
                "StartTime": "2025-11-01T08:00:00Z", "VolumeSize": 8, "Description": "",
            },
            {"SnapshotId": "snap-2", "OwnerId": OTHER, "Encrypted": False},
        ]
    },
    PublicSnapshot: {
        "Snapshots": [{"SnapshotId": "snap-1", "OwnerId": OWN}, {"SnapshotId": "snap-2", "OwnerId": OTHER}]
    },
    Image: {
        "Images": [
            {
                "ImageId": "ami-1", "Name": "base", "OwnerId": OWN, "Public": True, "State": "available",
                "CreationDate": "2025-01-02T03:04:05.000Z", "DeprecationTime": "2027-01-02T03:04:05.000Z",
                "ImdsSupport": "v2.0", "VirtualizationType": "hvm", "PlatformDetails": "Linux/UNIX",
                "BlockDeviceMappings": [
                    {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-1", "Encrypted": False}},
                    {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
                ],
            },
            {"ImageId": "ami-2", "OwnerId": OTHER, "Public": True},
        ]
    },
    SnapshotSharing: {"SnapshotId": "snap-1", "CreateVolumePermissions": [{"UserId": OTHER}, {"Group": "all"}]},
    SnapshotGrantees: {"SnapshotId": "snap-1", "CreateVolumePermissions": [{"UserId": OTHER}, {"Group": "all"}]},
    ImageSharing: {
        "ImageId": "ami-1",
        "LaunchPermissions": [
            {"UserId": OTHER},
            {"Group": "all"},
            {"OrganizationArn": f"arn:aws:organizations::{OTHER}:organization/o-a1b2c3d4e5"},
        ],
    },
    LaunchTemplate: {
        "LaunchTemplates": [
            {
                "LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "CreateTime": "2025-01-02T03:04:05Z",
                "DefaultVersionNumber": 1, "LatestVersionNumber": 2,
            }
        ]
    },
    LaunchTemplateVersion: {
        "LaunchTemplateVersions": [
            {
                "LaunchTemplateId": "lt-1", "VersionNumber": 1, "DefaultVersion": True,
                "LaunchTemplateData": {
                    "ImageId": "ami-1",
                    "IamInstanceProfile": {"Name": "web"},
                    "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False, "Groups": ["sg-1"]}],
                    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
                    "MetadataOptions": {"HttpTokens": "required"},
                },
            },
            {"LaunchTemplateId": "lt-1", "VersionNumber": 2, "DefaultVersion": False, "LaunchTemplateData": {}},
        ]
    },
    EbsDefaultEncryption: {"EbsEncryptionByDefault": True, "SseType": "sse-kms"},
    EbsDefaultKey: {"KmsKeyId": "alias/aws/ebs"},
    MetadataDefaults: {"AccountLevel": {"HttpTokens": "required", "HttpTokensEnforced": "enabled"}},
    SerialConsoleAccess: {"SerialConsoleAccessEnabled": False, "ManagedBy": "account"},
    SnapshotBlockPublicAccess: {"State": "block-all-sharing", "ManagedBy": "declarative-policy"},
    ImageBlockPublicAccess: {"ImageBlockPublicAccessState": "unblocked", "ManagedBy": "account"},
}  # fmt: skip


def reader_of(kind):
    return next(reader for reader in READERS if reader.yields == (kind,))


def reading(kind, *pages):
    return read(step_for(reader_of(kind), REGION, None), Answer(pages or (ANSWERS[kind],)))


def rows_of(kind, *pages):
    result = reading(kind, *pages)
    assert result.gap is None
    return result.rows


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
def test_the_answers_of_these_tests_have_the_shape_that_aws_documents(kind):
    model = botocore.session.get_session().get_service_model("ec2")
    shape = model.operation_model(reader_of(kind).operation).output_shape
    report = ParamValidator().validate(ANSWERS[kind], shape)
    assert not report.has_errors(), report.generate_report()


def test_every_reader_has_an_answer_here():
    assert {kind for reader in READERS for kind in reader.yields} == set(ANSWERS)


@pytest.mark.parametrize(
    "kind, parent, expected",
    [
        (SnapshotSharing, PublicSnapshot, (OTHER, "all")),
        (SnapshotGrantees, Snapshot, (OTHER, "all")),
        (ImageSharing, Image, (OTHER, "all", f"arn:aws:organizations::{OTHER}:organization/o-a1b2c3d4e5")),
    ],
)
def test_whom_a_snapshot_or_an_image_is_shared_with_is_told_by_its_attribute(kind, parent, expected):
    shared = rows_of(parent)[0]
    step = step_for(reader_of(kind), REGION, shared)
    assert shared.id in step.parameters.values()
    (row,) = read(step, Answer((ANSWERS[kind],))).rows
    assert (shared.id, expected) == (row.id, row.shared_with)


def test_an_instance_tells_what_rules_and_reachability_ask():
    (instance,) = rows_of(Instance)
    assert instance.scope == REGION
    assert instance.arn == "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"
    assert instance.name == "web-1"
    assert instance.tags == {"Name": "web-1", "team": "shop"}
    assert instance.instance_profile == "arn:aws:iam::123456789012:instance-profile/web"
    assert instance.launched_at == datetime(2025, 11, 1, 8, tzinfo=UTC)
    assert instance.metadata_options.hop_limit == 2
    assert instance.volumes[0].volume == "vol-1"
    assert instance.detailed_monitoring is True


def test_public_addresses_of_secondary_private_ones_count():
    (instance,) = rows_of(Instance)
    assert instance.interfaces[0].public_ipv4 == ("198.51.100.7", "198.51.100.8")


def test_source_dest_check_is_that_of_each_interface():
    (instance,) = rows_of(Instance)
    assert instance.interfaces[0].source_dest_check is False


@pytest.mark.parametrize("state", ["terminated", "shutting-down"])
def test_an_instance_that_is_no_more_is_none(state):
    assert rows_of(Instance, reservations({**INSTANCE, "State": {"Name": state}})) == ()


def test_an_instance_belongs_to_the_owner_of_its_reservation():
    (instance,) = rows_of(Instance, reservations(INSTANCE, owner=OTHER))
    assert instance.scope == Scope("aws", OTHER, "eu-west-1")


@pytest.mark.parametrize("zone", ["GMT", "UTC"])
def test_the_time_of_a_stop_is_read_from_its_reason(zone):
    reason = f"User initiated (2025-10-01 08:09:10 {zone})"
    stopped = {**INSTANCE, "State": {"Name": "stopped"}, "StateTransitionReason": reason}
    (instance,) = rows_of(Instance, reservations(stopped))
    assert instance.stopped_at == datetime(2025, 10, 1, 8, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize("reason", ["", "Server.ScheduledStop: (soon)"])
def test_a_stop_without_a_time_is_at_an_unknown_time(reason):
    stopped = {**INSTANCE, "State": {"Name": "stopped"}, "StateTransitionReason": reason}
    (instance,) = rows_of(Instance, reservations(stopped))
    assert why_unknown(instance.stopped_at).reason is Reason.NOT_COLLECTED


def test_metadata_options_that_are_not_told_are_unknown():
    (instance,) = rows_of(Instance, reservations({"InstanceId": "i-1", "State": {"Name": "running"}}))
    assert why_unknown(instance.metadata_options) is not None


def test_a_malformed_row_is_a_gap_and_keeps_what_came_before():
    result = reading(Instance, reservations(INSTANCE, {"InstanceId": "i-2", "State": "running"}))
    assert [row.id for row in result.rows] == ["i-1"]
    assert result.gap.why.reason is Reason.FAILED


@pytest.mark.parametrize("kind,native_id", [(Snapshot, "snap-1"), (PublicSnapshot, "snap-1"), (Image, "ami-1")])
def test_snapshots_and_images_of_other_owners_are_left_out(kind, native_id):
    assert [row.id for row in rows_of(kind)] == [native_id]


def test_a_listing_kept_without_parameters_is_not_taken_for_the_public_snapshots():
    assert reader_of(Snapshot).bare is True
    assert reader_of(PublicSnapshot).bare is False


def test_an_image_tells_its_disks_and_leaves_instance_storage_out():
    (image,) = rows_of(Image)
    assert [device.snapshot for device in image.devices] == ["snap-1"]
    assert image.deprecated_at == datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_empty_snapshot_id_means_that_a_volume_was_made_of_none():
    (volume,) = rows_of(Volume)
    assert volume.snapshot == ABSENT
    assert volume.attached_to == ("i-1",)


def test_what_a_launch_template_version_leaves_open_is_absent():
    said, silent = rows_of(LaunchTemplateVersion)
    assert (said.metadata_options.http_tokens, silent.metadata_options.http_tokens) == ("required", ABSENT)
    assert said.interfaces[0].public_ipv4 is False
    assert said.devices[0].encrypted == ABSENT
    assert (said.instance_profile, silent.instance_profile) == ("web", ABSENT)


def test_account_defaults_without_preference_are_absent():
    (defaults,) = rows_of(MetadataDefaults, {"AccountLevel": {}})
    assert defaults.http_tokens == ABSENT


@pytest.mark.parametrize(
    "kind,field",
    [
        (EbsDefaultEncryption, "enabled"),
        (SerialConsoleAccess, "enabled"),
        (SnapshotBlockPublicAccess, "state"),
        (ImageBlockPublicAccess, "state"),
        (MetadataDefaults, "http_tokens"),
    ],
)
def test_a_setting_that_may_not_be_read_is_unknown(kind, field):
    failure = Failure("UnauthorizedOperation", "no", Reason.DENIED)
    result = read(step_for(reader_of(kind), REGION, None), Answer((), complete=False, failure=failure))
    assert why_unknown(getattr(result.rows[0], field)).reason is Reason.DENIED
    assert result.rows[0].id == "eu-west-1"
