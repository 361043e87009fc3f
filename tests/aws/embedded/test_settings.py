from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from scanner.aws.embedded import ACCOUNT_ID
from scanner.aws.embedded.account.clients import Aws

REGION = "eu-central-1"
OTHER_REGION = "eu-north-1"
OTHER_ACCOUNT = "222233334444"

Act = Callable[[Any], Any]

ROUND_TRIPS: dict[str, tuple[Act, Act, Any, Any]] = {
    "snapshot sharing": (
        lambda ec2: ec2.enable_snapshot_block_public_access(State="block-new-sharing"),
        lambda ec2: ec2.get_snapshot_block_public_access_state()["State"],
        "unblocked",
        "block-new-sharing",
    ),
    "image sharing": (
        lambda ec2: ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing"),
        lambda ec2: ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"],
        "unblocked",
        "block-new-sharing",
    ),
    "serial console": (
        lambda ec2: ec2.enable_serial_console_access(),
        lambda ec2: ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"],
        False,
        True,
    ),
    "EBS encryption": (
        lambda ec2: ec2.enable_ebs_encryption_by_default(),
        lambda ec2: ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"],
        False,
        True,
    ),
    "EBS key": (
        lambda ec2: ec2.modify_ebs_default_kms_key_id(KmsKeyId="alias/disks"),
        lambda ec2: ec2.get_ebs_default_kms_key_id()["KmsKeyId"],
        "alias/aws/ebs",
        "alias/disks",
    ),
    "metadata defaults": (
        lambda ec2: ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2),
        lambda ec2: ec2.get_instance_metadata_defaults()["AccountLevel"],
        {"ManagedBy": "account"},
        {"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "ManagedBy": "account"},
    ),
    "VPC block": (
        lambda ec2: ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress"),
        lambda ec2: ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"][
            "InternetGatewayBlockMode"
        ],
        "off",
        "block-ingress",
    ),
}


@pytest.mark.parametrize("write,read,before,after", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_a_setting_of_a_region_is_read_back_there_only(
    empty_aws: Aws, write: Act, read: Act, before: object, after: object
) -> None:
    ec2 = empty_aws.client("ec2", REGION)
    assert before == read(ec2)

    write(ec2)

    assert after == read(ec2)
    assert before == read(empty_aws.client("ec2", OTHER_REGION))


def test_a_setting_of_one_account_is_none_of_another(empty_aws: Aws) -> None:
    empty_aws.client("ec2", "sa-east-1").enable_serial_console_access()

    other = _client_of_other_account(empty_aws, "sa-east-1")

    assert other.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is False


def _client_of_other_account(aws: Aws, region: str) -> Any:
    assumed = aws.client("sts", region).assume_role(
        RoleArn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/audit", RoleSessionName="audit"
    )["Credentials"]
    return boto3.client(
        "ec2",
        region_name=region,
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )


def test_no_preference_takes_a_metadata_default_back(empty_aws: Aws) -> None:
    ec2 = empty_aws.client("ec2", "us-west-1")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpEndpoint="enabled")

    ec2.modify_instance_metadata_defaults(HttpTokens="no-preference")

    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {"HttpEndpoint": "enabled", "ManagedBy": "account"}


def test_disabling_a_block_unblocks_again(empty_aws: Aws) -> None:
    ec2 = empty_aws.client("ec2", "us-west-2")
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")

    ec2.disable_snapshot_block_public_access()

    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"


def test_an_exclusion_from_the_vpc_block_lasts_until_it_is_deleted(empty_aws: Aws) -> None:
    ec2 = empty_aws.client("ec2", "ca-central-1")
    made = ec2.create_vpc_block_public_access_exclusion(
        VpcId="vpc-1", InternetGatewayExclusionMode="allow-bidirectional"
    )["VpcBlockPublicAccessExclusion"]
    listed = ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]

    ec2.delete_vpc_block_public_access_exclusion(ExclusionId=made["ExclusionId"])

    assert [made] == listed
    assert ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"] == []


def test_contact_information_is_missing_until_it_is_put(empty_aws: Aws) -> None:
    account = empty_aws.client("account", "us-east-1")
    contact = {
        "FullName": "A. Keeper",
        "AddressLine1": "1 Quay",
        "City": "Port",
        "PostalCode": "1",
        "CountryCode": "GB",
        "PhoneNumber": "+44 1632 960000",
    }
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        account.get_contact_information()

    account.put_contact_information(ContactInformation=contact)

    assert contact == account.get_contact_information()["ContactInformation"]


def test_an_alternate_contact_is_missing_again_once_deleted(empty_aws: Aws) -> None:
    account = empty_aws.client("account", "us-east-1")
    account.put_alternate_contact(
        AlternateContactType="SECURITY", EmailAddress="a@example.com", Name="A", PhoneNumber="1", Title="T"
    )
    assert account.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]["Name"] == "A"

    account.delete_alternate_contact(AlternateContactType="SECURITY")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        account.get_alternate_contact(AlternateContactType="SECURITY")


