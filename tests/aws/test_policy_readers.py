"""Resources that have policies of their own: what AWS answers of them, and whose they are."""

import json

import botocore.session
import pytest
from botocore.validate import ParamValidator

from scanner.aws import (
    apigateway,
    backup,
    ecr,
    efs,
    eventbridge,
    glue,
    kms,
    lambda_,
    opensearch,
    secretsmanager,
    sns,
    sqs,
)
from scanner.evidence import Answer, Failure
from scanner.model.account import account_of
from scanner.model.apigateway import RestApi
from scanner.model.backup import BackupVault, VaultPolicy
from scanner.model.ecr import PublicRepository, PublicRepositoryPolicy, Repository, RepositoryPolicy
from scanner.model.efs import FileSystem, FileSystemPolicy
from scanner.model.eventbridge import EventBus
from scanner.model.glue import CatalogPolicy
from scanner.model.kind import Scope
from scanner.model.kms import Key, KeyGrant, KeyGrants, KeyPolicy
from scanner.model.lambda_ import Function, FunctionPolicy, FunctionUrl
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.opensearch import Domain, DomainSettings
from scanner.model.policy import parse_policy
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.model.sns import Topic, TopicSettings
from scanner.model.sqs import Queue, QueueSettings
from scanner.plan import read, step_for

OWN, OTHER = "123456789012", "210987654321"
HERE = Scope("aws", OWN, "eu-west-1")
POLICY = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}})
MODULES = (apigateway, backup, ecr, efs, eventbridge, glue, kms, lambda_, opensearch, secretsmanager, sns, sqs)
READER_OF = {kind: reader for module in MODULES for reader in module.READERS for kind in reader.yields}
SESSION = botocore.session.Session()


def arn(service, rest, account=OWN):
    return f"arn:aws:{service}:eu-west-1:{account}:{rest}"


LISTINGS = {
    Key: {"Keys": [{"KeyId": "k-1", "KeyArn": arn("kms", "key/k-1")}]},
    Queue: {"QueueUrls": [f"https://sqs.eu-west-1.amazonaws.com/{OWN}/orders"]},
    Topic: {"Topics": [{"TopicArn": arn("sns", "orders")}]},
    Function: {
        "Functions": [
            {
                "FunctionName": "orders",
                "FunctionArn": arn("lambda", "function:orders"),
                "Runtime": "python3.13",
                "Role": f"arn:aws:iam::{OWN}:role/orders",
                "VpcConfig": {"VpcId": "", "SubnetIds": [], "SecurityGroupIds": []},
            }
        ]
    },
    Secret: {
        "SecretList": [
            {
                "ARN": arn("secretsmanager", "secret:db-1a2b3c"),
                "Name": "db",
                "RotationEnabled": True,
                "Tags": [{"Key": "team", "Value": "shop"}],
            }
        ]
    },
    Repository: {
        "repositories": [
            {
                "repositoryName": "team/shop",
                "repositoryArn": arn("ecr", "repository/team/shop"),
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
            }
        ]
    },
    FileSystem: {
        "FileSystems": [
            {
                "FileSystemId": "fs-12345678",
                "OwnerId": OWN,
                "Encrypted": True,
                "Name": "shared",
                "CreationToken": "t",
                "CreationTime": "2025-01-02T03:04:05Z",
                "LifeCycleState": "available",
                "NumberOfMountTargets": 1,
                "SizeInBytes": {"Value": 1},
                "PerformanceMode": "generalPurpose",
                "Tags": [],
            }
        ]
    },
    Domain: {"DomainNames": [{"DomainName": "logs", "EngineType": "OpenSearch"}]},
    RestApi: {
        "items": [
            {
                "id": "a1b2c3",
                "name": "orders",
                "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]},
                "policy": POLICY.replace('"', '\\"'),
                "tags": {"team": "shop"},
            }
        ]
    },
    EventBus: {"EventBuses": [{"Name": "orders", "Arn": arn("events", "event-bus/orders"), "Policy": POLICY}]},
    CatalogPolicy: {"PolicyInJson": POLICY},
    BackupVault: {
        "BackupVaultList": [
            {
                "BackupVaultName": "main",
                "BackupVaultArn": arn("backup", "backup-vault:main"),
                "Locked": True,
                "NumberOfRecoveryPoints": 3,
            }
        ]
    },
}
DETAILS = {
    KeyPolicy: (Key, {"Policy": POLICY}),
    QueueSettings: (Queue, {"Attributes": {"Policy": POLICY, "SqsManagedSseEnabled": "true"}}),
    TopicSettings: (Topic, {"Attributes": {"Policy": POLICY, "KmsMasterKeyId": "alias/aws/sns"}}),
    FunctionPolicy: (Function, {"Policy": POLICY}),
    SecretPolicy: (Secret, {"ResourcePolicy": POLICY}),
    RepositoryPolicy: (Repository, {"policyText": POLICY}),
    FileSystemPolicy: (FileSystem, {"Policy": POLICY}),
    DomainSettings: (
        Domain,
        {
            "DomainStatus": {
                "DomainId": f"{OWN}/logs",
                "DomainName": "logs",
                "ARN": arn("es", "domain/logs"),
                "ClusterConfig": {},
                "AccessPolicies": POLICY,
                "VPCOptions": {"VPCId": "vpc-1", "SubnetIds": ["subnet-1"]},
                "AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": True},
            }
        },
    ),
    VaultPolicy: (BackupVault, {"Policy": POLICY}),
}
NONE_SET = {
    FunctionPolicy: "ResourceNotFoundException",
    RepositoryPolicy: "RepositoryPolicyNotFoundException",
    FileSystemPolicy: "PolicyNotFound",
    VaultPolicy: "ResourceNotFoundException",
}


