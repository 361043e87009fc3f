"""Where findings stand in the files of a repository."""

import posixpath

from reports.entries import FindingEntry, OriginEntry, Report


def place_of(finding: FindingEntry) -> OriginEntry | None:
    """Return the most telling place in a file: that of the facts rather than of the resource."""
    return next((origin for origin in reversed(finding.origins) if origin.file and origin.address), None)


def in_repository(report: Report, origin: OriginEntry) -> str:
    """Return the path of a file from the root of its repository, with forward slashes."""
    return posixpath.normpath(posixpath.join(report.source.root, origin.file))


def is_open(finding: FindingEntry) -> bool:
    """Whether a finding is one to act on: it fails, is not waived, and no change has fixed it."""
    return finding.status == "fail" and finding.waiver is None and finding.delta != "fixed"


def is_doubtful(finding: FindingEntry) -> bool:
    """Whether a finding could not be decided, and nobody accepts that."""
    return finding.status in ("undecided", "crashed") and finding.gap != "accepted"
