from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import Group, User
from scanner.model.kind import All


@rule("IAM-018", Severity.LOW, controls=("iam-group-has-users",))
def group_has_no_users(group: Group, users: All[User]) -> Verdict:
    """
    Group has no users.

    The policies of an empty group are reviewed by nobody, and one call puts somebody in. Delete the group.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      GroupDetailList: [{GroupName: developers, Arn: "arn:aws:iam::123456789012:group/developers"}]
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice", GroupList: []}]
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      GroupDetailList: [{GroupName: developers, Arn: "arn:aws:iam::123456789012:group/developers"}]
      UserDetailList: [{UserName: alice, Arn: "arn:aws:iam::123456789012:user/alice", GroupList: [developers]}]
    ```
    ```terraform bad
    resource "aws_iam_group" "dev" {
      name = "dev"
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
    if any(group.id in user.groups for user in users):
        return PASS
    return Fail(f"no user is in {group.name}", facts("users", "none"))
