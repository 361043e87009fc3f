from typing import Final

from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.publicaccess import RoleAccess

_COMPUTE: Final = frozenset(
    {"batch", "ec2", "ecs-tasks", "edgelambda", "eks", "eks-fargate-pods", "lambda", "pods", "spotfleet"}
)
"""Services that run the holder's own code: the role is bound to a resource of its own account when it is passed."""


@rule("IAM-040", Severity.LOW, controls=("iam-role-confused-deputy",))
def service_role_trust_unscoped(role: Role, access: RoleAccess) -> Verdict:
    """
    Role trusts a service for whomever it acts.

    Some services act on a role that a request names, and the request may come from another account: the service
    becomes its deputy. The conditions aws:SourceAccount or aws:SourceArn let it act for your own resources only.
    Compute services (EC2, Lambda, EKS and the like), which take a role only from who may pass it, are left out.

    The whole trust policy is weighed, denials and conditions included.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: trail
          Path: /
          Arn: arn:aws:iam::123456789012:role/trail
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {Service: cloudtrail.amazonaws.com}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: trail
          Path: /
          Arn: arn:aws:iam::123456789012:role/trail
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {Service: cloudtrail.amazonaws.com}
              Condition: {StringEquals: {"aws:SourceAccount": "123456789012"}}
    ```

    EC2 takes a role only from who may pass it:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: web
          Path: /
          Arn: arn:aws:iam::123456789012:role/web
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {Service: ec2.amazonaws.com}
    ```
    ```terraform bad
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "cloudformation.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "cloudformation.amazonaws.com" }
          Action    = "sts:AssumeRole"
          Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is owned by a service")
    found = access.deputies.where(lambda opening: opening.party.partition(".")[0] not in _COMPUTE)
    if found:
        services = sorted({opening.party for opening in found})
        return Fail(f"{role.name} lets {', '.join(services)} act for any account", facts("service", *services))
    return PASS
