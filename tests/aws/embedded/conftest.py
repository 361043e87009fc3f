from collections.abc import Iterator

import pytest

from scanner.aws.embedded import embedded_aws
from scanner.aws.embedded.account.clients import Aws


@pytest.fixture(scope="session")
def weak_aws() -> Iterator[Aws]:
    with embedded_aws() as running:
        yield Aws(running.endpoint_url)


@pytest.fixture(scope="session")
def empty_aws() -> Iterator[Aws]:
    with embedded_aws(seeded=False) as running:
        yield Aws(running.endpoint_url)
