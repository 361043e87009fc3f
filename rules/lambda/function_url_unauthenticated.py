from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lambda_ import FunctionUrl


@rule("LAMBDA-004", Severity.HIGH, controls=("lambda-url-auth",))
def function_url_unauthenticated(url: FunctionUrl) -> Verdict:
    """
    Function URL asks for no credentials.

    A URL of the authentication type NONE leaves it to the function alone to tell callers apart: its policy usually lets
    everyone through, and anyone on the internet runs the function with the rights of its role. Use AWS_IAM, or put
    CloudFront with origin access control before it.

    ```evidence bad
    lambda:ListFunctions:
      Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]
    lambda:ListFunctionUrlConfigs:
      - parameters: {FunctionName: orders, MaxItems: 50}
        response:
          FunctionUrlConfigs:
            - FunctionUrl: "https://abc.lambda-url.eu-west-1.on.aws/"
              FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"
              AuthType: NONE
    ```
    ```evidence good
    lambda:ListFunctions:
      Functions: [{FunctionName: orders, FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"}]
    lambda:ListFunctionUrlConfigs:
      - parameters: {FunctionName: orders, MaxItems: 50}
        response:
          FunctionUrlConfigs:
            - FunctionUrl: "https://abc.lambda-url.eu-west-1.on.aws/"
              FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:orders"
              AuthType: AWS_IAM
    ```
    ```terraform bad
    resource "aws_lambda_function_url" "hook" {
      function_name      = "hook"
      authorization_type = "NONE"
    }
    ```
    ```terraform good
    resource "aws_lambda_function_url" "hook" {
      function_name      = "hook"
      authorization_type = "AWS_IAM"
    }
    ```
    """
    if url.auth_type == "NONE":
        return Fail(f"the URL of function {url.function} asks for no credentials", facts("auth_type", "NONE"))
    return PASS
