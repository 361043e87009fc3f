"""What Amazon Inspector and IAM Access Analyzer found in Harbour Books, about resources that are really there.

Shapes: Amazon Inspector API Reference, Finding and CoveredResource; the vulnerability ids name no real vulnerability.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.compute import Compute
from scanner.aws.embedded.account.identity import role_arn
from scanner.aws.embedded.account.network import Network
from scanner.aws.embedded.account.storage import CATALOGUE_BUCKET, COVERS_BUCKET
from scanner.aws.embedded.answers import Answer

_FUNCTION_ARN: Final = f"arn:aws:lambda:{MAIN_REGION}:{ACCOUNT_ID}:function:book-import:$LATEST"
_ANALYZER_ARN: Final = f"arn:aws:access-analyzer:{MAIN_REGION}:{ACCOUNT_ID}:analyzer/account"


class Vulnerability(msgspec.Struct, frozen=True):
    """A vulnerable package on a machine; `seen` and `exploited` are days ago."""

    identifier: str
    machine: str
    package: str
    severity: str
    score: float
    seen: int
    epss: float | None = None
    fixed_in: str = ""
    exploited: int | None = None
    exploit_available: bool = False
    status: str = "ACTIVE"


_VULNERABILITIES: Final = (
    Vulnerability("CVE-2999-0001", "web-1", "openssl", "CRITICAL", 9.8, 70, 0.94, "3.0.13", 4, exploit_available=True),
    Vulnerability("CVE-2999-0002", "web-1", "curl", "HIGH", 8.1, 31, 0.12, "8.5.0"),
    Vulnerability("CVE-2999-0003", "bastion", "openssh-server", "HIGH", 8.1, 12, 0.61, "9.8p1", 9, True),  # noqa: FBT003
    Vulnerability("CVE-2999-0004", "bastion", "glibc", "MEDIUM", 5.5, 200, 0.003),
    Vulnerability("CVE-2999-0001", "app-1", "openssl", "CRITICAL", 9.8, 70, 0.94, "3.0.13", 4, exploit_available=True),
    Vulnerability("CVE-2999-0005", "app-2", "libxml2", "LOW", 3.3, 400, 0.0004, "2.11.7"),
    Vulnerability("CVE-2999-0006", "app-2", "kernel", "UNTRIAGED", 0.0, 1),
    Vulnerability("CVE-2999-0007", "legacy-batch", "python", "CRITICAL", 9.1, 365, 0.55, exploit_available=True),
    Vulnerability("CVE-2999-0008", "legacy-batch", "sudo", "HIGH", 7.8, 500, 0.02, "1.9.16", status="SUPPRESSED"),
    Vulnerability("CVE-2999-0009", "catalogue-db", "mysql-server", "MEDIUM", 6.5, 95, 0.01, "8.0.40"),
)
_REACHABLE: Final = (
    ("web-1", "ssh-anywhere", "public", 22, "MEDIUM"),
    ("bastion", "ssh-anywhere", "public", 22, "MEDIUM"),
    ("legacy-batch", "rdp-anywhere", "legacy", 3389, "HIGH"),
)


def _arn(*parts: str) -> str:
    return f"arn:aws:inspector2:{MAIN_REGION}:{ACCOUNT_ID}:finding/{uuid5(NAMESPACE_URL, '/'.join(parts)).hex}"


def _instance(compute: Compute, name: str) -> dict[str, Any]:
    details = {"awsEc2Instance": {"type": "t3.small", "imageId": compute.image, "platform": "AMAZON_LINUX_2023"}}
    return {
        "type": "AWS_EC2_INSTANCE",
        "id": compute.instances[name],
        "partition": "aws",
        "region": MAIN_REGION,
        "tags": {"Name": name, "team": "books"},
        "details": details,
    }


def _finding(aws: Aws, seen: int, **rest: Any) -> dict[str, Any]:
    return {
        "awsAccountId": ACCOUNT_ID,
        "status": "ACTIVE",
        "firstObservedAt": aws.days_ago(seen),
        "lastObservedAt": aws.days_ago(0),
        "updatedAt": aws.days_ago(0),
        "remediation": {"recommendation": {"text": "None Provided"}},
        **rest,
    }


def _package_finding(aws: Aws, compute: Compute, found: Vulnerability) -> dict[str, Any]:
    package: dict[str, Any] = {
        "name": found.package,
        "version": "1.0.0",
        "epoch": 0,
        "arch": "X86_64",
        "packageManager": "OS",
    }
    if found.fixed_in:
        package |= {"fixedInVersion": found.fixed_in, "remediation": f"yum update {found.package}"}
    details = {
        "vulnerabilityId": found.identifier,
        "source": "NVD",
        "sourceUrl": f"https://nvd.nist.gov/vuln/detail/{found.identifier}",
        "vulnerablePackages": [package],
        "cvss": [{"baseScore": found.score, "scoringVector": "CVSS:3.1/AV:N/AC:L", "version": "3.1", "source": "NVD"}],
        "relatedVulnerabilities": [],
        "referenceUrls": [],
        "vendorCreatedAt": aws.days_ago(found.seen + 5),
    }
    optional: dict[str, Any] = {}
    if found.epss is not None:
        optional["epss"] = {"score": found.epss}
    if found.exploited is not None:
        optional["exploitabilityDetails"] = {"lastKnownExploitAt": aws.days_ago(found.exploited)}
    return _finding(
        aws,
        found.seen,
        findingArn=_arn(found.identifier, found.machine),
        type="PACKAGE_VULNERABILITY",
        title=f"{found.identifier} - {found.package}",
        description=f"A flaw in {found.package} that exists only in this example.",
        severity=found.severity,
        inspectorScore=found.score,
        fixAvailable="YES" if found.fixed_in else "NO",
        exploitAvailable="YES" if found.exploit_available else "NO",
        resources=[_instance(compute, found.machine)],
        packageVulnerabilityDetails=details,
        **optional,
    ) | {"status": found.status}


def _reachability_finding(
    aws: Aws, network: Network, compute: Compute, row: tuple[str, str, str, int, str]
) -> dict[str, Any]:
    machine, group, table, port, severity = row
    gateway = network.gateways["legacy" if table == "legacy" else "internet"]
    steps = [
        {"componentId": gateway, "componentType": "AWS::EC2::InternetGateway"},
        {"componentId": network.route_tables[table], "componentType": "AWS::EC2::RouteTable"},
        {"componentId": network.groups[group], "componentType": "AWS::EC2::SecurityGroup"},
        {"componentId": compute.instances[machine], "componentType": "AWS::EC2::Instance"},
    ]
    return _finding(
        aws,
        90,
        findingArn=_arn("reachable", machine, str(port)),
        type="NETWORK_REACHABILITY",
        title=f"Port {port} is reachable from an Internet Gateway",
        description=f"On the instance {compute.instances[machine]}, port {port} is reachable from the internet.",
        severity=severity,
        resources=[_instance(compute, machine)],
        networkReachabilityDetails={
            "openPortRange": {"begin": port, "end": port},
            "protocol": "TCP",
            "networkPath": {"steps": steps},
        },
    )


def _code_finding(aws: Aws) -> dict[str, Any]:
    place = {"fileName": "index.py", "filePath": "index.py", "startLine": 1, "endLine": 2}
    return _finding(
        aws,
        20,
        findingArn=_arn("code", "book-import"),
        type="CODE_VULNERABILITY",
        title="CWE-798 - Hardcoded credentials",
        description="A credential is part of the function's code.",
        severity="HIGH",
        fixAvailable="NO",
        resources=[{"type": "AWS_LAMBDA_FUNCTION", "id": _FUNCTION_ARN, "partition": "aws", "region": MAIN_REGION}],
        codeVulnerabilityDetails={
            "cwes": ["CWE-798"],
            "detectorId": "python/hardcoded-credentials@v1.0",
            "detectorName": "Hardcoded credentials",
            "filePath": place,
        },
    )


def _findings(aws: Aws, network: Network, compute: Compute) -> Iterator[dict[str, Any]]:
    for found in _VULNERABILITIES:
        yield _package_finding(aws, compute, found)
    for row in _REACHABLE:
        yield _reachability_finding(aws, network, compute, row)
    yield _code_finding(aws)


def _coverage(aws: Aws, compute: Compute) -> Iterator[dict[str, Any]]:
    unscanned = {"app-2": "UNMANAGED_EC2_INSTANCE", "old-till": "EC2_INSTANCE_STOPPED"}
    for name, instance in compute.instances.items():
        reason = unscanned.get(name)
        row = {
            "resourceType": "AWS_EC2_INSTANCE",
            "resourceId": instance,
            "accountId": ACCOUNT_ID,
            "scanType": "PACKAGE",
            "scanStatus": {"statusCode": "INACTIVE" if reason else "ACTIVE", "reason": reason or "SUCCESSFUL"},
            "resourceMetadata": {"ec2": {"amiId": compute.image, "platform": "LINUX", "tags": {"Name": name}}},
        }
        yield row if reason else row | {"lastScannedAt": aws.days_ago(0), "scanMode": "EC2_SSM_AGENT_BASED"}


def seed_inspector(aws: Aws, network: Network, compute: Compute) -> None:
    """Seed Inspector's findings and coverage in the main Region; in the second it stays off."""
    rows = {
        "ListFindings": {"findings": list(_findings(aws, network, compute))},
        "ListCoverage": {"coveredResources": list(_coverage(aws, compute))},
    }
    aws.answer(*(Answer("inspector2", name, row, account=ACCOUNT_ID, region=MAIN_REGION) for name, row in rows.items()))


