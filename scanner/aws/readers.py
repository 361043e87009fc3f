"""Every reader there is, in the order in which a scan makes their calls."""

from typing import Final

from scanner.aws import account, ec2, gateways, iam, s3, security_group, transit, vpc
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
)
