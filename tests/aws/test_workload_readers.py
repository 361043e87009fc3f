"""Stacks, build projects, Glue jobs and endpoints, managed nodes: AWS's own shapes, owners, what is missing."""

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import cloudformation, codebuild, glue, ssm
from scanner.inventory import Inventory
from scanner.model.cloudformation import Stack
from scanner.model.codebuild import BuildProject, BuildSettings
from scanner.model.glue import DevEndpoint, Job
from scanner.model.maybe import ABSENT, Reason
from scanner.model.ssm import ManagedNode
from scanner.plan import Plan
from scanner.testing import evidence_of

PLACE = "eu-west-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/app"
STACK = f"arn:aws:cloudformation:{PLACE}:stack/web/0a1b2c3d"
ANSWERS = {
    "cloudformation:DescribeStacks": {
        "Stacks": [
            {
                "StackId": STACK,
                "StackName": "web",
                "CreationTime": "2025-01-01T00:00:00Z",
                "StackStatus": "CREATE_COMPLETE",
                "RoleARN": ROLE,
                "Tags": [{"Key": "team", "Value": "red"}],
            },
            {
                "StackId": f"{STACK}e",
                "StackName": "own",
                "CreationTime": "2025-01-01T00:00:00Z",
                "StackStatus": "UPDATE_COMPLETE",
            },
        ]
    },
    "codebuild:ListProjects": {"projects": ["build"]},
    "codebuild:BatchGetProjects": {
        "projects": [
            {
                "name": "build",
                "serviceRole": ROLE,
                "source": {"type": "GITHUB"},
                "environment": {
                    "type": "LINUX_CONTAINER",
                    "image": "i",
                    "computeType": "BUILD_GENERAL1_SMALL",
                    "privilegedMode": True,
                },
                "tags": [{"key": "team", "value": "red"}],
            }
        ]
    },
    "glue:GetJobs": {"Jobs": [{"Name": "load", "Role": "app", "Command": {"ScriptLocation": "s3://b/k.py"}}]},
    "glue:GetDevEndpoints": {"DevEndpoints": [{"EndpointName": "dev", "RoleArn": ROLE}]},
    "ssm:DescribeInstanceInformation": {
        "InstanceInformationList": [
            {"InstanceId": "i-0a1b2c3d4e5f60718", "PingStatus": "Online"},
            {"InstanceId": "mi-0a1b2c3d4e5f60718", "PingStatus": "Online", "IamRole": "app", "Name": "shop"},
        ]
    },
}
KINDS = (Stack, BuildProject, BuildSettings, Job, DevEndpoint, ManagedNode)
READERS = (*cloudformation.READERS, *codebuild.READERS, *glue.READERS, *ssm.READERS)


def inventory_of(calls):
    return Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence_of(calls))


def only(kind, calls=ANSWERS):
    (found,) = inventory_of(calls).listing(kind)
    return found


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_the_recorded_answers_have_the_shape_that_aws_answers(call):
    service, _, operation = call.partition(":")
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    report = ParamValidator().validate(ANSWERS[call], shape)
    assert not report.has_errors(), report.generate_report()


def test_a_stack_tells_the_role_that_it_keeps_or_that_there_is_none():
    assert {"web": ROLE, "own": ABSENT} == {each.name: each.role for each in inventory_of(ANSWERS).listing(Stack)}


def test_a_build_project_has_the_role_of_its_settings():
    assert (ROLE, "GITHUB", True, {"team": "red"}) == (
        (settings := only(BuildSettings)).role,
        settings.source,
        settings.privileged,
        settings.tags,
    )


def test_a_job_tells_its_role_by_name_and_has_an_arn_of_its_region():
    assert ("app", f"arn:aws:glue:{PLACE}:job/load") == (only(Job).role, only(Job).arn)
    assert ROLE == only(DevEndpoint).role


def test_a_managed_node_outside_of_ec2_has_a_role_of_its_own():
    nodes = inventory_of(ANSWERS).listing(ManagedNode)
    assert [
        (f"arn:aws:ec2:{PLACE}:instance/i-0a1b2c3d4e5f60718", ABSENT),
        (f"arn:aws:ssm:{PLACE}:managed-instance/mi-0a1b2c3d4e5f60718", "app"),
    ] == [(each.arn, each.role) for each in nodes]


@pytest.mark.parametrize(
    "call, answer",
    [
        ("cloudformation:DescribeStacks", {"Stacks": [{"StackName": "web"}]}),
        ("glue:GetJobs", {"Jobs": [{"Role": "app"}]}),
        ("ssm:DescribeInstanceInformation", {"InstanceInformationList": ["i-1"]}),
    ],
)
def test_a_malformed_row_is_a_gap_and_no_crash(call, answer):
    gaps = inventory_of(ANSWERS | {call: answer}).gaps
    assert [(call, Reason.FAILED)] == [(gap.call, gap.why.reason) for gap in gaps]