def _external_access(aws: Aws, resource: str, kind: str, seen: int) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, resource)),
        "resource": resource,
        "resourceType": kind,
        "resourceOwnerAccount": ACCOUNT_ID,
        "findingType": "ExternalAccess",
        "status": "ACTIVE",
        "createdAt": aws.days_ago(seen),
        "analyzedAt": aws.days_ago(0),
        "updatedAt": aws.days_ago(seen),
    }


def seed_access_analyzer(aws: Aws) -> None:
    """Seed an analyzer and its findings in the main Region; the second has none."""
    analyzer = {
        "arn": _ANALYZER_ARN,
        "name": "account",
        "type": "ACCOUNT",
        "status": "ACTIVE",
        "createdAt": aws.days_ago(300),
    }
    findings = [
        _external_access(aws, f"arn:aws:s3:::{CATALOGUE_BUCKET}", "AWS::S3::Bucket", 290),
        _external_access(aws, f"arn:aws:s3:::{COVERS_BUCKET}", "AWS::S3::Bucket", 250),
        _external_access(aws, role_arn("partner-access"), "AWS::IAM::Role", 299),
        _external_access(aws, role_arn("shared-reader"), "AWS::IAM::Role", 100),
    ]
    aws.answer(
        _here("ListAnalyzers", {"analyzers": [analyzer]}),
        _here("GetAnalyzer", {"analyzer": analyzer}, analyzerName="account"),
        _here("ListFindingsV2", {"findings": findings}, analyzerArn=_ANALYZER_ARN),
    )


def _here(operation: str, response: dict[str, Any], **where: str) -> Answer:
    return Answer("accessanalyzer", operation, response, account=ACCOUNT_ID, region=MAIN_REGION, where=where)
