from scanner import PASS, Fail, Severity, Skip, Undecided, Verdict, facts, rule
from scanner.model.inspector2 import CoverageEntry
from scanner.model.maybe import Reason, Why

_NOT_YET = {"PENDING_INITIAL_SCAN", "SCAN_IN_PROGRESS", "DEEP_INSPECTION_NO_INVENTORY"}


@rule("INSPECTOR-005", Severity.MEDIUM, controls=("inspector-resource-covered",))
def resource_not_scanned(
    entry: CoverageEntry, *, ignored: tuple[str, ...] = ("EC2_INSTANCE_STOPPED", "RESOURCE_TERMINATED")
) -> Verdict:
    """
    Amazon Inspector is on but does not scan this resource.

    A resource without findings looks clean, and one that is not scanned has none. The reason says what to do: let
    Systems Manager manage the instance, fix the permissions, choose a supported system, lengthen the scan duration of
    the repository. The option `ignored` lists reasons that are fine.

    ```evidence bad
    inspector2:BatchGetAccountStatus:
      accounts:
        - accountId: "123456789012"
          state: {status: ENABLED}
          resourceState:
            ec2: {status: ENABLED}
            ecr: {status: ENABLED}
      failedAccounts: []
    inspector2:ListCoverage:
      coveredResources:
        - resourceType: AWS_EC2_INSTANCE
          resourceId: i-0123456789abcdef0
          accountId: "123456789012"
          scanType: PACKAGE
          scanStatus: {statusCode: INACTIVE, reason: UNMANAGED_EC2_INSTANCE}
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
    inspector2:ListCoverage:
      coveredResources:
        - resourceType: AWS_EC2_INSTANCE
          resourceId: i-0123456789abcdef0
          accountId: "123456789012"
          scanType: PACKAGE
          scanStatus: {statusCode: ACTIVE, reason: SUCCESSFUL}
    ```
    """
    if entry.reason in ignored:
        return Skip(f"{entry.resource_id} is not scanned: {entry.reason}")
    if entry.reason in _NOT_YET:
        return Undecided(Why(Reason.NOT_COLLECTED, f"{entry.resource_id} is not scanned yet: {entry.reason}"))
    if entry.status_code == "ACTIVE":
        return PASS
    return Fail(
        f"{entry.resource_id} gets no {entry.scan_type} scan: {entry.reason}", facts("reason", f"{entry.reason}")
    )