def name_of(value):
    return value.__name__ if isinstance(value, type) else None


def told(kind, answer, parent=None):
    return read(step_for(READER_OF[kind], HERE, parent), answer)


def listed(kind, page=None):
    (row,) = told(kind, Answer((LISTINGS[kind] if page is None else page,))).rows
    return row


def detail(kind, page=None):
    of, usual = DETAILS[kind]
    (row,) = told(kind, Answer((usual if page is None else page,)), listed(of)).rows
    return row


def refused(code):
    return Answer((), complete=False, failure=Failure(code, "", Reason.FAILED))


def output_errors(kind, page):
    reader = READER_OF[kind]
    shape = SESSION.get_service_model(reader.service).operation_model(reader.operation).output_shape
    members = {name: value for name, value in page.items() if name in shape.members}
    assert members == page
    return ParamValidator().validate(page, shape).generate_report()


@pytest.mark.parametrize("kind", [*LISTINGS, *DETAILS], ids=name_of)
def test_the_answers_here_have_the_shapes_of_aws(kind):
    assert output_errors(kind, LISTINGS[kind] if kind in LISTINGS else DETAILS[kind][1]) == ""


@pytest.mark.parametrize("kind", DETAILS, ids=name_of)
def test_the_question_about_a_parent_is_one_that_aws_takes(kind):
    reader = READER_OF[kind]
    shape = SESSION.get_service_model(reader.service).operation_model(reader.operation).input_shape
    asked = reader.parameters_for(listed(DETAILS[kind][0]))
    assert ParamValidator().validate(dict(asked), shape).generate_report() == ""


@pytest.mark.parametrize("kind", LISTINGS, ids=name_of)
def test_a_listed_resource_belongs_to_the_account_and_region_asked(kind):
    assert listed(kind).scope == HERE


@pytest.mark.parametrize("kind", DETAILS, ids=name_of)
def test_a_policy_is_read_as_a_document_of_its_resource(kind):
    parent = listed(DETAILS[kind][0])
    found = detail(kind)
    assert (found.id, found.scope, found.document) == (parent.id, parent.scope, parse_policy(POLICY))


@pytest.mark.parametrize("kind,code", NONE_SET.items(), ids=name_of)
def test_the_error_that_there_is_no_policy_is_an_answer(kind, code):
    result = told(kind, refused(code), listed(DETAILS[kind][0]))
    assert result.gap is None
    assert result.rows[0].document == ABSENT


@pytest.mark.parametrize("kind", DETAILS, ids=name_of)
def test_any_other_error_leaves_the_policy_unknown(kind):
    result = told(kind, refused("InternalFailure"), listed(DETAILS[kind][0]))
    assert result.gap is not None
    assert why_unknown(result.rows[0].document) is not None


