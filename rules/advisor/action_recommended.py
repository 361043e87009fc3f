from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.trustedadvisor import AdvisorCheck, AdvisorResources, AdvisorStatus

_MOST_NAMED = 50


@rule("ADVISOR-001", Severity.HIGH, controls=("trustedadvisor-no-errors",))
def action_recommended(
    check: AdvisorCheck,
    result: AdvisorStatus,
    detail: AdvisorResources,
    *,
    pillars: tuple[str, ...] = ("security",),
) -> Verdict:
    """
    Trusted Advisor recommends action.

    Trusted Advisor shows this check in red: something of the account is exposed, broken or about to be, by the
    measure of AWS itself. Do what the check says, or exclude in Trusted Advisor the resources that are meant to be
    so. Without a plan for AWS Support that includes its checks nothing is known. The option `pillars` says which
    pillars are judged: security, fault_tolerance, operational_excellence, performance, service_limits,
    cost_optimizing.

    ```evidence bad
    trustedadvisor:ListRecommendations:
      recommendationSummaries:
        - id: 0a1b2c3d-0001
          arn: arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001
          checkArn: arn:aws:trustedadvisor:::check/HCP4007jGY
          type: standard
          status: error
          pillars: [security]
          source: ta_check
          name: Security Groups - Specific Ports Unrestricted
          resourcesAggregates: {okCount: 3, warningCount: 0, errorCount: 1}
    trustedadvisor:ListRecommendationResources:
      - parameters:
          recommendationIdentifier: arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001
          maxResults: 5000
        response:
          recommendationResourceSummaries:
            - id: "1"
              arn: arn:aws:trustedadvisor::123456789012:recommendation-resource/0a1b2c3d-0001/1
              recommendationArn: arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001
              awsResourceId: sg-0a1b2c3d
              regionCode: eu-west-1
              status: error
              metadata: {Port: "21"}
              lastUpdatedAt: "2025-12-31T00:00:00+00:00"
    ```
    ```evidence good
    trustedadvisor:ListRecommendations:
      recommendationSummaries:
        - id: 0a1b2c3d-0001
          arn: arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001
          checkArn: arn:aws:trustedadvisor:::check/HCP4007jGY
          type: standard
          status: ok
          pillars: [security]
          source: ta_check
          name: Security Groups - Specific Ports Unrestricted
          resourcesAggregates: {okCount: 4, warningCount: 0, errorCount: 0}
    ```
    """
    if not set(check.pillars) & set(pillars):
        return Skip(f"{check.name} belongs to another pillar")
    if result.status != "error":
        return PASS
    names = detail.flagged("error")
    shown = ", ".join(names[:_MOST_NAMED]) or "no resource named"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return Fail(
        f"Trusted Advisor shows red: {check.name} ({shown}{more})",
        facts("resource", *names[:_MOST_NAMED]) or facts("status", "error"),
    )
