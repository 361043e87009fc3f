from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.publicaccess import RegistryAccess, atoms, sentences


@rule("ECR-005", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def registry_open_to_untrusted_accounts(region: AccountRegion, access: RegistryAccess) -> Verdict:
    """
    Registry lets in accounts that are not trusted.

    Who replicates images into your registry decides what your workloads run. Remove the grant, or name the account or
    organization as trusted in the configuration; the accounts of one scan trust each other.

    ```evidence bad
    ecr:GetRegistryPolicy:
      registryId: "123456789012"
      policyText: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
        "arn:aws:iam::210987654321:root"}, "Action": "ecr:ReplicateImage", "Resource": "*"}]}
    ```
    ```evidence good
    ecr:GetRegistryPolicy:
      registryId: "123456789012"
      policyText: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
        "arn:aws:iam::123456789012:root"}, "Action": "ecr:ReplicateImage", "Resource": "*"}]}
    ```
    ```terraform bad
    resource "aws_ecr_registry_policy" "partner" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::210987654321:root" }
          Action    = "ecr:ReplicateImage"
          Resource  = "*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "me" {}

    resource "aws_ecr_registry_policy" "own" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = data.aws_caller_identity.me.account_id }
          Action    = "ecr:ReplicateImage"
          Resource  = "*"
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"the registry of {region.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
