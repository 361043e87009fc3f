from scanner import PASS, Fail, Severity, Skip, Undecided, Verdict, facts, rule
from scanner.model.config import ConfigRule, NonCompliantResources, RuleCompliance
from scanner.model.maybe import Reason, Why

_MOST_NAMED = 50


@rule("CONFIG-004", Severity.MEDIUM, controls=("config-rules-compliant",))
def rule_not_complied_with(rule: ConfigRule, result: RuleCompliance, detail: NonCompliantResources) -> Verdict:
    """
    Rule of AWS Config is not complied with.

    Somebody of the account set this rule, and resources break it. Correct them, or change the rule. Resources that
    another rule here judges by itself are told there, with AWS Config as their witness, and count once. Rules that
    Security Hub made for itself are told by Security Hub.

    ```evidence bad
    config:DescribeConfigRules:
      ConfigRules:
        - ConfigRuleName: efs-encrypted
          ConfigRuleArn: arn:aws:config:eu-west-1:123456789012:config-rule/config-rule-a1b2c3
          Source: {Owner: AWS, SourceIdentifier: EFS_ENCRYPTED_CHECK}
          ConfigRuleState: ACTIVE
    config:DescribeComplianceByConfigRule:
      ComplianceByConfigRules:
        - {ConfigRuleName: efs-encrypted, Compliance: {ComplianceType: NON_COMPLIANT}}
    config:GetComplianceDetailsByConfigRule:
      - parameters: {ConfigRuleName: efs-encrypted, ComplianceTypes: [NON_COMPLIANT], Limit: 100}
        response:
          EvaluationResults:
            - EvaluationResultIdentifier:
                EvaluationResultQualifier:
                  ConfigRuleName: efs-encrypted
                  ResourceType: AWS::EFS::FileSystem
                  ResourceId: fs-0123456789abcdef0
              ComplianceType: NON_COMPLIANT
    ```
    ```evidence good
    config:DescribeConfigRules:
      ConfigRules:
        - ConfigRuleName: efs-encrypted
          ConfigRuleArn: arn:aws:config:eu-west-1:123456789012:config-rule/config-rule-a1b2c3
          Source: {Owner: AWS, SourceIdentifier: EFS_ENCRYPTED_CHECK}
          ConfigRuleState: ACTIVE
    config:DescribeComplianceByConfigRule:
      ComplianceByConfigRules:
        - {ConfigRuleName: efs-encrypted, Compliance: {ComplianceType: COMPLIANT}}
    ```
    """
    if rule.created_by and f"{rule.created_by}".startswith("securityhub"):
        return Skip("Security Hub made it for itself, and tells its results")
    if result.compliance == "NOT_APPLICABLE":
        return Skip("it applies to no resource")
    if result.compliance == "INSUFFICIENT_DATA":
        return Undecided(Why(Reason.NOT_COLLECTED, f"AWS Config has no results of {rule.id}"))
    if result.compliance != "NON_COMPLIANT":
        return PASS
    names = detail.named()
    shown = ", ".join(names[:_MOST_NAMED]) or "no resource named"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return Fail(
        f"{rule.id} is not complied with: {shown}{more}",
        facts("resource", *names[:_MOST_NAMED]) or facts("compliance", "NON_COMPLIANT"),
    )
