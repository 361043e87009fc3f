"""One seeded AWS for all tests of this folder: they only read it."""

from collections.abc import Iterator

import pytest

from scanner.aws.embedded import EmbeddedAws, embedded_aws
from tests.faults import FaultyAws


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that share the server on one worker."""
    for item in items:
        if "tests/live/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("live"))


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    """The weak account of the demonstration."""
    with embedded_aws() as running:
        yield running


@pytest.fixture
def faulty(aws: EmbeddedAws) -> Iterator[FaultyAws]:
    """The same account behind a proxy that misbehaves on order."""
    with FaultyAws(aws.endpoint_url) as proxy:
        yield proxy


@pytest.fixture
def env(aws: EmbeddedAws) -> dict[str, str]:
    """An environment whose AWS is the embedded one."""
    return aws.environment()


@pytest.fixture
def faulty_env(aws: EmbeddedAws, faulty: FaultyAws) -> dict[str, str]:
    """An environment whose AWS is the misbehaving one; few retries, so that what fails for ever fails soon."""
    return aws.environment() | {"AWS_ENDPOINT_URL": faulty.endpoint_url, "AWS_MAX_ATTEMPTS": "2"}
