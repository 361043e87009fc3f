from scanner import PASS, Fail, Severity, Skip, Undecided, Verdict, facts, rule
from scanner.model.maybe import Reason, Why
from scanner.model.securityhub import HubFinding

_LEVELS = frozenset({"MEDIUM", "LOW", "INFORMATIONAL", "UNKNOWN"})


@rule("SECURITYHUB-003", Severity.LOW, controls=("securityhub-no-failed-controls",))
def control_failed(finding: HubFinding) -> Verdict:
    """
    Control of Security Hub fails.

    A control that AWS rates medium, low or informational fails for a resource, and nobody has suppressed it. Do what the control says, or
    suppress the finding in Security Hub where it is meant to be so. What another rule here judges by itself is told
    there, with Security Hub as its witness, and counts once.

    ```evidence bad
    securityhub:DescribeHub: {HubArn: "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}
    securityhub:DescribeSecurityHubV2:
      - {parameters: {}, error: ResourceNotFoundException}
    securityhub:GetFindings:
      Findings:
        - SchemaVersion: "2018-10-08"
          Id: arn:aws:securityhub:eu-west-1:123456789012:finding/0a1b2c3d-0000-4000-8000-000000000001
          ProductArn: arn:aws:securityhub:eu-west-1::product/securityhub
          GeneratorId: security-control/ES.2
          AwsAccountId: "123456789012"
          Region: eu-west-1
          RecordState: ACTIVE
          Workflow: {Status: NEW}
          CreatedAt: "2025-12-01T00:00:00Z"
          UpdatedAt: "2025-12-31T00:00:00Z"
          FirstObservedAt: "2025-12-01T00:00:00Z"
          Severity: {Label: MEDIUM}
          Title: Domain search can be reached from the internet
          Description: d
          Compliance: {Status: FAILED, SecurityControlId: ES.2}
          Resources: [{Type: AwsElasticsearchDomain, Id: "arn:aws:es:eu-west-1:123456789012:domain/search"}]
    ```
    ```evidence good
    securityhub:DescribeHub: {HubArn: "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}
    securityhub:DescribeSecurityHubV2:
      - {parameters: {}, error: ResourceNotFoundException}
    securityhub:GetFindings:
      Findings:
        - SchemaVersion: "2018-10-08"
          Id: arn:aws:securityhub:eu-west-1:123456789012:finding/0a1b2c3d-0000-4000-8000-000000000001
          ProductArn: arn:aws:securityhub:eu-west-1::product/securityhub
          GeneratorId: security-control/ES.2
          AwsAccountId: "123456789012"
          Region: eu-west-1
          RecordState: ACTIVE
          Workflow: {Status: NEW}
          CreatedAt: "2025-12-01T00:00:00Z"
          UpdatedAt: "2025-12-31T00:00:00Z"
          FirstObservedAt: "2025-12-01T00:00:00Z"
          Severity: {Label: MEDIUM}
          Title: Domain search can be reached from the internet
          Description: d
          Compliance: {Status: PASSED, SecurityControlId: ES.2}
          Resources: [{Type: AwsElasticsearchDomain, Id: "arn:aws:es:eu-west-1:123456789012:domain/search"}]
    ```
    """
    if not finding.control:
        return Skip("it is no result of a control of Security Hub")
    if finding.severity not in _LEVELS:
        return Skip(f"Security Hub rates it {finding.severity}, and another rule judges that")
    if finding.compliance == "PASSED":
        return PASS
    if finding.compliance != "FAILED":
        return Undecided(
            Why(Reason.NOT_COLLECTED, f"Security Hub could not check {finding.control}: {finding.compliance}")
        )
    return Fail(
        f"{finding.control} fails for {finding.affected}: {finding.title}", facts("control", f"{finding.control}")
    )
