# ruff: noqa: E501 - a case on a line of its own reads as a table
"""What carries a role, as Terraform and CloudFormation declare it: the same listings as of a live account."""

from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import inventory_of, rows_of
from scanner.iac.load import load
from scanner.model.access import CarrierListing, ContainerWorkloads, MachineWorkloads, ServiceWorkloads, StudioWorkloads
from scanner.testing import NOW

ROLE = """
resource "aws_iam_role" "r" {
  name               = "worker"
  assume_role_policy = jsonencode({ Statement = [] })
}
"""
TEMPLATE_ROLE = """
Resources:
  R: {Type: AWS::IAM::Role, Properties: {RoleName: worker, AssumeRolePolicyDocument: {Statement: []}}}
"""
WORKER = "arn:aws:iam::000000000000:role/worker"


def listings(path: Path) -> dict[str, CarrierListing]:
    """Return the listings of what a file or folder declares, by form."""
    estate = load(path).after
    declared, undeclared, world = rows_of(estate)
    inventory = inventory_of(estate, (*declared, *undeclared), world, DERIVATIONS, NOW, needed=())
    kinds = (ContainerWorkloads, MachineWorkloads, ServiceWorkloads, StudioWorkloads)
    return {one.form: one for kind in kinds for one in inventory.facet(kind, world.whole(), estate.account).listings}


def carried(path: Path, form: str) -> set[tuple[str, str]]:
    return {(one.arn.rpartition(":")[2], one.role) for one in listings(path)[form].carriers}


CONTAINERS = 'container_definitions = jsonencode([{ name = "a", image = "${aws_ecr_repository.e.repository_url}:1" }])'
TERRAFORM = [
    ("state-machine", "m", 'resource "aws_sfn_state_machine" "m" {\n  name = "m"\n  role_arn = aws_iam_role.r.arn\n}'),
    ("notebook", "notebook-instance/n", 'resource "aws_sagemaker_notebook_instance" "n" {\n  name = "n"\n  role_arn = aws_iam_role.r.arn\n}'),
    ("running-notebook", "notebook-instance/n", 'resource "aws_sagemaker_notebook_instance" "n" {\n  name = "n"\n  role_arn = aws_iam_role.r.arn\n}'),
    (
        "studio-profile",
        "user-profile/aws_sagemaker_domain.d/u",
        """
        resource "aws_sagemaker_domain" "d" {
          domain_name = "d"
          subnet_ids  = ["subnet-1"]
          default_user_settings { execution_role = aws_iam_role.r.arn }
        }
        resource "aws_sagemaker_user_profile" "u" {
          domain_id         = aws_sagemaker_domain.d.id
          user_profile_name = "u"
        }
        """,
    ),
    (
        "apprunner-service",
        "service/web",
        'resource "aws_apprunner_service" "s" {\n  service_name = "web"\n  instance_configuration { instance_role_arn = aws_iam_role.r.arn }\n}',
    ),
    (
        "job-definition",
        "job-definition/j",
        """
        resource "aws_batch_job_queue" "q" { name = "q" }
        resource "aws_batch_job_definition" "j" {
          name                 = "j"
          container_properties = jsonencode({ image = "busybox", jobRoleArn = aws_iam_role.r.arn })
        }
        """,
    ),
    (
        "job-definition",
        "job-definition/j",
        """
        resource "aws_batch_job_queue" "q" { name = "q" }
        resource "aws_batch_job_definition" "j" {
          name            = "j"
          node_properties = jsonencode({ nodeRangeProperties = [{ container = { jobRoleArn = aws_iam_role.r.arn } }] })
        }
        """,
    ),
    (
        "identity-pool",
        "identitypool/aws_cognito_identity_pool.p",
        """
        resource "aws_cognito_identity_pool" "p" { identity_pool_name = "p" }
        resource "aws_cognito_identity_pool_roles_attachment" "p" {
          identity_pool_id = aws_cognito_identity_pool.p.id
          roles            = { authenticated = aws_iam_role.r.arn }
        }
        """,
    ),
    (
        "identity-pool",
        "identitypool/aws_cognito_identity_pool.p",
        """
        resource "aws_cognito_identity_pool" "p" { identity_pool_name = "p" }
        resource "aws_cognito_identity_pool_roles_attachment" "p" {
          identity_pool_id = aws_cognito_identity_pool.p.id
          roles            = {}
          role_mapping {
            identity_provider = "graph.facebook.com"
            mapping_rule { role_arn = aws_iam_role.r.arn }
          }
        }
        """,
    ),
    ("code-interpreter", "code-interpreter-custom/aws_bedrockagentcore_code_interpreter.c", 'resource "aws_bedrockagentcore_code_interpreter" "c" {\n  name = "c"\n  execution_role_arn = aws_iam_role.r.arn\n}'),
    ("agent-runtime", "runtime/aws_bedrockagentcore_agent_runtime.c", 'resource "aws_bedrockagentcore_agent_runtime" "c" {\n  agent_runtime_name = "c"\n  role_arn = aws_iam_role.r.arn\n}'),
    (
        "task",
        "task/shop/aws_ecs_service.s",
        """
        resource "aws_ecs_cluster" "c" { name = "shop" }
        resource "aws_ecs_task_definition" "t" {
          family                = "web"
          task_role_arn         = aws_iam_role.r.arn
          container_definitions = "[]"
        }
        resource "aws_ecs_service" "s" {
          name                   = "web"
          cluster                = aws_ecs_cluster.c.id
          task_definition        = aws_ecs_task_definition.t.arn
          enable_execute_command = true
        }
        """,
    ),
    (
        "image",
        "repository/app",
        f"""
        resource "aws_ecr_repository" "e" {{ name = "app" }}
        resource "aws_ecs_task_definition" "t" {{
          family        = "web"
          task_role_arn = aws_iam_role.r.arn
          {CONTAINERS}
        }}
        """,
    ),
]  # fmt: skip
CLOUDFORMATION = [
    ("state-machine", "m", "M: {Type: AWS::StepFunctions::StateMachine, Properties: {StateMachineName: m, RoleArn: !GetAtt R.Arn}}"),
    ("notebook", "notebook-instance/n", "N: {Type: AWS::SageMaker::NotebookInstance, Properties: {NotebookInstanceName: n, RoleArn: !GetAtt R.Arn}}"),
    ("apprunner-service", "service/web", "S: {Type: AWS::AppRunner::Service, Properties: {ServiceName: web, InstanceConfiguration: {InstanceRoleArn: !GetAtt R.Arn}}}"),
    (
        "job-definition",
        "job-definition/j",
        """
  Q: {Type: AWS::Batch::JobQueue, Properties: {JobQueueName: q}}
  J: {Type: AWS::Batch::JobDefinition, Properties: {JobDefinitionName: j, ContainerProperties: {JobRoleArn: !GetAtt R.Arn}}}
""",
    ),
    (
        "identity-pool",
        "identitypool/P",
        """
  P: {Type: AWS::Cognito::IdentityPool}
  A:
    Type: AWS::Cognito::IdentityPoolRoleAttachment
    Properties:
      IdentityPoolId: !Ref P
      RoleMappings: {web: {RulesConfiguration: {Rules: [{RoleARN: !GetAtt R.Arn}]}}}
""",
    ),
    ("browser", "browser-custom/B", "B: {Type: AWS::BedrockAgentCore::BrowserCustom, Properties: {Name: b, ExecutionRoleArn: !GetAtt R.Arn}}"),
    (
        "task",
        "task/shop/S",
        """
  C: {Type: AWS::ECS::Cluster, Properties: {ClusterName: shop}}
  T: {Type: AWS::ECS::TaskDefinition, Properties: {Family: web, TaskRoleArn: !GetAtt R.Arn}}
  S:
    Type: AWS::ECS::Service
    Properties: {Cluster: !Ref C, TaskDefinition: !Ref T, EnableExecuteCommand: true}
""",
    ),
]  # fmt: skip


