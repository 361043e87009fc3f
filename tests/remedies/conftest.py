"""One empty AWS for all tests of this folder; each test has an account of its own in it."""

from collections.abc import Iterator

import pytest

from scanner.aws.embedded import EmbeddedAws, embedded_aws
from tests.faults import FaultyAws
from tests.remedies.sandbox import Sandbox


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    """An AWS without any resource."""
    with embedded_aws(seeded=False, managed_policies=False) as running:
        yield running


@pytest.fixture
def box(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, tmp_path) -> Sandbox:
    """An account of the test's own, whither all calls go."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Sandbox(aws.endpoint_url)


@pytest.fixture
def faulty(aws: EmbeddedAws, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyAws]:
    """The same AWS behind a proxy that misbehaves on order; the sandbox's own clients go past it."""
    with FaultyAws(aws.endpoint_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint_url)
        yield proxy
