"""`python -m tests.bench.bench_findings`: 100,000 findings of Inspector taken in, joined and reported by a whole process."""

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.evidence import Answer, Evidence, Key, canonical, write_evidence
from scanner.model.kind import Scope
from scanner.pages import PackedPages
from scanner.testing import ACCOUNT, NOW, REGION
from tests.bench.__main__ import say, used
from tests.console import SCRIPT

MANY = 100_000
PAGE = 100
INSTANCES = 2_000
VULNERABILITIES = 4_000
HERE = Scope("aws", ACCOUNT, REGION)


def finding(number: int, chance: random.Random) -> dict[str, Any]:
    """A finding as large as Inspector's are: a package vulnerability with its scores and references."""
    flaw = chance.randrange(VULNERABILITIES)
    severity = ("LOW", "MEDIUM", "MEDIUM", "HIGH", "HIGH", "CRITICAL", "UNTRIAGED")[flaw % 7]
    instance = chance.randrange(INSTANCES)
    return {
        "findingArn": f"arn:aws:inspector2:{REGION}:{ACCOUNT}:finding/{chance.getrandbits(128):032x}",
        "awsAccountId": ACCOUNT,
        "type": "PACKAGE_VULNERABILITY",
        "description": f"A flaw in package-{flaw % 700}. " + "It lets a remote attacker do what no one should. " * 8,
        "title": f"CVE-2025-{flaw:05} - package-{flaw % 700}",
        "remediation": {"recommendation": {"text": "None Provided"}},
        "severity": severity,
        "firstObservedAt": f"2025-{1 + number % 12:02}-{1 + number % 28:02}T00:00:00+00:00",
        "lastObservedAt": "2025-12-31T00:00:00+00:00",
        "updatedAt": "2025-12-31T00:00:00+00:00",
        "status": "ACTIVE",
        "inspectorScore": (flaw % 100) / 10,
        "inspectorScoreDetails": {
            "adjustedCvss": {
                "scoreSource": "NVD",
                "cvssSource": "NVD",
                "version": "3.1",
                "score": (flaw % 100) / 10,
                "scoringVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                "adjustments": [],
            }
        },
        "epss": {"score": (flaw % 1000) / 1000},
        "exploitAvailable": "YES" if flaw % 20 == 0 else "NO",
        "fixAvailable": "YES" if flaw % 2 else "NO",
        "packageVulnerabilityDetails": {
            "vulnerabilityId": f"CVE-2025-{flaw:05}",
            "source": "NVD",
            "sourceUrl": f"https://nvd.nist.gov/vuln/detail/CVE-2025-{flaw:05}",
            "cvss": [
                {
                    "baseScore": (flaw % 100) / 10,
                    "scoringVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                    "version": "3.1",
                    "source": "NVD",
                }
            ],
            "vulnerablePackages": [
                {
                    "name": f"package-{flaw % 700}",
                    "version": f"1.{flaw % 9}.0",
                    "epoch": 0,
                    "arch": "X86_64",
                    "packageManager": "OS",
                    "fixedInVersion": f"1.{flaw % 9}.{1 + flaw % 5}",
                    "remediation": f"yum update package-{flaw % 700}",
                }
            ],
            "relatedVulnerabilities": [],
            "referenceUrls": [f"https://example.com/advisory/{flaw}/{part}" for part in range(6)],
        },
        "resources": [
            {
                "type": "AWS_EC2_INSTANCE",
                "id": f"i-{instance:017x}",
                "partition": "aws",
                "region": REGION,
                "tags": {"Name": f"machine-{instance}", "team": f"team-{instance % 40}"},
                "details": {
                    "awsEc2Instance": {
                        "type": "m5.large",
                        "imageId": "ami-0123456789abcdef0",
                        "ipV4Addresses": [f"10.0.{instance % 250}.{instance % 240}"],
                        "subnetId": f"subnet-{instance % 12}",
                        "vpcId": "vpc-1",
                        "iamInstanceProfileArn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app-{instance % 30}",
                        "platform": "AMAZON_LINUX_2023",
                    }
                },
            }
        ],
    }


def instances() -> Iterator[dict[str, Any]]:
    """The machines that the findings are about."""
    for number in range(INSTANCES):
        yield {
            "InstanceId": f"i-{number:017x}",
            "ImageId": "ami-0123456789abcdef0",
            "InstanceType": "m5.large",
            "State": {"Name": "running", "Code": 16},
            "VpcId": "vpc-1",
            "SubnetId": f"subnet-{number % 12}",
            "LaunchTime": "2025-06-01T00:00:00+00:00",
        }


def write(path: Path) -> None:
    """Write evidence of an account with that many findings, page by page."""
    chance = random.Random(7)
    pages = PackedPages()
    for start in range(0, MANY, PAGE):
        pages.append({"findings": [finding(number, chance) for number in range(start, start + PAGE)]})
    state = {key: {"status": "ENABLED"} for key in ("ec2", "ecr", "lambda", "lambdaCode")}
    status = {"accountId": ACCOUNT, "state": {"status": "ENABLED"}, "resourceState": state}
    wanted = {
        "filterCriteria": {
            "awsAccountId": [{"comparison": "EQUALS", "value": ACCOUNT}],
            "findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}],
        }
    }
    said = {
        ("inspector2", "BatchGetAccountStatus", ""): Answer(({"accounts": [status], "failedAccounts": []},)),
        ("inspector2", "ListFindings", canonical(wanted)): Answer(pages),
        ("ec2", "DescribeInstances", ""): Answer(({"Reservations": [{"Instances": list(instances())}]},)),
    }
    evidence = Evidence(targets=(Scope("aws", ACCOUNT), HERE), taken_at=NOW)
    for (service, operation, request), answer in said.items():
        evidence.answers[Key("aws", ACCOUNT, REGION, service, operation, request)] = answer
    write_evidence(evidence, path)


def bench_findings() -> None:
    """Judge them from evidence, by every rule, and write the JSON report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.json.gz"
        subprocess.run([sys.executable, "-m", "tests.bench.bench_findings", str(path)], check=True)
        report = Path(folder) / "report.json"
        wall, _, peak = used([str(SCRIPT), "scan", str(path), "--quiet", "--format", f"json={report}"], {})
        say(f"{MANY:,} findings of Inspector, whole process", f"{wall:.1f} s, {peak:.0f} MB", "20 s, 600 MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]))
    else:
        bench_findings()
