from collections.abc import Iterator

import pytest

from scanner.aws.embedded import EmbeddedAws, embedded_aws
from scanner.aws.embedded.account.clients import Aws


@pytest.fixture(scope="session")
def weak_aws() -> Iterator[Aws]:
    with embedded_aws() as running:
        yield Aws(running.endpoint_url)


@pytest.fixture(scope="session")
def empty_server() -> Iterator[EmbeddedAws]:
    with embedded_aws(seeded=False) as running:
        yield running


@pytest.fixture(scope="session")
def empty_aws(empty_server: EmbeddedAws) -> Aws:
    return Aws(empty_server.endpoint_url)
