"""Reading Amazon Inspector: which calls, and what their answers mean (Amazon Inspector API Reference).

A region where Inspector is off refuses the listings as if access were denied, so the status is asked first: where it
says off, the listings are not made and are unknown for that reason.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.model.inspector2 import (
    SCANNING,
    AffectedResource,
    CodeVulnerability,
    CoverageEntry,
    Cvss,
    InspectorFinding,
    InspectorStatus,
    NetworkReachability,
    PackageVulnerability,
    PathStep,
    VulnerablePackage,
)
from scanner.model.kind import instant
from scanner.model.maybe import ABSENT, Reason, Unknown, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows, shared

_FINDINGS_PAGE: Final = 100
_COVERAGE_PAGE: Final = 200
_PARTS: Final = {
    "ec2": "ec2",
    "ecr": "ecr",
    "lambda_standard": "lambda",
    "lambda_code": "lambdaCode",
    "code_repository": "codeRepository",
    "ami": "ami",
}
"""Our field for each type of scanning → AWS's name of it."""


def _status(pages: tuple[Page, ...], at: Place) -> Iterator[InspectorStatus]:
    page, account = only(pages), at.scope.account
    told = next((row for row in page.get("accounts") or () if row["accountId"] == account), None)
    yield InspectorStatus(
        scope=at.scope,
        id=at.scope.region,
        origin=at.origin,
        status=told["state"]["status"] if told else _refused(page, account),
        **{field: _state(told, part) if told else _refused(page, account) for field, part in _PARTS.items()},
    )


def _state(told: Page, part: str) -> str | Unknown:
    """Return the state of one type of scanning. One that is not told is off where Inspector as a whole is."""
    states, overall = told["resourceState"], str(told["state"]["status"])
    if part in states:
        return str(states[part]["status"])
    if overall not in SCANNING:
        return overall
    return unknown(Reason.NOT_COLLECTED, f"BatchGetAccountStatus does not say whether {part} is scanned here")


def _refused(page: Page, account: str) -> Unknown:
    for row in page.get("failedAccounts") or ():
        if row["accountId"] == account:
            reason = Reason.DENIED if row["errorCode"] == "ACCESS_DENIED" else Reason.FAILED
            return unknown(reason, f"{row['errorCode']}: {row['errorMessage']}")
    return unknown(Reason.FAILED, "BatchGetAccountStatus says nothing of the account")


def _where_on(parameters: Callable[[str], Parameters]) -> Callable[[InspectorStatus], Parameters | Unknown]:
    """Return a request that is made only where Inspector is on."""

    def request(region: InspectorStatus) -> Parameters | Unknown:
        if region.status in SCANNING:
            return parameters(region.scope.account)
        return unknown(Reason.NOT_ENABLED, f"Amazon Inspector is {region.status} in {region.id}")

    return request


def _equals(value: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value}]


def _active_findings(account: str) -> Parameters:
    return {
        "filterCriteria": {"awsAccountId": _equals(account), "findingStatus": _equals("ACTIVE")},
        "maxResults": _FINDINGS_PAGE,
    }


def _own_coverage(account: str) -> Parameters:
    return {"filterCriteria": {"accountId": _equals(account)}, "maxResults": _COVERAGE_PAGE}


def _findings(pages: tuple[Page, ...], at: Place) -> Iterator[InspectorFinding]:
    same = shared()
    for row in rows(pages, "findings"):
        if row["awsAccountId"] != at.scope.account or row["status"] != "ACTIVE":
            continue
        package = row.get("packageVulnerabilityDetails")
        network = row.get("networkReachabilityDetails")
        code = row.get("codeVulnerabilityDetails")
        exploited = (row.get("exploitabilityDetails") or {}).get("lastKnownExploitAt")
        title = same(given(row, "title"))
        yield InspectorFinding(
            scope=at.scope,
            id=row["findingArn"],
            origin=at.origin,
            arn=row["findingArn"],
            name=same(package["vulnerabilityId"]) if package else title,
            tags=_NO_TAGS,
            type=same(row["type"]),
            severity=same(row["severity"]),
            title=title,
            first_observed_at=same(instant(row["firstObservedAt"])),
            last_observed_at=same(instant(row["lastObservedAt"])),
            inspector_score=same(given(row, "inspectorScore")),
            epss=same(given(row.get("epss") or {}, "score")),
            exploit_available=_same_said(same, row, "exploitAvailable"),
            last_known_exploit_at=same(instant(exploited)) if exploited else ABSENT,
            fix_available=_same_said(same, row, "fixAvailable"),
            package=same(_package(package)) if package else ABSENT,
            network=same(_network(network)) if network else ABSENT,
            code=_code(code) if code else ABSENT,
            resources=same(tuple(_affected(one) for one in row["resources"])),
        )