@pytest.mark.parametrize("form, arn, text", TERRAFORM)
def test_terraform_declares_it(tmp_path: Path, form: str, arn: str, text: str) -> None:
    (tmp_path / "main.tf").write_text(ROLE + text)
    assert {(arn, WORKER)} == carried(tmp_path, form)
    assert listings(tmp_path)[form].complete


@pytest.mark.parametrize("form, arn, text", CLOUDFORMATION)
def test_cloudformation_declares_it(tmp_path: Path, form: str, arn: str, text: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"{TEMPLATE_ROLE}  {text.strip()}\n")
    assert {(arn, WORKER)} == carried(path, form)
    assert listings(path)[form].complete


@pytest.mark.parametrize(
    "form, text",
    [
        ("state-machine", 'resource "aws_sfn_state_machine" "m" { role_arn = var.role }'),
        ("job-definition", 'resource "aws_batch_job_queue" "q" {}\nresource "aws_batch_job_definition" "j" { container_properties = var.role }'),
        ("identity-pool", 'resource "aws_cognito_identity_pool" "p" {}\nresource "aws_cognito_identity_pool_roles_attachment" "a" {\n  identity_pool_id = aws_cognito_identity_pool.p.id\n  roles = var.role\n}'),
        ("task", 'resource "aws_ecs_service" "s" {\n  task_definition = var.role\n  enable_execute_command = true\n}'),
        ("task", 'resource "aws_ecs_service" "s" {\n  task_definition = "web:1"\n  enable_execute_command = true\n}'),
        ("container-instance", 'resource "aws_ecs_cluster" "c" { name = "c" }'),
        ("deployment-group", 'resource "aws_codedeploy_app" "a" { name = "a" }\nresource "aws_codedeploy_deployment_group" "g" {\n  app_name = "a"\n  deployment_group_name = "g"\n}'),
    ],
)  # fmt: skip
def test_what_is_not_known_of_it_leaves_the_listing_open(tmp_path: Path, form: str, text: str) -> None:
    (tmp_path / "main.tf").write_text(f'variable "role" {{}}\n{text}')
    assert not listings(tmp_path)[form].complete


def test_a_service_that_runs_nothing_has_no_task(tmp_path: Path) -> None:
    text = 'resource "aws_ecs_service" "s" {\n  task_definition = "web"\n  enable_execute_command = true\n  desired_count = 0\n}'
    (tmp_path / "main.tf").write_text(text)
    found = listings(tmp_path)["task"]
    assert (True, ()) == (found.complete, found.carriers)
