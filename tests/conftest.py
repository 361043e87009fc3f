"""Tests of a system part that is absent are skipped by name; CASEMATE_REQUIRE names the parts that must be there."""

import os
from collections.abc import Generator

import pytest

REQUIRED = tuple(os.environ.get("CASEMATE_REQUIRE", "").split())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test that was skipped for want of a required part into a failure."""
    report = yield
    if report.skipped and any(part in str(report.longrepr) for part in REQUIRED):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CASEMATE_REQUIRE says it must run: {report.longrepr}"
    return report
