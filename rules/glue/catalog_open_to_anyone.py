from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.publicaccess import CatalogAccess, atoms, sentences


@rule("GLUE-001", Severity.HIGH, controls=("resource-policy-no-wildcard-principal",))
def catalog_open_to_anyone(region: AccountRegion, access: CatalogAccess) -> Verdict:
    """
    Data Catalog is open to anyone.

    Anyone with an AWS account can read or change the catalog: where the data lie and how they are read. Name the
    principals, or limit the statement by organization.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    glue:GetResourcePolicy:
      PolicyInJson: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
        "glue:GetTable", "Resource": "arn:aws:glue:eu-west-1:123456789012:*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    glue:GetResourcePolicy:
      PolicyInJson: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
        "glue:GetTable", "Resource": "arn:aws:glue:eu-west-1:123456789012:*"}, {"Effect": "Deny", "Principal":
        "*", "Action": "*", "Resource": "arn:aws:glue:eu-west-1:123456789012:*", "Condition":
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
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
          Principal = { AWS = "*" }
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
    found = access.public.every
    if found:
        return Fail(f"the Data Catalog of {region.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
