from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import User
from scanner.remedies.iam import detach_what_groups_give


@rule("IAM-016", Severity.LOW, controls=("iam-user-no-direct-policies",), remedy=detach_what_groups_give)
def user_holds_policies_directly(user: User) -> Verdict:
    """
    User holds policies directly.

    Rights that hang on a single user are forgotten when the person changes work, and nobody sees them in the groups.
    Attach the policies to a group, or to a role that the user assumes.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          AttachedManagedPolicies:
            - {PolicyName: PowerUserAccess, PolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess"}
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

    resource "aws_iam_user_policy_attachment" "alice" {
      user       = aws_iam_user.alice.name
      policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }
    ```
    ```terraform good
    resource "aws_iam_user" "alice" {
      name = "alice"
    }
    ```
    """
    held = user.policy_ids
    if not held:
        return PASS
    names = ", ".join(id_.rpartition("/")[2] for id_ in held)
    return Fail(f"{user.name} holds {names} directly", facts("policy", *held))
