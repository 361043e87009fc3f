"""Attack paths: what makes one, what closes it, and what is not known."""

import json

import pytest

from scanner.model.attack import Choke
from scanner.testing import REGION
from tests.reason.account.accounts import allow, policy, role, trusting
from tests.reason.network.answers import group, permission
from tests.reason.paths.attacked import (
    INSTANCE,
    SECRET,
    attacked,
    found_in,
    inspector,
    secret,
    told,
    vulnerability,
    web_role,
)

ADMIN = allow("*")
WAY = f"internet > instance {INSTANCE} > CVE-2999-1 > role web > unrestricted access"
TAKEN = f"internet > instance {INSTANCE} > role web > unrestricted access"


def test_an_exploitable_instance_with_an_administrator_role_is_a_confirmed_path():
    assert [("confirmed", WAY)] == told(attacked(web_role(ADMIN)))


@pytest.mark.parametrize(
    "change",
    [
        {"exploitAvailable": "NO", "epss": {"score": 0.5}},
        {"exploitAvailable": "NO", "exploitabilityDetails": {"lastKnownExploitAt": "2025-12-30T00:00:00+00:00"}},
    ],
)
def test_probable_and_observed_exploitation_count_as_an_exploit(change):
    assert [("confirmed", WAY)] == told(attacked(web_role(ADMIN), **inspector(vulnerability(**change))))


@pytest.mark.parametrize(
    "change",
    [
        {"exploitAvailable": "NO", "epss": {"score": 0.49}},
        {"vector": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
        {"resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-0ffffffffffffffff", "region": REGION}]},
    ],
)
def test_without_a_weakness_that_is_reached_the_taking_over_is_unproven(change):
    (path,) = found_in(attacked(web_role(ADMIN), **inspector(vulnerability(**change)))).paths
    assert (TAKEN, "potential", "unproven") == (path.described, path.status, path.takeover)


@pytest.mark.parametrize("answers", [inspector(status="DISABLED"), inspector(covers=False)])
def test_where_inspector_does_not_look_weaknesses_are_not_known(answers):
    (path,) = found_in(attacked(web_role(ADMIN), **answers)).paths
    assert (TAKEN, "potential", "unread", True) == (path.described, path.status, path.takeover, path.is_certain)


CLOSED = {
    "no role": {"ec2__DescribeInstances": {"Reservations": []}},
    "no rule": {"ec2__DescribeSecurityGroups": {"SecurityGroups": [group("sg-1")]}},
    "few addresses": {
        "ec2__DescribeSecurityGroups": {"SecurityGroups": [group("sg-1", permission("tcp", 443, None, "8.0.0.0/8"))]}
    },
    "no route": {"ec2__DescribeRouteTables": {"RouteTables": []}},
}


@pytest.mark.parametrize("change", CLOSED.values(), ids=CLOSED)
def test_one_change_closes_the_path(change):
    assert all(status != "confirmed" for status, _ in told(attacked(web_role(ADMIN), **change)))


def test_a_stopped_instance_is_no_entry():
    answers = attacked(web_role(ADMIN))
    answers["ec2:DescribeInstances"]["Reservations"][0]["Instances"][0]["State"]["Name"] = "stopped"
    assert [] == told(answers)


def test_a_role_that_anyone_assumes_leads_to_the_secrets_it_reads():
    rows = role("open", allow("secretsmanager:GetSecretValue", SECRET), trust=trusting("*"))
    assert [("confirmed", "internet > role open > secret db")] == told(attacked(rows, web_role(), **secret()))


def test_a_denial_in_the_policy_of_the_secret_closes_the_path_and_an_unknown_policy_leaves_it_open():
    rows = role("open", allow("secretsmanager:*"), trust=trusting("*"))
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    assert [] == told(attacked(rows, web_role(), **secret(json.dumps(policy(deny)))))
    denied = {"secretsmanager:GetResourcePolicy": [{"parameters": {"SecretId": SECRET}, "error": "AccessDenied"}]}
    assert [("potential", "internet > role open > secret db")] == told(attacked(rows, web_role(), **secret() | denied))


def test_what_a_path_to_administrator_includes_is_not_told_again():
    assert [("confirmed", WAY)] == told(attacked(web_role(ADMIN), **secret()))


