from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lambda_ import Function
from scanner.model.publicaccess import FunctionAccess, atoms, sentences
from scanner.remedies.functions import close_function


@rule(
    "LAMBDA-001",
    Severity.CRITICAL,
    controls=("lambda-not-public", "resource-policy-no-wildcard-principal"),
    remedy=close_function,
)
def function_open_to_anyone(function: Function, access: FunctionAccess) -> Verdict:
    """
    Function is open to anyone.

    Anyone can call the function, or any service for anyone, with input of their choice and the rights of its role. Name
    the principals, and give services the ARN or account that they act for. What a URL without authentication opens is
    another rule's matter.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "lambda:InvokeFunction", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "lambda:InvokeFunction", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:orders"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders", "Condition": {"StringNotEquals":
            {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```

    A service that may act for one bucket of the account only is fine:
    ```evidence good
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
            "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders", "Condition": {"StringEquals":
            {"aws:SourceAccount": "123456789012"}}}]}
    ```
    ```terraform bad
    resource "aws_lambda_function" "resize" {
      function_name = "resize"
      role          = aws_iam_role.resize.arn
    }

    resource "aws_iam_role" "resize" {
      name               = "resize"
      assume_role_policy = "{}"
    }

    resource "aws_lambda_permission" "resize" {
      function_name = aws_lambda_function.resize.function_name
      action        = "lambda:InvokeFunction"
      principal     = "*"
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_lambda_function" "resize" {
      function_name = "resize"
      role          = aws_iam_role.resize.arn
    }

    resource "aws_iam_role" "resize" {
      name               = "resize"
      assume_role_policy = "{}"
    }

    resource "aws_lambda_permission" "resize" {
      function_name = aws_lambda_function.resize.function_name
      action        = "lambda:InvokeFunction"
      principal     = data.aws_caller_identity.current.account_id
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{function.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
