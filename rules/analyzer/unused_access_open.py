from scanner import PASS, Fail, Severity, Skip, Undecided, Verdict, facts, known, rule
from scanner.model.accessanalyzer import AnalyzerFinding
from scanner.model.kind import Moment
from scanner.model.maybe import Reason, Why


@rule("ANALYZER-004", Severity.LOW, controls=("iam-access-unused-removed",))
def unused_access_open(finding: AnalyzerFinding, now: Moment, *, days: int = 30) -> Verdict:
    """
    Access that nobody uses is not taken away.

    Access Analyzer found a role, key, password or permission that was not used for as long as its analyzer watches.
    Whoever steals it is not missed, so take it away, or archive the finding if it is kept for an emergency. The option
    `days` says how long a finding may wait.

    ```evidence bad
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused
          name: unused
          type: ACCOUNT_UNUSED_ACCESS
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
    accessanalyzer:ListFindingsV2:
      - parameters:
          analyzerArn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused
          filter: {status: {eq: [ACTIVE]}, resourceOwnerAccount: {eq: ["123456789012"]}}
          maxResults: 100
        response:
          findings:
            - id: 0a1b2c3d-0000-4000-8000-000000000002
              resource: arn:aws:iam::123456789012:role/old
              resourceType: AWS::IAM::Role
              resourceOwnerAccount: "123456789012"
              status: ACTIVE
              findingType: UnusedIAMRole
              createdAt: "2025-06-01T00:00:00+00:00"
              analyzedAt: "2025-12-31T00:00:00+00:00"
              updatedAt: "2025-06-01T00:00:00+00:00"
    ```
    ```evidence good
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused
          name: unused
          type: ACCOUNT_UNUSED_ACCESS
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
    accessanalyzer:ListFindingsV2:
      - parameters:
          analyzerArn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused
          filter: {status: {eq: [ACTIVE]}, resourceOwnerAccount: {eq: ["123456789012"]}}
          maxResults: 100
        response:
          findings:
            - id: 0a1b2c3d-0000-4000-8000-000000000002
              resource: arn:aws:iam::123456789012:role/new
              resourceType: AWS::IAM::Role
              resourceOwnerAccount: "123456789012"
              status: ACTIVE
              findingType: UnusedIAMRole
              createdAt: "2025-12-20T00:00:00+00:00"
              analyzedAt: "2025-12-31T00:00:00+00:00"
              updatedAt: "2025-12-20T00:00:00+00:00"
    ```
    """
    if not f"{finding.finding_type}".startswith("Unused"):
        return Skip("it is about access from outside or within, and another rule judges that")
    if finding.error:
        return Undecided(Why(Reason.FAILED, f"Access Analyzer could not analyze {finding.resource}: {finding.error}"))
    if now.days_since(known(finding.created_at)) <= days:
        return PASS
    return Fail(
        f"{finding.finding_type}: {finding.resource} is open since {finding.created_at:%Y-%m-%d}, longer than {days} days",
        facts("finding_type", f"{finding.finding_type}"),
    )