def test_the_end_of_an_escalation_is_reached_through_it():
    passing = [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"])]
    boss = role("boss", ADMIN, trust=trusting({"Service": "lambda.amazonaws.com"}))
    way = f"internet > instance {INSTANCE} > CVE-2999-1 > role web > role boss > unrestricted access"
    assert [("confirmed", way)] == told(attacked(web_role(*passing), boss))


def test_a_change_that_closes_several_paths_comes_first_and_names_how_many():
    found = found_in(
        attacked(
            web_role(allow("sts:AssumeRole"), allow("secretsmanager:GetSecretValue", SECRET)),
            role("open", allow("sts:AssumeRole"), trust=trusting("*")),
            role("boss", ADMIN, trust=trusting(f"arn:aws:iam::{found_account()}:root")),
            **secret(),
        )
    )
    best = found.chokes[0]
    assert 2 == len(found.paths)
    assert isinstance(best, Choke)
    assert all(choke.closes <= best.closes <= choke.of for choke in found.chokes)
    texts = {text for choke in found.chokes for text in choke.changes}
    assert "narrow the trust policy of role open" in texts
    assert "update openssl for CVE-2999-1" in texts


def found_account():
    return SECRET.split(":")[4]


def test_a_listing_that_is_not_whole_is_named_as_a_reason_for_more_paths():
    found = found_in(attacked(web_role(), lambda__ListFunctions=[{"parameters": {}, "error": "AccessDenied"}]))
    assert [] == list(found.paths)
    assert any("AccessDenied" in question for question in found.open_questions)


def test_without_principals_nothing_is_known():
    answers = attacked()
    answers["iam:GetAccountAuthorizationDetails"] = [{"parameters": {}, "error": "AccessDenied"}]
    found = found_in(answers)
    assert [] == list(found.paths)
    assert found.open_questions


DIGEST = "sha256:" + "ab" * 32
TASK = f"arn:aws:ecs:{REGION}:{found_account()}:task/shop/0123456789abcdef"


def tasks(**changes):
    """The answers about one task of ECS, whose interface is the one that the internet reaches."""
    detail = {"name": "networkInterfaceId", "value": "eni-1"}
    definition = f"arn:aws:ecs:{REGION}:{found_account()}:task-definition/shop:1"
    task = {
        "taskArn": TASK,
        "taskDefinitionArn": definition,
        "attachments": [{"type": "ElasticNetworkInterface", "details": [detail]}],
        "containers": [{"name": "shop", "imageDigest": DIGEST}],
        **changes,
    }
    cluster = f"arn:aws:ecs:{REGION}:{found_account()}:cluster/shop"
    return {
        "ec2__DescribeInstances": {"Reservations": []},
        "ecs__ListClusters": {"clusterArns": [cluster]},
        "ecs__ListTasks": [{"parameters": {"cluster": "shop"}, "response": {"taskArns": [TASK]}}],
        "ecs__DescribeTasks": {"tasks": [task]},
        "ecs__DescribeTaskDefinition": [
            {
                "parameters": {"taskDefinition": definition},
                "response": {"taskDefinition": {"taskRoleArn": f"arn:aws:iam::{found_account()}:role/web"}},
            }
        ],
    }


def test_a_task_with_an_exploitable_image_is_an_entry():
    image = f"arn:aws:ecr:{REGION}:{found_account()}:repository/team/shop/{DIGEST}"
    finding = vulnerability(resources=[{"type": "AWS_ECR_CONTAINER_IMAGE", "id": image, "region": REGION}])
    way = "internet > task shop/0123456789abcdef > CVE-2999-1 > role web > unrestricted access"
    assert [("confirmed", way)] == told(attacked(web_role(ADMIN), **tasks(), **inspector(finding)))


def test_a_task_whose_image_is_not_told_has_weaknesses_that_are_not_known():
    (path,) = found_in(attacked(web_role(ADMIN), **tasks(containers=[{"name": "shop"}]))).paths
    assert ("potential", "unread") == (path.status, path.takeover)


@pytest.mark.parametrize("encrypted, expected", [(False, ["internet > snapshot snap-1"]), (True, [])])
def test_a_snapshot_that_anyone_can_restore_is_open_data(encrypted, expected):
    listed = {"Snapshots": [{"SnapshotId": "snap-1", "OwnerId": found_account(), "Encrypted": encrypted}]}
    own = {"OwnerIds": ["self"], "MaxResults": 1000}
    answers = [
        {"parameters": own, "response": listed},
        {"parameters": own | {"RestorableByUserIds": ["all"]}, "response": listed},
    ]
    assert expected == [way for _, way in told(attacked(web_role(), ec2__DescribeSnapshots=answers))]


def test_a_database_that_the_internet_reaches_is_a_potential_path_to_data():
    database = {
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{found_account()}:db:orders",
        "Engine": "postgres",
        "PubliclyAccessible": True,
        "Endpoint": {"Port": 443, "Address": "orders.example"},
        "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
    }
    (path,) = found_in(attacked(web_role(), rds__DescribeDBInstances={"DBInstances": [database]})).paths
    assert ("internet > database orders", "potential", "unproven") == (path.described, path.status, path.takeover)


@pytest.mark.parametrize(
    "statement, is_open",
    [
        (allow("rds-db:connect"), True),
        (allow("rds-db:connect", f"arn:aws:rds-db:{REGION}:{found_account()}:dbuser:db-ABC/reader"), True),
        (allow("rds-db:connect", f"arn:aws:rds-db:{REGION}:{found_account()}:dbuser:db-XYZ/reader"), False),
        (allow("rds:DescribeDBInstances"), False),
    ],
)
def test_a_database_that_lets_principals_in_by_iam_is_data_of_those_who_may_connect(statement, is_open):
    database = {
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{found_account()}:db:orders",
        "Engine": "postgres",
        "PubliclyAccessible": False,
        "IAMDatabaseAuthenticationEnabled": True,
        "DbiResourceId": "db-ABC",
    }
    rows = role("open", statement, trust=trusting("*"))
    found = told(attacked(rows, web_role(), rds__DescribeDBInstances={"DBInstances": [database]}))
    assert is_open is (("confirmed", "internet > role open > database orders") in found)


def test_a_bucket_whose_tags_are_not_read_is_a_path_that_is_not_certain():
    rows = role("open", allow("s3:GetObject"), trust=trusting("*"))
    listed = {"Buckets": [{"Name": "assets", "CreationDate": "2025-01-01T00:00:00Z"}]}
    found = told(attacked(rows, web_role(), s3__ListBuckets=listed))
    assert [("potential", "internet > role open > bucket assets")] == found
