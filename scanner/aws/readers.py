"""Every reader there is, in the order in which a scan makes their calls."""

from typing import Final

from scanner.aws import account, iam, s3
from scanner.reader import Reader

READERS: Final[tuple[Reader, ...]] = (*s3.READERS, *account.READERS, *iam.READERS)
