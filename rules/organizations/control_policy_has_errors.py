from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.lint import ControlPolicyLint, LintKind, summary
from scanner.model.organizations import ControlPolicy


@rule("ORGANIZATIONS-001", Severity.MEDIUM, controls=("policy-valid",))
def control_policy_has_errors(policy: ControlPolicy, lint: ControlPolicyLint) -> Verdict:
    """
    Control policy has parts that do not work.

    A misspelled action, a condition key that no request carries: the guardrail is written down, and the part does
    nothing, in every account below it. A Deny on a key that is never there denies all or nobody. Correct or remove
    what the finding names.

    Service and resource control policies are read, which only managers of the organization can. The codes are those of
    IAM Access Analyzer's policy validation; `casemate lint --type scp` or `rcp` applies them to a policy file.

    ```evidence bad
    organizations:DescribeOrganization:
      Organization: {Id: o-a1b2c3d4e5, MasterAccountId: "123456789012", FeatureSet: ALL}
    organizations:ListPolicies:
      - parameters: {Filter: SERVICE_CONTROL_POLICY, MaxResults: 20}
        response:
          Policies:
            - Id: p-a1b2c3d4
              Arn: arn:aws:organizations::123456789012:policy/o-a1b2c3d4e5/service_control_policy/p-a1b2c3d4
              Name: regions
              AwsManaged: false
      - parameters: {Filter: RESOURCE_CONTROL_POLICY, MaxResults: 20}
        response: {Policies: []}
    organizations:DescribePolicy:
      - parameters: {PolicyId: p-a1b2c3d4}
        response:
          Policy:
            Content: >-
              {"Version": "2012-10-17", "Statement": [
              {"Effect": "Deny", "Action": "ec2:*", "Resource": "*",
              "Condition": {"StringNotEquals": {"aws:RequestRegion": "eu-west-1"}}}
              ]}
    ```
    ```evidence good
    organizations:DescribeOrganization:
      Organization: {Id: o-a1b2c3d4e5, MasterAccountId: "123456789012", FeatureSet: ALL}
    organizations:ListPolicies:
      - parameters: {Filter: SERVICE_CONTROL_POLICY, MaxResults: 20}
        response:
          Policies:
            - Id: p-a1b2c3d4
              Arn: arn:aws:organizations::123456789012:policy/o-a1b2c3d4e5/service_control_policy/p-a1b2c3d4
              Name: regions
              AwsManaged: false
      - parameters: {Filter: RESOURCE_CONTROL_POLICY, MaxResults: 20}
        response: {Policies: []}
    organizations:DescribePolicy:
      - parameters: {PolicyId: p-a1b2c3d4}
        response:
          Policy:
            Content: >-
              {"Version": "2012-10-17", "Statement": [
              {"Effect": "Deny", "Action": "ec2:*", "Resource": "*",
              "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}
              ]}
    ```
    ```terraform bad
    resource "aws_organizations_policy" "regions" {
      name = "regions"
      content = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Deny"
          Action    = "ec2:*"
          Resource  = "*"
          Condition = { StringNotEquals = { "aws:RequestRegion" = "eu-west-1" } }
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_organizations_policy" "regions" {
      name = "regions"
      content = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Deny"
          Action    = "ec2:*"
          Resource  = "*"
          Condition = { StringNotEquals = { "aws:RequestedRegion" = "eu-west-1" } }
        }]
      })
    }
    ```
    """
    if policy.aws_managed:
        return Skip(f"{policy.label} is managed by AWS")
    found = lint.of_kind(LintKind.ERROR)
    if not found:
        return PASS
    return Fail(
        f"{policy.label} has parts that do not work: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
