from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.lint import LintKind, TrustLint, summary


@rule("IAM-205", Severity.HIGH, controls=("policy-as-strict-as-it-looks",))
def trust_policy_looser_than_it_looks(role: Role, lint: TrustLint) -> Verdict:
    """
    Trust policy is looser than it looks.

    Some ways of writing let in more than their author meant: NotPrincipal in an Allow lets in everybody else in the
    world, ForAllValues is true of requests without the key. Name the principals, and compare keys that have one
    value without a set prefix.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: build
          Path: /
          Arn: arn:aws:iam::123456789012:role/build
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              NotPrincipal: {AWS: "arn:aws:iam::123456789012:user/former"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: build
          Path: /
          Arn: arn:aws:iam::123456789012:role/build
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::123456789012:role/ci"}
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is linked to a service, which alone can change it")
    found = lint.of_kind(LintKind.SECURITY_WARNING)
    if not found:
        return PASS
    return Fail(
        f"{role.name} has a trust policy that is looser than it looks: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
