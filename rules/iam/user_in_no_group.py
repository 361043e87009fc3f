from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import User


@rule("IAM-017", Severity.LOW, controls=("iam-user-in-group",))
def user_in_no_group(user: User) -> Verdict:
    """
    User is in no group.

    A user outside of all groups has rights of its own or none: either they hang on one person, or the user can be
    deleted. Put the user into the group of those who do the same work.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          GroupList: []
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          GroupList: [developers]
    ```
    ```terraform bad
    resource "aws_iam_user" "alice" {
      name = "alice"
    }
    ```
    ```terraform good
    resource "aws_iam_group" "dev" {
      name = "dev"
    }

    resource "aws_iam_user" "alice" {
      name = "alice"
    }

    resource "aws_iam_user_group_membership" "alice" {
      user   = aws_iam_user.alice.name
      groups = [aws_iam_group.dev.name]
    }
    ```
    """
    if user.groups:
        return PASS
    return Fail(f"{user.name} is in no group", facts("groups", "none"))
