"""Every reader there is, in the order in which a scan makes their calls."""

from typing import Final

from scanner.aws import (
    accessanalyzer,
    account,
    ec2,
    gateways,
    iam,
    inspector2,
    organizations,
    s3,
    security_group,
    transit,
    trustedadvisor,
    vpc,
)
from scanner.reader import Reader

READERS: Final[tuple[Reader, ...]] = (
    *s3.READERS,
    *account.READERS,
    *iam.READERS,
    *ec2.READERS,
    *vpc.READERS,
    *security_group.READERS,
    *gateways.READERS,
    *transit.READERS,
    *accessanalyzer.READERS,
    *inspector2.READERS,
    *organizations.READERS,
    *trustedadvisor.READERS,
)
