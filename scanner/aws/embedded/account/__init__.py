"""Harbour Books: a deliberately weak but realistic account over two Regions, created through AWS's own APIs.

All dates are relative to the moment of seeding, so that what is too old stays too old.
"""

from scanner.aws.embedded.account.advisor import seed_trusted_advisor
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.compute import seed_archive_compute, seed_compute
from scanner.aws.embedded.account.credential_report import seed_credential_report
from scanner.aws.embedded.account.detection import (
    seed_config,
    seed_guardduty,
    seed_macie,
    seed_security_hub,
)
from scanner.aws.embedded.account.identity import seed_identity
from scanner.aws.embedded.account.inspector import seed_access_analyzer, seed_inspector
from scanner.aws.embedded.account.network import seed_archive_network, seed_network
from scanner.aws.embedded.account.services import seed_keys, seed_services, seed_settings, seed_trail
from scanner.aws.embedded.account.storage import seed_storage


def seed(endpoint_url: str) -> None:
    """Create the account in the embedded AWS at this address; it must be empty. Takes a few seconds."""
    aws = Aws(endpoint_url)
    seed_identity(aws)
    seed_credential_report(aws)
    key_arn = seed_keys(aws)
    seed_settings(aws)
    seed_storage(aws, key_arn)
    seed_trail(aws)
    network = seed_network(aws)
    compute = seed_compute(aws, network, key_arn)
    seed_services(aws, network, compute)
    seed_archive_compute(aws, seed_archive_network(aws))
    seed_inspector(aws, network, compute)
    seed_access_analyzer(aws)
    seed_trusted_advisor(aws, network, compute)
    seed_security_hub(aws, network, compute)
    seed_guardduty(aws, compute)
    seed_config(aws, network, compute)
    seed_macie(aws)
