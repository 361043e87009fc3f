from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.inspector2 import InspectorFinding


@rule("INSPECTOR-008", Severity.HIGH, controls=("inspector-no-active-findings", "ecr-no-vulnerabilities"))
def fix_not_applied(
    finding: InspectorFinding, *, severities: tuple[str, ...] = ("CRITICAL", "HIGH", "UNTRIAGED")
) -> Verdict:
    """
    Serious vulnerability has a fix that is not applied.

    The package's maintainers have done their part; what is left is an update. Rebuild the image, redeploy the function
    or patch the instance. The option `severities` says what is serious; a finding that is not rated yet (UNTRIAGED)
    counts, for nobody knows that it is not.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
      failedAccounts: []
    inspector2:ListFindings:
      findings:
        - findingArn: arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef
          awsAccountId: "123456789012"
          type: PACKAGE_VULNERABILITY
          title: CVE-2025-1234 - openssl
          severity: CRITICAL
          status: ACTIVE
          firstObservedAt: "2025-12-20T00:00:00+00:00"
          lastObservedAt: "2025-12-31T00:00:00+00:00"
          exploitAvailable: "NO"
          fixAvailable: "YES"
          packageVulnerabilityDetails:
            vulnerabilityId: CVE-2025-1234
            source: NVD
            vulnerablePackages: [{name: openssl, version: 3.0.1, fixedInVersion: 3.0.9, packageManager: OS}]
          resources: [{type: AWS_EC2_INSTANCE, id: i-0123456789abcdef0, region: eu-west-1}]
    ```
    ```evidence good
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
      failedAccounts: []
    inspector2:ListFindings:
      findings:
        - findingArn: arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef
          awsAccountId: "123456789012"
          type: PACKAGE_VULNERABILITY
          title: CVE-2025-1234 - openssl
          severity: CRITICAL
          status: ACTIVE
          firstObservedAt: "2025-12-20T00:00:00+00:00"
          lastObservedAt: "2025-12-31T00:00:00+00:00"
          exploitAvailable: "NO"
          fixAvailable: "NO"
          packageVulnerabilityDetails:
            vulnerabilityId: CVE-2025-1234
            source: NVD
            vulnerablePackages: [{name: openssl, version: 3.0.1, fixedInVersion: 3.0.9, packageManager: OS}]
          resources: [{type: AWS_EC2_INSTANCE, id: i-0123456789abcdef0, region: eu-west-1}]
    ```
    """
    if finding.type != "PACKAGE_VULNERABILITY":
        return Skip("fixes are published for package vulnerabilities only")
    if finding.severity not in severities or finding.fix_available == "NO":
        return PASS
    updates = sorted(
        {
            f"{one.name} {one.version} → {one.fixed_in_version}"
            for one in (finding.package.vulnerable_packages if finding.package else ())
            if one.fixed_in_version
        }
    )
    return Fail(
        f"{finding.name} ({finding.severity}) on {finding.affected} can be fixed"
        + (f": {', '.join(updates)}" if updates else ""),
        facts("update", *updates) or facts("fix_available", f"{finding.fix_available}"),
    )
