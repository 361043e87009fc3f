"""What runs with a role, as AWS tells it: containers, notebooks, state machines, pools, environments, agents."""

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws.readers import READERS
from scanner.inventory import Inventory
from scanner.model.agentcore import CodeInterpreter, CodeInterpreterRole
from scanner.model.apprunner import WebServiceSettings
from scanner.model.batch import JobDefinition, JobQueue
from scanner.model.codedeploy import DeploymentGroup
from scanner.model.cognito import IdentityPoolRoles, UserPool
from scanner.model.datapipeline import Pipeline
from scanner.model.ecs import ClusterSettings, ServiceSettings, TaskDefinitionRevision, TaskRole, TaskState
from scanner.model.elasticbeanstalk import EnvironmentInstances
from scanner.model.maybe import ABSENT
from scanner.model.sagemaker import DomainSettings, NotebookSettings, UserProfile, UserProfileSettings
from scanner.model.stepfunctions import StateMachineSettings
from scanner.plan import Plan
from scanner.testing import evidence_of
from tests.aws import carrier_answers as told

ANSWERS = {call: answer for calls in told.EVERY for call, answer in calls.items()}
KINDS = (
    *(CodeInterpreter, CodeInterpreterRole),
    *(WebServiceSettings, JobDefinition, JobQueue, DeploymentGroup, IdentityPoolRoles, UserPool, ClusterSettings),
    *(ServiceSettings, TaskDefinitionRevision, TaskRole, TaskState, EnvironmentInstances, DomainSettings),
    *(NotebookSettings, UserProfile, UserProfileSettings, StateMachineSettings, Pipeline),
)


def only(kind):
    inventory = Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence_of(ANSWERS))
    (found,) = inventory.listing(kind)
    return found


def responses(call):
    said = ANSWERS[call]
    return [each["response"] for each in said] if isinstance(said, list) else [said]


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_the_recorded_answers_have_the_shape_that_aws_answers(call):
    service, _, operation = call.partition(":")
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    for response in responses(call):
        report = ParamValidator().validate(response, shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize(
    "kind",
    [
        *(TaskRole, TaskDefinitionRevision, JobDefinition, NotebookSettings, DomainSettings, StateMachineSettings),
        *(WebServiceSettings, CodeInterpreterRole),
    ],
)
def test_the_role_is_the_one_that_was_told(kind):
    assert told.BOSS == only(kind).role


def test_a_user_profile_may_leave_its_role_to_the_domain():
    assert ABSENT == only(UserProfileSettings).role
    assert "d-abc/ana" == only(UserProfile).id


def test_a_service_tells_who_deploys_it_and_whether_its_tasks_are_public():
    assert ("EXTERNAL", True, ("subnet-1",)) == (
        (settings := only(ServiceSettings)).controller,
        settings.public_address,
        settings.subnets,
    )


def test_of_the_environment_of_containers_only_the_names_are_kept():
    (container,) = only(TaskDefinitionRevision).containers
    assert ("KEY",) == container.environment


def test_a_pipeline_is_known_by_its_arn():
    assert f"arn:aws:datapipeline:{told.PLACE}:pipeline/df-0123456789ABCDEFGHIJ" == only(Pipeline).arn


def test_a_cluster_tells_its_instances_and_a_pool_its_roles():
    assert 1 == only(ClusterSettings).container_instances
    assert (told.BOSS,) == only(IdentityPoolRoles).roles
    assert ("i-0a1b2c3d4e5f60718",) == only(EnvironmentInstances).instances
    assert "shop/prod" == only(DeploymentGroup).id