def test_inspector_denies_its_findings_in_a_region_where_it_is_off(empty_aws: Aws) -> None:
    inspector = empty_aws.client("inspector2", REGION)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        inspector.list_findings()

    inspector.enable(resourceTypes=["EC2"])

    assert inspector.list_findings()["findings"] == []
    states = inspector.batch_get_account_status()["accounts"][0]["resourceState"]
    assert {name: state["status"] for name, state in states.items()} == {
        "ec2": "ENABLED",
        "ecr": "DISABLED",
        "lambda": "DISABLED",
        "lambdaCode": "DISABLED",
    }


def test_a_new_bucket_starts_as_amazon_s3_makes_it(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="fresh-bucket")

    block = s3.get_public_access_block(Bucket="fresh-bucket")["PublicAccessBlockConfiguration"]
    ownership = s3.get_bucket_ownership_controls(Bucket="fresh-bucket")["OwnershipControls"]["Rules"]
    encryption = s3.get_bucket_encryption(Bucket="fresh-bucket")["ServerSideEncryptionConfiguration"]["Rules"]

    assert set(block.values()) == {True}
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert encryption[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_a_bucket_made_with_an_ownership_keeps_it(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")

    s3.create_bucket(Bucket="writers-bucket", ObjectOwnership="ObjectWriter")

    rules = s3.get_bucket_ownership_controls(Bucket="writers-bucket")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "ObjectWriter"}]


def test_a_deleted_access_block_stays_deleted(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="opened-bucket")

    s3.delete_public_access_block(Bucket="opened-bucket")

    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket="opened-bucket")


def test_regions_to_opt_in_are_listed_only_on_request(empty_aws: Aws) -> None:
    ec2 = empty_aws.client("ec2", "us-east-1")

    usual = {row["RegionName"]: row["OptInStatus"] for row in ec2.describe_regions()["Regions"]}
    every = {row["RegionName"]: row["OptInStatus"] for row in ec2.describe_regions(AllRegions=True)["Regions"]}

    assert set(usual.values()) == {"opt-in-not-required"}
    assert every["af-south-1"] == "not-opted-in"
    assert set(usual) < set(every)


def test_the_caller_is_a_user_with_an_iam_arn(empty_aws: Aws) -> None:
    caller = empty_aws.client("sts", "us-east-1").get_caller_identity()

    assert (ACCOUNT_ID, f"arn:aws:iam::{ACCOUNT_ID}:user/auditor") == (caller["Account"], caller["Arn"])


PUBLIC = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", '
    '"Resource": "arn:aws:s3:::%s/*"}]}'
)


def test_a_public_policy_is_refused_while_access_is_blocked(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="blocked-bucket")

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_policy(Bucket="blocked-bucket", Policy=PUBLIC % "blocked-bucket")

    s3.delete_public_access_block(Bucket="blocked-bucket")
    s3.put_bucket_policy(Bucket="blocked-bucket", Policy=PUBLIC % "blocked-bucket")
    assert s3.get_bucket_policy_status(Bucket="blocked-bucket")["PolicyStatus"]["IsPublic"]


def test_an_access_control_list_is_refused_while_the_owner_is_enforced(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="owned-bucket")

    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket="owned-bucket", ACL="public-read")

    s3.put_bucket_acl(Bucket="owned-bucket", ACL="private")


def test_a_call_that_expects_another_owner_is_denied(empty_aws: Aws) -> None:
    s3 = empty_aws.client("s3", "us-east-1")
    s3.create_bucket(Bucket="mine-alone")

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_bucket_acl(Bucket="mine-alone", ExpectedBucketOwner=OTHER_ACCOUNT)

    assert s3.get_bucket_acl(Bucket="mine-alone", ExpectedBucketOwner=ACCOUNT_ID)["Grants"]


def test_metadata_options_that_a_change_does_not_name_are_kept(empty_aws: Aws) -> None:
    ec2 = empty_aws.client("ec2", "us-east-1")
    instance = ec2.run_instances(
        ImageId="ami-1", MinCount=1, MaxCount=1, MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "disabled"}
    )["Instances"][0]["InstanceId"]

    ec2.modify_instance_metadata_options(InstanceId=instance, HttpTokens="required", HttpPutResponseHopLimit=3)

    read = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["MetadataOptions"]
    assert {"HttpTokens": "required", "HttpEndpoint": "disabled", "HttpPutResponseHopLimit": 3}.items() <= read.items()


def test_metadata_options_of_no_instance_cannot_be_changed(empty_aws: Aws) -> None:
    with pytest.raises(ClientError, match="InvalidInstanceID"):
        empty_aws.client("ec2", "us-east-1").modify_instance_metadata_options(
            InstanceId="i-00000000000000000", HttpTokens="required"
        )
