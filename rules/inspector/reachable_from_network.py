from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.inspector2 import InspectorFinding


@rule("INSPECTOR-009", Severity.MEDIUM, controls=("inspector-no-active-findings",))
def reachable_from_network(finding: InspectorFinding) -> Verdict:
    """
    Amazon Inspector sees ports of an instance reached from outside its network.

    This is a second opinion on what our own reading of routes, access control lists and security groups says: where
    both agree, close the port or narrow its sources; where they differ, one of the two knows something that the other
    does not, and it is worth an hour to find out what.

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
          type: NETWORK_REACHABILITY
          title: Port 22 is reachable from an Internet Gateway
          severity: MEDIUM
          status: ACTIVE
          firstObservedAt: "2025-12-20T00:00:00+00:00"
          lastObservedAt: "2025-12-31T00:00:00+00:00"
          networkReachabilityDetails:
            openPortRange: {begin: 22, end: 22}
            protocol: TCP
            networkPath:
              steps:
                - {componentId: igw-0a1b2c3d, componentType: AWS::EC2::InternetGateway}
                - {componentId: sg-0a1b2c3d, componentType: AWS::EC2::SecurityGroup}
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
          severity: HIGH
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
    """
    if finding.type != "NETWORK_REACHABILITY":
        return PASS
    network = finding.network
    if not network:
        return Skip("the finding does not say which ports")
    path = " → ".join(step.component_id for step in network.steps)
    return Fail(
        f"{finding.affected} is reached on {network.ports}" + (f" by way of {path}" if path else ""),
        facts("open_ports", network.ports),
    )