_NO_TAGS: Final[Mapping[str, str]] = {}


def _same_said(same: Callable[[str], str], row: Page, key: str) -> str | Unknown:
    said = row.get(key)
    return same(said) if said else _said(row, key)


def _said(row: Page, key: str) -> str | Unknown:
    return row.get(key) or unknown(Reason.NOT_COLLECTED, f"Inspector does not say {key} of this finding")


def _package(said: Page) -> PackageVulnerability:
    return PackageVulnerability(
        vulnerability_id=said["vulnerabilityId"],
        source=said.get("source", ""),
        cvss=tuple(
            Cvss(one["source"], one["version"], float(one["baseScore"]), one["scoringVector"])
            for one in said.get("cvss") or ()
        ),
        vulnerable_packages=tuple(
            VulnerablePackage(
                name=one["name"],
                version=one.get("version", ""),
                fixed_in_version=one.get("fixedInVersion", ""),
                package_manager=one.get("packageManager", ""),
                file_path=one.get("filePath", ""),
                remediation=one.get("remediation", ""),
            )
            for one in said.get("vulnerablePackages") or ()
        ),
    )


def _network(said: Page) -> NetworkReachability:
    return NetworkReachability(
        protocol=said["protocol"],
        port_from=said["openPortRange"]["begin"],
        port_to=said["openPortRange"]["end"],
        steps=tuple(
            PathStep(one["componentId"], one["componentType"], one.get("componentArn", ""))
            for one in (said.get("networkPath") or {}).get("steps") or ()
        ),
    )


def _code(said: Page) -> CodeVulnerability:
    place = said["filePath"]
    return CodeVulnerability(
        file_path=place["filePath"],
        start_line=place["startLine"],
        end_line=place["endLine"],
        detector_id=said["detectorId"],
        detector_name=said["detectorName"],
        cwes=tuple(said.get("cwes") or ()),
    )


def _affected(row: Page) -> AffectedResource:
    details: dict[str, Any] = row.get("details") or {}
    instance = details.get("awsEc2Instance") or {}
    image = details.get("awsEcrContainerImage") or {}
    function = details.get("awsLambdaFunction") or {}
    network = function.get("vpcConfig") or {}
    subnets = [instance["subnetId"]] if instance.get("subnetId") else network.get("subnetIds") or ()
    return AffectedResource(
        type=row["type"],
        id=row["id"],
        region=row.get("region", ""),
        image_id=instance.get("imageId", ""),
        vpc_id=instance.get("vpcId") or network.get("vpcId") or "",
        subnet_ids=tuple(subnets),
        security_group_ids=tuple(network.get("securityGroupIds") or ()),
        instance_profile_arn=instance.get("iamInstanceProfileArn", ""),
        execution_role_arn=function.get("executionRoleArn", ""),
        repository_name=image.get("repositoryName", ""),
        image_tags=tuple(image.get("imageTags") or ()),
        in_use_count=image.get("inUseCount"),
    )


def _coverage(pages: tuple[Page, ...], at: Place) -> Iterator[CoverageEntry]:
    for row in rows(pages, "coveredResources"):
        if row["accountId"] != at.scope.account:
            continue
        scan = row.get("scanStatus") or {}
        yield CoverageEntry(
            scope=at.scope,
            id=f"{row['resourceId']}/{row['scanType']}",
            origin=at.origin,
            arn=row["resourceId"] if row["resourceId"].startswith("arn:") else ABSENT,
            name=ABSENT,
            tags={},
            resource_type=row["resourceType"],
            resource_id=row["resourceId"],
            scan_type=row["scanType"],
            status_code=_said(scan, "statusCode"),
            reason=_said(scan, "reason"),
            scan_mode=given(row, "scanMode"),
            last_scanned_at=instant(row["lastScannedAt"]) if row.get("lastScannedAt") else ABSENT,
        )


READERS: Final = (
    Reader(
        service="inspector2",
        operation="BatchGetAccountStatus",
        actions=("inspector2:BatchGetAccountStatus",),
        yields=(InspectorStatus,),
        parse=_status,
    ),
    Reader(
        service="inspector2",
        operation="ListFindings",
        actions=("inspector2:ListFindings",),
        yields=(InspectorFinding,),
        parse=_findings,
        parent=InspectorStatus,
        request=_where_on(_active_findings),
    ),
    Reader(
        service="inspector2",
        operation="ListCoverage",
        actions=("inspector2:ListCoverage",),
        yields=(CoverageEntry,),
        parse=_coverage,
        parent=InspectorStatus,
        request=_where_on(_own_coverage),
    ),
)
