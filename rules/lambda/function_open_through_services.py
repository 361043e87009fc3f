from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lambda_ import Function
from scanner.model.publicaccess import FunctionAccess, atoms, sentences


@rule("LAMBDA-003", Severity.LOW, controls=("iam-role-confused-deputy",))
def function_open_through_services(function: Function, access: FunctionAccess) -> Verdict:
    """
    Function lets a service in for whomever it acts.

    A service that acts for any account is a confused deputy: whoever tells it to use your function comes in by its
    name. Limit the statement by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    lambda:ListFunctions: {Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    lambda:GetPolicy:
      - parameters: {FunctionName: orders}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":
            "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Resource":
            "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]}
    ```
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
      principal     = "s3.amazonaws.com"
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
      principal     = "s3.amazonaws.com"
      source_account = data.aws_caller_identity.current.account_id
    }
    ```
    """
    found = access.deputies.every
    if found:
        return Fail(f"{function.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
