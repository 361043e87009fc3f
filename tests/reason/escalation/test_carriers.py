"""What runs with a role confirms the ways into it; where it is known that nothing does, there is no such way."""

import pytest

from scanner.model.access import Escalation
from scanner.model.account import Account
from scanner.reason.escalation.primitives import primitives
from tests.aws import carrier_answers as told
from tests.reason.account.accounts import allow, arn, inventory_of, role, trusting, user

PROFILE = {"InstanceProfileName": "boss", "Arn": arn("instance-profile/boss"), "Roles": [{"RoleName": "boss"}]}
BY_ID = {each.id: each for each in primitives()}
NONE = {
    **{call: {} for calls in told.EVERY for call in calls if "List" in call or ":DescribeJob" in call},
    "elasticbeanstalk:DescribeEnvironments": {"Environments": []},
    "ec2:DescribeInstances": {"Reservations": []},
    "ec2:DescribeLaunchTemplates": {"LaunchTemplates": []},
}
"""Every listing was read, and is empty."""


def path_of(technique, calls):
    """Return the way of a user who may do exactly what a technique takes."""
    primitive = BY_ID[technique]
    actions = [group[0] for group in primitive.actions]
    boss = role("boss", allow("*"), trust=trusting({"Service": primitive.services[0]}), InstanceProfileList=[PROFILE])
    answers = {name.replace(":", "__"): said for name, said in (NONE | calls).items()}
    inventory = inventory_of(user("ana", allow(actions)), boss, kinds=[Escalation], **answers)
    (account,) = inventory.listing(Account)
    paths = inventory.facet(Escalation, account.scope, account.id).paths
    return next((each for each in paths if each.start == "user/ana"), None)


CARRIED = [
    ("ecs.execute-command", told.TASKS),
    ("batch.submit-job", told.BATCH),
    ("sagemaker.presigned-notebook", told.NOTEBOOKS),
    ("sagemaker.lifecycle-config", told.NOTEBOOKS),
    ("sagemaker.presigned-domain", told.STUDIO),
    ("stepfunctions.update", told.MACHINES),
    ("apprunner.update-service", told.WEB_SERVICES),
    ("agentcore.code-interpreter", told.AGENTS),
    ("beanstalk.update-environment", told.ENVIRONMENTS),
]
PASSED = [
    ("ecs.passrole-run", told.CLUSTERS),
    ("ecs.passrole-start-override", told.CLUSTERS),
    ("ecs.task-set", told.CLUSTERS),
    ("batch.passrole-job", told.BATCH),
]
ONLY_POTENTIAL = [
    ("cfn.passrole-update-stackset", told.BUILDERS),
    ("codedeploy.create-deployment", told.BUILDERS),
    ("emr.open-editor", told.SPARK),
    ("lambda.add-permission", told.FUNCTIONS),
    ("cognito.identity-pool-roles", told.POOLS),
    ("cognito.group-role", told.POOLS),
    ("cognito.update-identity-pool", told.POOLS),
]


@pytest.mark.parametrize("technique, calls", [*CARRIED, *PASSED])
def test_what_the_inventory_shows_confirms_the_way(technique, calls):
    path = path_of(technique, calls)
    assert (technique, "role/boss", "confirmed") == (path.steps[0].technique, path.steps[0].target, path.status)


def test_a_service_that_is_closed_to_new_customers_is_open_where_something_of_it_is_there():
    ways = [path_of("datapipeline.passrole", calls) for calls in (told.PIPELINES, {})]
    assert ["confirmed", "potential"] == [path.status for path in ways]


@pytest.mark.parametrize("technique, calls", ONLY_POTENTIAL)
def test_what_the_inventory_cannot_show_leaves_the_way_potential(technique, calls):
    path = path_of(technique, calls)
    assert (technique, "potential") == (path.steps[0].technique, path.status)


@pytest.mark.parametrize("technique", [technique for technique, _ in (*CARRIED, *PASSED, *ONLY_POTENTIAL)])
def test_nothing_there_is_no_way(technique):
    assert path_of(technique, {}) is None


@pytest.mark.parametrize("technique, calls", CARRIED)
def test_listings_that_were_refused_leave_the_way_potential(technique, calls):
    refused = {
        call: [{"parameters": {}, "error": "AccessDeniedException"}] for call in (*calls, "ec2:DescribeInstances")
    }
    assert "potential" == path_of(technique, refused).status


def test_commands_cannot_be_sent_into_tasks_without_exec():
    (task,) = told.TASKS["ecs:DescribeTasks"]["tasks"]
    closed = {"ecs:DescribeTasks": {"tasks": [{**task, "enableExecuteCommand": False}]}}
    assert path_of("ecs.execute-command", told.TASKS | closed) is None


def test_a_role_given_to_the_task_counts_and_not_that_of_its_definition():
    (task,) = told.TASKS["ecs:DescribeTasks"]["tasks"]
    other = {"ecs:DescribeTasks": {"tasks": [{**task, "overrides": {"taskRoleArn": arn("role/other")}}]}}
    assert path_of("ecs.execute-command", told.TASKS | other) is None


def test_a_notebook_that_is_stopped_cannot_be_opened_but_changed():
    (row,) = told.NOTEBOOKS["sagemaker:ListNotebookInstances"]["NotebookInstances"]
    stopped = {"sagemaker:ListNotebookInstances": {"NotebookInstances": [{**row, "NotebookInstanceStatus": "Stopped"}]}}
    assert path_of("sagemaker.presigned-notebook", told.NOTEBOOKS | stopped) is None
    assert path_of("sagemaker.lifecycle-config", told.NOTEBOOKS | stopped) is not None


def test_a_job_without_a_queue_cannot_be_submitted():
    assert path_of("batch.submit-job", told.BATCH | {"batch:DescribeJobQueues": {"jobQueues": []}}) is None
