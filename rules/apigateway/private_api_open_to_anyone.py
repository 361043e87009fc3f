from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.apigateway import RestApi
from scanner.model.publicaccess import ApiAccess, atoms, sentences


@rule("APIGATEWAY-001", Severity.MEDIUM, controls=("resource-policy-no-wildcard-principal",))
def private_api_open_to_anyone(api: RestApi, access: ApiAccess) -> Verdict:
    """
    Private API is open to the endpoints of anyone.

    A private API answers interface endpoints only, but those of any account in the region may be used: its policy alone
    says whose. Limit the statement by aws:SourceVpce or aws:SourceVpc. An API that answers the internet is left out:
    its methods' authorizers decide who calls it.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    apigateway:GetRestApis:
      items:
        - id: a1b2c3
          name: orders
          endpointConfiguration: {types: [PRIVATE]}
          policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    apigateway:GetRestApis:
      items:
        - id: a1b2c3
          name: orders
          endpointConfiguration: {types: [PRIVATE]}
          policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource":
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*", "Condition": {"StringNotEquals":
            {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```

    Endpoints that are named are fine:
    ```evidence good
    apigateway:GetRestApis:
      items:
        - id: a1b2c3
          name: orders
          endpointConfiguration: {types: [PRIVATE]}
          policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*",
            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}}]}
    ```
    ```terraform bad
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "execute-api:Invoke"
          Resource  = "execute-api:/*"
        }]
      })

      endpoint_configuration {
        types = ["PRIVATE"]
      }
    }
    ```
    ```terraform good
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "execute-api:Invoke"
          Resource  = "execute-api:/*"
          Condition = { StringEquals = { "aws:SourceVpce" = "vpce-0a1b2c3d" } }
        }]
      })

      endpoint_configuration {
        types            = ["PRIVATE"]
        vpc_endpoint_ids = ["vpce-0a1b2c3d"]
      }
    }
    ```
    """
    if not api.is_private:
        return Skip(f"{api.name} answers the internet; its methods decide who calls it")
    found = access.public.every
    if found:
        return Fail(f"{api.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
