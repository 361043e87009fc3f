"""What AWS's error codes mean to us: one table for live calls and recorded ones."""

from typing import Final

from scanner.model.maybe import Reason

THROTTLED: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""The codes that botocore's standard retry mode takes for throttling."""

_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthorizationError",
        "Forbidden",
        "NotAuthorized",
        "OperationNotPermittedException",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
        "403",
    }
)
_REGION_OFF: Final = frozenset({"AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"})
"""What services answer in a region that is not enabled for the account (the credentials themselves were checked before)."""
_SUBSCRIPTION: Final = frozenset({"SubscriptionRequiredException"})


def reason_of(code: str) -> Reason:
    """Return what an error code means where the reader gives it no meaning of its own."""
    if code in _DENIED or "AccessDenied" in code or "Unauthorized" in code:
        return Reason.DENIED
    if code in THROTTLED:
        return Reason.THROTTLED
    if code in _SUBSCRIPTION:
        return Reason.NOT_SUBSCRIBED
    if code in _REGION_OFF:
        return Reason.NOT_ENABLED
    return Reason.FAILED
