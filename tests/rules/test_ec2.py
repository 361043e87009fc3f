import pytest

from rules.ec2.allows_imdsv1 import allows_imdsv1
from rules.ec2.instance_has_several_interfaces import instance_has_several_interfaces
from rules.ec2.instance_stopped_too_long import instance_stopped_too_long
from rules.ec2.instance_too_old import instance_too_old
from rules.ec2.launch_template_allows_imdsv1 import launch_template_allows_imdsv1
from rules.ec2.launch_template_assigns_public_address import launch_template_assigns_public_address
from rules.ec2.launch_template_volume_unencrypted import launch_template_volume_unencrypted
from rules.ec2.metadata_hop_limit_too_high import metadata_hop_limit_too_high
from rules.ec2.snapshot_is_public import snapshot_is_public
from rules.ec2.volume_without_snapshot import volume_without_snapshot
from scanner.testing import ACCOUNT, evidence_of, judge

OWN_SNAPSHOTS = {"OwnerIds": ["self"], "MaxResults": 1000}
PUBLIC_SNAPSHOTS = {**OWN_SNAPSHOTS, "RestorableByUserIds": ["all"]}


def instance(**members):
    row = {"InstanceId": "i-1", "State": {"Name": "running"}, **members}
    return {"ec2:DescribeInstances": {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [row]}]}}


def template(data, *, number=1, default=True):
    version = {"LaunchTemplateId": "lt-1", "VersionNumber": number, "DefaultVersion": default}
    return {
        "ec2:DescribeLaunchTemplates": {"LaunchTemplates": [{"LaunchTemplateId": "lt-1"}]},
        "ec2:DescribeLaunchTemplateVersions": {"LaunchTemplateVersions": [{**version, "LaunchTemplateData": data}]},
    }


def status(rule, calls, *, taken=True, **options):
    evidence = evidence_of(calls) if taken else evidence_of(calls, taken_at=None)
    return judge(rule, evidence, **options)[0].status


def test_an_instance_whose_metadata_options_are_not_told_is_undecided():
    assert status(allows_imdsv1, instance()) == "undecided"


def test_an_unknown_endpoint_does_not_matter_where_tokens_are_required():
    assert status(allows_imdsv1, instance(MetadataOptions={"HttpTokens": "required"})) == "pass"


@pytest.mark.parametrize("hops,expected", [(1, "pass"), (2, "pass"), (3, "fail")])
def test_a_hop_limit_fails_only_above_the_threshold(hops, expected):
    options = {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": hops}
    assert status(metadata_hop_limit_too_high, instance(MetadataOptions=options)) == expected


STOPPED = {"State": {"Name": "stopped"}, "StateTransitionReason": "User initiated (2025-12-02 00:00:00 GMT)"}


@pytest.mark.parametrize("most_days,expected", [(30, "pass"), (29, "fail")])
def test_the_days_of_a_stop_are_counted_to_the_moment_of_the_evidence(most_days, expected):
    assert status(instance_stopped_too_long, instance(**STOPPED), most_days=most_days) == expected


def test_a_stop_at_an_unknown_time_is_undecided():
    assert status(instance_stopped_too_long, instance(State={"Name": "stopped"})) == "undecided"


def test_an_age_is_undecided_where_the_evidence_has_no_moment():
    calls = instance(LaunchTime="2020-01-01T00:00:00Z")
    assert status(instance_too_old, calls) == "fail"
    assert status(instance_too_old, calls, taken=False) == "undecided"


def test_an_instance_that_a_service_operates_may_have_several_interfaces():
    interfaces = [{"NetworkInterfaceId": "eni-1"}, {"NetworkInterfaceId": "eni-2"}]
    calls = instance(NetworkInterfaces=interfaces, Operator={"Managed": True, "Principal": "eks.amazonaws.com"})
    assert status(instance_has_several_interfaces, calls) == "skip"


def snapshots(public, *, encrypted=False):
    row = {"SnapshotId": "snap-1", "OwnerId": ACCOUNT, "Encrypted": encrypted}
    return {
        "ec2:DescribeSnapshots": [
            {"parameters": OWN_SNAPSHOTS, "response": {"Snapshots": [row]}},
            {"parameters": PUBLIC_SNAPSHOTS, **public},
        ]
    }


def test_a_snapshot_is_undecided_while_the_public_ones_may_not_be_listed():
    assert status(snapshot_is_public, snapshots({"error": "UnauthorizedOperation"})) == "undecided"


def test_an_encrypted_snapshot_cannot_be_public_whatever_may_not_be_listed():
    assert status(snapshot_is_public, snapshots({"error": "UnauthorizedOperation"}, encrypted=True)) == "pass"


def test_a_volume_is_undecided_while_snapshots_may_not_be_listed():
    calls = {
        "ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1"}]},
        "ec2:DescribeSnapshots": [{"parameters": OWN_SNAPSHOTS, "error": "UnauthorizedOperation"}],
    }
    assert status(volume_without_snapshot, calls) == "undecided"


REQUIRED = {"ec2:GetInstanceMetadataDefaults": {"AccountLevel": {"HttpTokens": "required"}}}
NO_PREFERENCE = {"ec2:GetInstanceMetadataDefaults": {"AccountLevel": {}}}


@pytest.mark.parametrize(
    "options,defaults,expected",
    [
        ({}, REQUIRED, "pass"),
        ({}, NO_PREFERENCE, "fail"),
        ({}, {}, "undecided"),
        ({"HttpTokens": "required"}, {}, "pass"),
        ({"HttpTokens": "optional"}, {}, "fail"),
        ({"HttpEndpoint": "disabled"}, {}, "pass"),
    ],
)
def test_a_template_that_says_nothing_of_tokens_is_judged_by_the_account_default(options, defaults, expected):
    calls = {**template({"MetadataOptions": options}), **defaults}
    assert status(launch_template_allows_imdsv1, calls) == expected


def test_a_latest_version_that_is_not_the_default_is_judged_too():
    calls = template({"NetworkInterfaces": [{"AssociatePublicIpAddress": True}]}, number=7, default=False)
    found = judge(launch_template_assigns_public_address, evidence_of(calls))[0]
    assert found.outcome.message == "lt-1 assigns public addresses in version 7"


def test_a_template_without_any_listed_version_is_undecided():
    calls = {**template({}), "ec2:DescribeLaunchTemplateVersions": {"LaunchTemplateVersions": []}}
    assert status(launch_template_assigns_public_address, calls) == "undecided"


PLAIN = {"ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": False}}


@pytest.mark.parametrize(
    "ebs,default,expected",
    [
        ({"Encrypted": True}, {}, "pass"),
        ({"Encrypted": False}, {}, "undecided"),
        ({"Encrypted": False}, PLAIN, "fail"),
        ({"SnapshotId": "snap-1"}, PLAIN, "pass"),
        ({"Encrypted": False, "SnapshotId": "snap-1"}, PLAIN, "fail"),
    ],
)
def test_a_volume_of_a_template_is_plain_only_if_neither_it_nor_snapshot_nor_region_encrypts(ebs, default, expected):
    calls = {**template({"BlockDeviceMappings": [{"DeviceName": "/dev/sdf", "Ebs": ebs}]}), **default}
    assert status(launch_template_volume_unencrypted, calls) == expected
