from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ecr import Repository
from scanner.model.publicaccess import RepositoryAccess, atoms, sentences


@rule("ECR-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def repository_open_to_untrusted_accounts(repository: Repository, access: RepositoryAccess) -> Verdict:
    """
    Repository lets in accounts that are not trusted.

    Images carry code and often credentials; who may push them runs code in your account. Remove the grant, or name the
    account, organization or network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    ecr:DescribeRepositories: {repositories: [{repositoryName: shop, repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/shop"}]}
    ecr:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: shop}
        response:
          policyText: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "ecr:BatchGetImage"}]}
    ```
    ```evidence good
    ecr:DescribeRepositories: {repositories: [{repositoryName: shop, repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/shop"}]}
    ecr:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: shop}
        response:
          policyText: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "ecr:BatchGetImage"}]}
    ```
    ```terraform bad
    resource "aws_ecr_repository" "app" {
      name = "app"
    }

    resource "aws_ecr_repository_policy" "app" {
      repository = aws_ecr_repository.app.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "ecr:BatchGetImage"
          Resource  = aws_ecr_repository.app.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_ecr_repository" "app" {
      name = "app"
    }

    resource "aws_ecr_repository_policy" "app" {
      repository = aws_ecr_repository.app.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "ecr:BatchGetImage"
          Resource  = aws_ecr_repository.app.arn
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{repository.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
