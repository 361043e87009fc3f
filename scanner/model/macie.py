"""Amazon Macie kinds: whether it is on, and how sensitive it finds the data of buckets (Amazon Macie API Reference)."""

from typing import ClassVar

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.s3 import Bucket


class MacieSession(Facet, frozen=True, kw_only=True, eq=False):
    """Whether Macie is on in a region: ENABLED or PAUSED; absent where it is off (GetMacieSession)."""

    of: ClassVar[type[Resource]] = AccountRegion

    status: Maybe[str | Absent]


class BucketSensitivity(Facet, frozen=True, kw_only=True, eq=False):
    """How sensitive Macie finds what a bucket holds (DescribeBuckets). Unknown where Macie is off or does not see it."""

    of: ClassVar[type[Resource]] = Bucket

    score: Maybe[int | Absent]
    """From 1 (not sensitive) over 50 (not analyzed yet) to 100 (sensitive); -1 if the analysis failed; absent where
    automated discovery is off."""
    objects: Maybe[int | Absent]
