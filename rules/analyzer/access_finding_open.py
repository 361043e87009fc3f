from scanner import PASS, Fail, Severity, Undecided, Verdict, facts, rule
from scanner.model.accessanalyzer import AnalyzerFinding
from scanner.model.maybe import Reason, Why


@rule("ANALYZER-003", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def access_finding_open(
    finding: AnalyzerFinding, *, types: tuple[str, ...] = ("ExternalAccess", "InternalAccess")
) -> Verdict:
    """
    Access Analyzer finding awaits an answer.

    Each active finding is access that Access Analyzer has proven possible and that nobody has judged. Take the access
    away if it is not intended; archive the finding, best by an archive rule, if it is. The option `types` says which
    types of finding count; access that nobody uses has a rule of its own.

    ```evidence bad
    accessanalyzer:ListAnalyzers:
      analyzers:
        - arn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside
          name: outside
          type: ACCOUNT
          status: ACTIVE
          createdAt: "2025-01-01T00:00:00+00:00"
    accessanalyzer:ListFindingsV2:
      - parameters:
          analyzerArn: arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside
          filter: {status: {eq: [ACTIVE]}, resourceOwnerAccount: {eq: ["123456789012"]}}
          maxResults: 100
        response:
          findings:
            - id: 0a1b2c3d-0000-4000-8000-000000000001
              resource: arn:aws:iam::123456789012:role/partner
              resourceType: AWS::IAM::Role
              resourceOwnerAccount: "123456789012"
              status: ACTIVE
              findingType: ExternalAccess
              createdAt: "2025-06-01T00:00:00+00:00"
              analyzedAt: "2025-12-31T00:00:00+00:00"
              updatedAt: "2025-12-31T00:00:00+00:00"
    ```
    Unused access does not count here:
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
              resource: arn:aws:iam::123456789012:role/old
              resourceType: AWS::IAM::Role
              resourceOwnerAccount: "123456789012"
              status: ACTIVE
              findingType: UnusedIAMRole
              createdAt: "2025-06-01T00:00:00+00:00"
              analyzedAt: "2025-12-31T00:00:00+00:00"
              updatedAt: "2025-12-31T00:00:00+00:00"
    ```
    """
    if finding.finding_type not in types:
        return PASS
    if finding.error:
        return Undecided(Why(Reason.FAILED, f"Access Analyzer could not analyze {finding.resource}: {finding.error}"))
    return Fail(
        f"{finding.finding_type} to {finding.resource} is possible and nobody has judged it",
        facts("finding_type", f"{finding.finding_type}"),
    )
