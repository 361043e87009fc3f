from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.kind import Moment
from scanner.model.securityhub import HubFinding


@rule("SECURITYHUB-004", Severity.MEDIUM, controls=("securityhub-findings-answered",))
def product_finding_open(
    finding: HubFinding,
    now: Moment,
    *,
    critical_days: int = 0,
    high_days: int = 7,
    medium_days: int = 90,
    low_days: int = 180,
) -> Verdict:
    """
    Finding in Security Hub is open longer than its time to fix.

    Macie, Health, Systems Manager, products of others and tools of your own send what they find to Security Hub, and
    nobody has answered this one within the time that its severity allows (options, in days since it was first seen).
    Resolve it, or suppress it where it is meant to be so. Inspector, GuardDuty, Access Analyzer and AWS Config are
    read and judged by themselves.

    ```evidence bad
    securityhub:DescribeHub: {HubArn: "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}
    securityhub:DescribeSecurityHubV2:
      - {parameters: {}, error: ResourceNotFoundException}
    securityhub:GetFindings:
      Findings:
        - SchemaVersion: "2018-10-08"
          Id: arn:aws:securityhub:eu-west-1:123456789012:finding/0a1b2c3d-0000-4000-8000-000000000001
          ProductArn: arn:aws:securityhub:eu-west-1::product/aws/macie
          GeneratorId: sensor
          AwsAccountId: "123456789012"
          Region: eu-west-1
          RecordState: ACTIVE
          Workflow: {Status: NEW}
          CreatedAt: "2025-12-01T00:00:00Z"
          UpdatedAt: "2025-12-31T00:00:00Z"
          FirstObservedAt: "2025-12-01T00:00:00Z"
          Severity: {Label: HIGH}
          Title: Domain search can be reached from the internet
          Description: d
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
          ProductArn: arn:aws:securityhub:eu-west-1::product/aws/macie
          GeneratorId: sensor
          AwsAccountId: "123456789012"
          Region: eu-west-1
          RecordState: ACTIVE
          Workflow: {Status: NEW}
          CreatedAt: "2025-12-01T00:00:00Z"
          UpdatedAt: "2025-12-31T00:00:00Z"
          FirstObservedAt: "2025-12-01T00:00:00Z"
          Severity: {Label: LOW}
          Title: Domain search can be reached from the internet
          Description: d
          Resources: [{Type: AwsElasticsearchDomain, Id: "arn:aws:es:eu-west-1:123456789012:domain/search"}]
    ```
    """
    if finding.control:
        return Skip("it is the result of a control, and another rule judges that")
    days = {"CRITICAL": critical_days, "HIGH": high_days, "MEDIUM": medium_days, "LOW": low_days}
    severity = f"{finding.severity}"
    if severity == "INFORMATIONAL":
        return Skip("an informational finding has no time to fix")
    limit = days.get(severity, min(days.values()))
    if now.days_since(known(finding.first_observed_at)) <= limit:
        return PASS
    return Fail(
        f"{finding.product}: {finding.title} ({severity}) on {finding.affected}, open since "
        f"{finding.first_observed_at:%Y-%m-%d}, longer than {limit} days",
        facts("severity", severity),
    )
