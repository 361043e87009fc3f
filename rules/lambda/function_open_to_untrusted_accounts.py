from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lambda_ import Function
from scanner.model.publicaccess import FunctionAccess, atoms, sentences


@rule("LAMBDA-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def function_open_to_untrusted_accounts(function: Function, access: FunctionAccess) -> Verdict:
    """
    Function lets in accounts that are not trusted.

    Whoever calls a function uses the rights of its role. Remove the grant, or name the account, organization or network
    as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "lambda:InvokeFunction", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    ```
    ```evidence good
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "lambda:InvokeFunction", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
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
      principal     = "999988887777"
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{function.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
