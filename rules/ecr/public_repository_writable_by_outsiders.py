from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ecr import PublicRepository
from scanner.model.publicaccess import PublicRepositoryAccess, atoms, sentences


@rule("ECR-003", Severity.HIGH, controls=("ecr-not-public", "resource-policy-no-wildcard-principal"))
def public_repository_writable_by_outsiders(repository: PublicRepository, access: PublicRepositoryAccess) -> Verdict:
    """
    Public repository can be changed by outsiders.

    Anyone pulls from a repository of ECR Public; its policy says who pushes. An account that is not trusted and may push
    puts its code where everybody takes yours from. Name the principals that publish, or the accounts as trusted in the
    configuration.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    ecr-public:DescribeRepositories:
      repositories:
        - {repositoryName: tools, repositoryArn: "arn:aws:ecr-public::123456789012:repository/tools"}
    ecr-public:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: tools}
        response:
          policyText: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": ["ecr-public:InitiateLayerUpload", "ecr-public:PutImage"]}]}
    ```
    ```evidence good
    ecr-public:DescribeRepositories:
      repositories:
        - {repositoryName: tools, repositoryArn: "arn:aws:ecr-public::123456789012:repository/tools"}
    ecr-public:GetRepositoryPolicy:
      - parameters: {registryId: "123456789012", repositoryName: tools}
        error: RepositoryPolicyNotFoundException
    ```
    ```terraform bad
    resource "aws_ecrpublic_repository" "app" {
      repository_name = "app"
    }

    resource "aws_ecrpublic_repository_policy" "app" {
      repository_name = aws_ecrpublic_repository.app.repository_name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "ecr-public:PutImage"
          Resource  = aws_ecrpublic_repository.app.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_ecrpublic_repository" "app" {
      repository_name = "app"
    }

    resource "aws_ecrpublic_repository_policy" "app" {
      repository_name = aws_ecrpublic_repository.app.repository_name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "ecr-public:PutImage"
          Resource  = aws_ecrpublic_repository.app.arn
        }]
      })
    }
    ```
    """
    found = access.anyone_else.untrusted
    if found:
        return Fail(f"{repository.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