@pytest.mark.parametrize("kind", [kind for kind in LISTINGS if kind not in {CatalogPolicy, Queue}], ids=name_of)
def test_a_row_without_its_name_is_a_gap_and_no_crash(kind):
    ((member, _),) = LISTINGS[kind].items()
    result = told(kind, Answer(({member: [{}]},)))
    assert result.gap is not None
    assert result.rows == ()


def test_a_url_that_is_no_queues_is_a_gap():
    assert told(Queue, Answer(({"QueueUrls": ["orders"]},))).gap is not None


def test_a_queue_of_another_account_stays_its_owners():
    page = {"QueueUrls": [f"https://sqs.eu-west-1.amazonaws.com/{OTHER}/orders"]}
    assert listed(Queue, page).scope.account == OTHER


def test_a_catalog_without_a_policy_has_none():
    result = told(CatalogPolicy, refused("EntityNotFoundException"))
    assert [ABSENT] == [row.document for row in result.rows]


def test_the_policy_of_an_api_is_read_escaped_or_not():
    row = LISTINGS[RestApi]["items"][0]
    plain = listed(RestApi, {"items": [{**row, "policy": POLICY}]})
    assert plain.policy == listed(RestApi).policy == parse_policy(POLICY)


def test_an_api_that_names_no_endpoint_type_is_at_the_edge():
    assert ("EDGE",) == listed(RestApi, {"items": [{"id": "a1b2c3"}]}).endpoint_types


def test_a_function_in_no_vpc_has_none():
    assert listed(Function).vpc == ABSENT


def test_users_of_a_domain_sign_in_only_where_nobody_is_let_in_anonymously():
    status = DETAILS[DomainSettings][1]["DomainStatus"]
    strict = {"DomainStatus": {**status, "AdvancedSecurityOptions": {"Enabled": True}}}
    assert (False, True) == (detail(DomainSettings).signs_users_in, detail(DomainSettings, strict).signs_users_in)


def test_the_url_of_an_alias_names_it():
    rows = [
        {"FunctionUrl": "https://a/", "FunctionArn": arn("lambda", "function:orders"), "AuthType": "AWS_IAM"},
        {"FunctionUrl": "https://b/", "FunctionArn": arn("lambda", "function:orders:live"), "AuthType": "NONE"},
    ]
    found = told(FunctionUrl, Answer(({"FunctionUrlConfigs": rows},)), listed(Function)).rows
    assert [(ABSENT, "AWS_IAM"), ("live", "NONE")] == [(url.qualifier, url.auth_type) for url in found]


def test_grants_of_a_key_name_grantees_and_operations():
    row = {"GrantId": "g-1", "GranteePrincipal": f"arn:aws:iam::{OTHER}:role/x", "Operations": ["Decrypt", "Encrypt"]}
    assert output_errors(KeyGrants, {"Grants": [row]}) == ""
    (found,) = told(KeyGrants, Answer(({"Grants": [row]},)), listed(Key)).rows
    assert found.grants == (KeyGrant("g-1", f"arn:aws:iam::{OTHER}:role/x", ("Decrypt", "Encrypt")),)


def test_grants_that_cannot_be_listed_are_unknown():
    result = told(KeyGrants, refused("AccessDeniedException"), listed(Key))
    assert why_unknown(result.rows[0].grants) is not None


def test_public_repositories_are_asked_of_the_one_region_that_has_them():
    row = {"repositoryName": "tools", "repositoryArn": f"arn:aws:ecr-public::{OWN}:repository/tools"}
    step = step_for(READER_OF[PublicRepository], HERE.account_wide(), account_of(HERE))
    (found,) = read(step, Answer(({"repositories": [row]},))).rows
    assert output_errors(PublicRepository, {"repositories": [row]}) == ""
    assert (found.scope, found.id) == (HERE.account_wide(), "tools")
    for kind in (PublicRepository, PublicRepositoryPolicy):
        assert READER_OF[kind].endpoint_region(found) == "us-east-1"


def test_a_partition_without_public_repositories_is_not_asked():
    china = Scope("aws-cn", OWN)
    step = step_for(READER_OF[PublicRepository], china, account_of(china))
    assert step.key is None
    assert read(step, None).gap is None
