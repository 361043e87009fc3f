"""The weak account is what it says: large, spread, old, and about resources that are really there."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scanner.aws.embedded import ACCOUNT_ID, embedded_aws, seed
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.credential_report import COLUMNS
from scanner.aws.embedded.account.identity import PEOPLE

MAIN = "eu-west-1"
SECOND = "us-east-1"
REGIONAL = {
    ("ec2", "describe_instances"): "Reservations",
    ("ec2", "describe_internet_gateways"): "InternetGateways",
    ("ec2", "describe_network_acls"): "NetworkAcls",
    ("ec2", "describe_route_tables"): "RouteTables",
    ("ec2", "describe_security_groups"): "SecurityGroups",
    ("ec2", "describe_snapshots"): "Snapshots",
    ("ec2", "describe_subnets"): "Subnets",
    ("ec2", "describe_volumes"): "Volumes",
    ("ec2", "describe_vpcs"): "Vpcs",
    ("elbv2", "describe_load_balancers"): "LoadBalancers",
    ("kms", "list_keys"): "Keys",
    ("lambda", "list_functions"): "Functions",
    ("rds", "describe_db_instances"): "DBInstances",
}
GLOBAL = {
    ("iam", "list_groups"): "Groups",
    ("iam", "list_roles"): "Roles",
    ("iam", "list_users"): "Users",
    ("s3", "list_buckets"): "Buckets",
}


def count(aws: Aws, region: str, lists: dict[tuple[str, str], str]) -> int:
    return sum(len(getattr(aws.client(service, region), call)()[rows]) for (service, call), rows in lists.items())


def instances(aws: Aws, region: str = MAIN) -> dict[str, dict[str, Any]]:
    reservations = aws.client("ec2", region).describe_instances()["Reservations"]
    found = [instance for reservation in reservations for instance in reservation["Instances"]]
    return {next(tag["Value"] for tag in row["Tags"] if tag["Key"] == "Name"): row for row in found}


def report(aws: Aws) -> dict[str, dict[str, str]]:
    text = aws.client("iam", MAIN).get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(StringIO(text))}


def age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


def test_it_has_sixty_resources_over_two_regions(weak_aws: Aws) -> None:
    main, second = count(weak_aws, MAIN, REGIONAL), count(weak_aws, SECOND, REGIONAL)

    assert second > 0
    assert main + second + count(weak_aws, MAIN, GLOBAL) >= 60


def test_old_access_keys_are_old_in_each_call_that_dates_them(weak_aws: Aws) -> None:
    keys = weak_aws.client("iam", MAIN).list_access_keys(UserName="tom.okafor")["AccessKeyMetadata"]
    reported = datetime.fromisoformat(report(weak_aws)["tom.okafor"]["access_key_1_last_rotated"])

    assert {key["Status"]: age(key["CreateDate"]) > timedelta(days=90) for key in keys} == {
        "Active": True,
        "Inactive": True,
    }
    assert keys[0]["CreateDate"] == reported


def test_the_credential_report_has_the_root_user_first_and_a_row_for_each_user(weak_aws: Aws) -> None:
    users = {user["UserName"] for user in weak_aws.client("iam", MAIN).list_users()["Users"]}
    rows = report(weak_aws)

    assert next(iter(rows)) == "<root_account>"
    assert users == set(rows) - {"<root_account>"}
    assert all(set(row) == set(COLUMNS) for row in rows.values())


def test_the_root_user_was_used_lately_with_a_virtual_device_only(weak_aws: Aws) -> None:
    root = report(weak_aws)["<root_account>"]
    devices = weak_aws.client("iam", MAIN).list_virtual_mfa_devices()["VirtualMFADevices"]

    assert age(datetime.fromisoformat(root["password_last_used"])) < timedelta(days=14)
    assert root["mfa_active"] == "true"
    assert any(device["SerialNumber"].endswith(":mfa/root-account-mfa-device") for device in devices)


def test_an_administrator_has_a_password_and_no_mfa(weak_aws: Aws) -> None:
    iam = weak_aws.client("iam", MAIN)
    attached = iam.list_attached_user_policies(UserName="mara.lindqvist")["AttachedPolicies"]

    assert [policy["PolicyName"] for policy in attached] == ["AdministratorAccess"]
    assert iam.list_mfa_devices(UserName="mara.lindqvist")["MFADevices"] == []
    assert report(weak_aws)["mara.lindqvist"]["password_enabled"] == "true"


def test_authorization_details_list_the_policies_in_use_by_name(weak_aws: Aws) -> None:
    policies = weak_aws.client("iam", MAIN).get_account_authorization_details()["Policies"]

    assert {"AdministratorAccess", "everything-for-batch", "old-migration"} <= {row["PolicyName"] for row in policies}
    assert len(policies) < 50


def test_every_inspector_finding_is_about_a_resource_that_exists(weak_aws: Aws) -> None:
    functions = weak_aws.client("lambda", MAIN).list_functions()["Functions"]
    known = {row["InstanceId"] for row in instances(weak_aws).values()}
    known |= {f"{function['FunctionArn']}:$LATEST" for function in functions}

    findings = weak_aws.client("inspector2", MAIN).list_findings()["findings"]

    assert len(findings) >= 12
    assert {resource["id"] for finding in findings for resource in finding["resources"]} <= known
    assert {"UNTRIAGED", "CRITICAL"} <= {finding["severity"] for finding in findings}
    assert {"NETWORK_REACHABILITY", "PACKAGE_VULNERABILITY"} <= {finding["type"] for finding in findings}


@pytest.mark.parametrize(
    "comparison,value,expected",
    [
        ("EQUALS", "ACTIVE", {"ACTIVE"}),
        ("NOT_EQUALS", "ACTIVE", {"SUPPRESSED"}),
        ("PREFIX", "SUPP", {"SUPPRESSED"}),
    ],
)
def test_inspector_findings_are_filtered_as_asked(
    weak_aws: Aws, comparison: str, value: str, expected: set[str]
) -> None:
    criteria = {"findingStatus": [{"comparison": comparison, "value": value}]}

    findings = weak_aws.client("inspector2", MAIN).list_findings(filterCriteria=criteria)["findings"]

    assert expected == {finding["status"] for finding in findings}


def test_a_filter_that_is_not_understood_is_refused_rather_than_ignored(weak_aws: Aws) -> None:
    criteria = {"title": [{"comparison": "EQUALS", "value": "x"}]}

    with pytest.raises(ClientError, match="cannot filter by title"):
        weak_aws.client("inspector2", MAIN).list_findings(filterCriteria=criteria)


def test_every_instance_is_covered_or_said_not_to_be(weak_aws: Aws) -> None:
    coverage = weak_aws.client("inspector2", MAIN).list_coverage()["coveredResources"]

    assert {row["InstanceId"] for row in instances(weak_aws).values()} == {row["resourceId"] for row in coverage}
    assert {"ACTIVE", "INACTIVE"} == {row["scanStatus"]["statusCode"] for row in coverage}


def test_inspector_is_off_in_the_second_region(weak_aws: Aws) -> None:
    status = weak_aws.client("inspector2", SECOND).batch_get_account_status()["accounts"][0]["state"]["status"]

    assert status == "DISABLED"
    assert weak_aws.client("accessanalyzer", SECOND).list_analyzers()["analyzers"] == []


def test_both_apis_of_trusted_advisor_flag_the_same_resources(weak_aws: Aws) -> None:
    newer, older = weak_aws.client("trustedadvisor", SECOND), weak_aws.client("support", SECOND)
    recommendations = newer.list_recommendations()["recommendationSummaries"]
    summaries = newer.list_checks()["checkSummaries"]

    assert {"ok", "warning", "error"} == {row["status"] for row in recommendations}
    columns = {
        check["id"]: check["metadata"] for check in older.describe_trusted_advisor_checks(language="en")["checks"]
    }
    assert set(columns) == {check["id"] for check in summaries}
    for recommendation in recommendations:
        check = recommendation["checkArn"].rpartition("/")[2]
        rows = newer.list_recommendation_resources(recommendationIdentifier=recommendation["arn"])
        flagged = older.describe_trusted_advisor_check_result(checkId=check)["result"]["flaggedResources"]
        assert [row["status"] for row in rows["recommendationResourceSummaries"]] == [row["status"] for row in flagged]
        assert all(len(row["metadata"]) == len(columns[check]) for row in flagged)


def test_one_snapshot_and_one_image_are_public(weak_aws: Aws) -> None:
    ec2 = weak_aws.client("ec2", MAIN)

    public = ec2.describe_snapshots(RestorableByUserIds=["all"])["Snapshots"]

    assert [row["Description"] for row in public] == ["orders-before-move"]
    assert [row["Name"] for row in ec2.describe_images(Owners=["self"])["Images"] if row["Public"]] == ["harbour-kiosk"]


@pytest.mark.parametrize(
    "name,has_public_address,tokens,state",
    [
        ("web-1", True, "optional", "running"),
        ("bastion", True, "required", "running"),
        ("app-1", False, "required", "running"),
        ("legacy-batch", True, "optional", "running"),
        ("old-till", False, "optional", "stopped"),
    ],
)
def test_an_instance_is_as_exposed_as_it_is_meant_to_be(
    weak_aws: Aws, name: str, has_public_address: bool, tokens: str, state: str
) -> None:
    instance = instances(weak_aws)[name]

    assert has_public_address == ("PublicIpAddress" in instance)
    assert (tokens, state) == (instance["MetadataOptions"]["HttpTokens"], instance["State"]["Name"])


@pytest.mark.parametrize(
    "bucket,is_public",
    [
        ("harbour-books-catalogue", True),
        ("harbour-books-ledger", False),
        ("harbour-books-website", True),
    ],
)
def test_a_bucket_policy_is_public_where_it_is_meant_to_be(weak_aws: Aws, bucket: str, is_public: bool) -> None:
    status = weak_aws.client("s3", MAIN).get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]

    assert is_public == status["IsPublic"]


def test_one_bucket_is_public_by_its_access_control_list(weak_aws: Aws) -> None:
    grants = weak_aws.client("s3", MAIN).get_bucket_acl(Bucket="harbour-books-covers")["Grants"]

    everyone = "http://acs.amazonaws.com/groups/global/AllUsers"
    assert [grant["Permission"] for grant in grants if grant["Grantee"].get("URI") == everyone] == ["READ"]


def test_access_points_are_listed_in_the_region_of_their_bucket_only(weak_aws: Aws) -> None:
    def listed(region: str) -> list[str]:
        rows = weak_aws.client("s3control", region).list_access_points(AccountId=ACCOUNT_ID)["AccessPointList"]
        return sorted(row["AccessPointArn"] for row in rows)

    prefix = f"arn:aws:s3:{MAIN}:{ACCOUNT_ID}:accesspoint"
    assert [f"{prefix}/catalogue-partners", f"{prefix}/ledger-audit"] == listed(MAIN)
    assert listed(SECOND) == []


def test_every_security_group_rule_names_its_owner(weak_aws: Aws) -> None:
    rules = weak_aws.client("ec2", MAIN).describe_security_group_rules()["SecurityGroupRules"]

    assert {ACCOUNT_ID} == {rule["GroupOwnerId"] for rule in rules}


def test_buckets_are_listed_with_their_regions(weak_aws: Aws) -> None:
    regions = {row["Name"]: row["BucketRegion"] for row in weak_aws.client("s3", MAIN).list_buckets()["Buckets"]}

    assert regions["harbour-books-archive"] == SECOND
    assert regions["harbour-books-ledger"] == MAIN


def test_every_network_acl_ends_with_the_rule_that_denies_the_rest(weak_aws: Aws) -> None:
    acls = weak_aws.client("ec2", MAIN).describe_network_acls()["NetworkAcls"]

    for acl in acls:
        last = [entry for entry in acl["Entries"] if entry["RuleNumber"] == 32767]
        assert {("deny", True), ("deny", False)} == {(entry["RuleAction"], entry["Egress"]) for entry in last}


def test_the_nat_gateway_has_an_interface_within_its_subnet(weak_aws: Aws) -> None:
    ec2 = weak_aws.client("ec2", MAIN)
    address = ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayAddresses"][0]

    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=[address["NetworkInterfaceId"]])

    assert address["PrivateIp"].startswith("10.20.0.")
    assert address["PrivateIp"] == interfaces["NetworkInterfaces"][0]["PrivateIpAddress"]


def test_seeding_an_empty_server_makes_the_same_account() -> None:
    with embedded_aws(seeded=False) as running:
        seed(running.endpoint_url)

        users = Aws(running.endpoint_url).client("iam", MAIN).list_users()["Users"]

    assert sorted(person.name for person in PEOPLE) == sorted(user["UserName"] for user in users)
