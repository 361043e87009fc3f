from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.guardduty import LEVELS, GuardDutyFinding


@rule("GUARDDUTY-002", Severity.HIGH, controls=("guardduty-no-high-findings",))
def finding_open(finding: GuardDutyFinding, *, least: float = LEVELS["high"]) -> Verdict:
    """
    GuardDuty finding awaits an answer.

    GuardDuty saw something that an attacker does, and nobody has archived it as understood. Look into it, cut off
    what was taken, and archive the finding then; suppress by a rule what is known to be harmless. The option `least`
    says from which severity on findings count: from 9 critical, from 7 high, from 4 medium.

    ```evidence bad
    guardduty:ListDetectors: {DetectorIds: [12abc34d567e8fa901bc2d34e56789f0]}
    guardduty:ListFindings: {FindingIds: [60baffd3f9042e38640f2300d5c5a631]}
    guardduty:GetFindings:
      Findings:
        - AccountId: "123456789012"
          Arn: arn:aws:guardduty:eu-west-1:123456789012:detector/12abc34d567e8fa901bc2d34e56789f0/finding/60baffd3f9042e38640f2300d5c5a631
          CreatedAt: "2025-12-30T10:00:00.000Z"
          UpdatedAt: "2025-12-31T10:00:00.000Z"
          Id: 60baffd3f9042e38640f2300d5c5a631
          Region: eu-west-1
          SchemaVersion: "2.0"
          Severity: 8
          Type: UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS
          Resource: {ResourceType: AccessKey, AccessKeyDetails: {UserName: web-server}}
          Service: {Archived: false, Count: 3}
    ```
    ```evidence good
    guardduty:ListDetectors: {DetectorIds: [12abc34d567e8fa901bc2d34e56789f0]}
    guardduty:ListFindings: {FindingIds: [60baffd3f9042e38640f2300d5c5a631]}
    guardduty:GetFindings:
      Findings:
        - AccountId: "123456789012"
          Arn: arn:aws:guardduty:eu-west-1:123456789012:detector/12abc34d567e8fa901bc2d34e56789f0/finding/60baffd3f9042e38640f2300d5c5a631
          CreatedAt: "2025-12-30T10:00:00.000Z"
          UpdatedAt: "2025-12-31T10:00:00.000Z"
          Id: 60baffd3f9042e38640f2300d5c5a631
          Region: eu-west-1
          SchemaVersion: "2.0"
          Severity: 2
          Type: Recon:EC2/PortProbeUnprotectedPort
          Resource: {ResourceType: Instance, InstanceDetails: {InstanceId: i-0123456789abcdef0}}
          Service: {Archived: false, Count: 3}
    ```
    """
    if finding.severity < least:
        return PASS
    about = ", ".join(finding.resources) or f"{finding.resource_type}"
    return Fail(
        f"{finding.type} on {about}: {finding.level} ({finding.severity:g}), last seen {finding.last_seen_at:%Y-%m-%d}",
        facts("type", f"{finding.type}"),
    )
