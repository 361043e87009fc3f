from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.publicaccess import RegistryAccess, atoms, sentences


@rule("ECR-004", Severity.HIGH, controls=("ecr-not-public", "resource-policy-no-wildcard-principal"))
def registry_open_to_anyone(region: AccountRegion, access: RegistryAccess) -> Verdict:
    """
    Registry is open to anyone.

    The policy of a registry bears on all of its repositories: anyone with an AWS account can replicate images into
    them, create them, or pull what they hold. Name the accounts that replicate, or limit the statement by organization.

    ```evidence bad
    ecr:GetRegistryPolicy:
      registryId: "123456789012"
      policyText: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action":
        "ecr:ReplicateImage", "Resource": "arn:aws:ecr:eu-west-1:123456789012:repository/*"}]}
    ```
    ```evidence good
    ecr:GetRegistryPolicy:
      registryId: "123456789012"
      policyText: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action":
        "ecr:ReplicateImage", "Resource": "arn:aws:ecr:eu-west-1:123456789012:repository/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```
    ```terraform bad
    resource "aws_ecr_registry_policy" "all" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = "*", Action = "ecr:ReplicateImage", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_ecr_registry_policy" "all" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "ecr:ReplicateImage"
          Resource  = "*"
          Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"the registry of {region.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
