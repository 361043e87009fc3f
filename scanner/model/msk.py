"""MSK kinds: clusters of Apache Kafka, provisioned and serverless."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class MskCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster of Apache Kafka; its id is its ARN."""

    service: ClassVar[str] = "msk"
    noun: ClassVar[str] = "MSK cluster"

    state: Maybe[str]
    serverless: Maybe[bool]
    public: Maybe[bool]
    """Whether its brokers have public addresses."""
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    authentication: Maybe[tuple[str, ...]]
    """How clients sign in, of `iam`, `scram`, `tls`, `unauthenticated`."""
    client_encryption: Maybe[str | Absent]
    """`TLS`, `TLS_PLAINTEXT` or `PLAINTEXT`; absent for serverless clusters, which take TLS alone."""
    encrypted_inside: Maybe[bool]
    """Whether brokers speak TLS among themselves."""
    kms_key: Maybe[str | Absent]
