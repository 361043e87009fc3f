from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ecr import Repository
from scanner.model.publicaccess import RepositoryAccess, atoms, sentences
from scanner.remedies.policies import close_repository


@rule(
    "ECR-001",
    Severity.HIGH,
    controls=("ecr-not-public", "resource-policy-no-wildcard-principal"),
    remedy=close_repository,
)
def repository_open_to_anyone(repository: Repository, access: RepositoryAccess) -> Verdict:
    """
    Repository is open to anyone.

    Anyone with an AWS account can pull the images, or push images that your workloads then run. Name the principals or
    limit the statement by organization; publish images in ECR Public.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    ecr:DescribeRepositories: {repositories: [{repositoryName: shop, repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/shop"}]}
    ecr:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: shop}
        response:
          policyText: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": "ecr:BatchGetImage"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    ecr:DescribeRepositories: {repositories: [{repositoryName: shop, repositoryArn: "arn:aws:ecr:eu-west-1:123456789012:repository/shop"}]}
    ecr:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: shop}
        response:
          policyText: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "ecr:BatchGetImage"}, {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition":
            {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
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
          Principal = { AWS = "*" }
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
    found = access.public.every
    if found:
        return Fail(f"{repository.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
