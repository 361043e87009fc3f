from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.publicaccess import CatalogAccess, atoms, sentences


@rule("GLUE-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def catalog_open_to_untrusted_accounts(region: AccountRegion, access: CatalogAccess) -> Verdict:
    """
    Data Catalog lets in accounts that are not trusted.

    Another account learns where your data lie, or changes how they are read. Remove the grant, or name the account,
    organization or network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    glue:GetResourcePolicy:
      PolicyInJson: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
        "arn:aws:iam::210987654321:root"}, "Action": "glue:GetTable", "Resource":
        "arn:aws:glue:eu-west-1:123456789012:*"}]}
    ```
    ```evidence good
    glue:GetResourcePolicy:
      PolicyInJson: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
        "arn:aws:iam::123456789012:root"}, "Action": "glue:GetTable", "Resource":
        "arn:aws:glue:eu-west-1:123456789012:*"}]}
    ```
    ```terraform bad
    data "aws_caller_identity" "current" {}

    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_glue_resource_policy" "catalog" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "glue:GetTable"
          Resource  = "arn:aws:glue:eu-west-1:${data.aws_caller_identity.current.account_id}:*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_glue_resource_policy" "catalog" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "glue:GetTable"
          Resource  = "arn:aws:glue:eu-west-1:${data.aws_caller_identity.current.account_id}:*"
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"the Data Catalog of {region.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
