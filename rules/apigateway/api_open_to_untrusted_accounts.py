from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.apigateway import RestApi
from scanner.model.publicaccess import ApiAccess, atoms, sentences


@rule("APIGATEWAY-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def api_open_to_untrusted_accounts(api: RestApi, access: ApiAccess) -> Verdict:
    """
    API lets in accounts that are not trusted.

    Callers of another account come by the policy, past what guards the account's own principals. Remove the grant, or
    name the account, organization or network as trusted in the configuration; the accounts of one scan trust each
    other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    apigateway:GetRestApis:
      items:
        - id: a1b2c3
          name: orders
          endpointConfiguration: {types: [PRIVATE]}
          policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "execute-api:Invoke", "Resource":
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*"}]}
    ```
    ```evidence good
    apigateway:GetRestApis:
      items:
        - id: a1b2c3
          name: orders
          endpointConfiguration: {types: [PRIVATE]}
          policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "execute-api:Invoke", "Resource":
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*"}]}
    ```
    ```terraform bad
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "execute-api:Invoke"
          Resource  = "execute-api:/*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "execute-api:Invoke"
          Resource  = "execute-api:/*"
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{api.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
