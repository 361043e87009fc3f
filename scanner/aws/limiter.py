"""A limiter for each (account, region, service, operation), learned from AWS's own throttling.

AWS throttles per API, account and region with token buckets whose rates it does not publish for most services.
A limiter lets everything through until the first throttled answer; then it paces calls at nine tenths of the rate at
which answers came back good, which is AWS's own rate once the bucket is empty, and raises that slowly. botocore's
standard retries stay below it: a retry waits its turn here too.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Final

from scanner.failures import THROTTLED

_WINDOW: Final = 2.0
"""Seconds over which good answers are counted."""
_CALM: Final = 1.0
"""Seconds after a slowdown in which more throttled answers say nothing new: their calls were on their way."""
_SLOWEST: Final = 1.0
"""Calls a second that are always let through."""
_GROWTH: Final = 0.05
"""By what part of itself the rate is raised in each second of good answers, and by half a call a second at least."""


class Limiter:
    """The pace of one operation in one account and region. Safe for use by many threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.throttles = 0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._good: deque[float] = deque(maxlen=1024)
        self._rate = float("inf")
        self._next = 0.0
        self._slowed = float("-inf")

    @property
    def rate(self) -> float:
        """Calls a second that are let through now; infinite until the first throttled answer."""
        return self._rate

    def wait(self) -> None:
        """Wait for this call's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + 1 / self._rate
        if turn > now:
            self._sleep(turn - now)

    def throttled(self) -> None:
        """Learn that AWS found this too fast."""
        with self._lock:
            self.throttles += 1
            now = self._clock()
            if now - self._slowed < _CALM:
                return
            self._slowed = now
            good = sum(1 for answered in self._good if answered > now - _WINDOW) / _WINDOW
            self._rate = max(_SLOWEST, 0.9 * min(self._rate, good))
            self._next = now + 1 / self._rate

    def passed(self) -> None:
        """Learn that an answer came back unthrottled."""
        with self._lock:
            self._good.append(self._clock())
            self._rate += max(_GROWTH, 0.5 / self._rate)


class Limiters:
    """All limiters of a run."""

    def __init__(self) -> None:
        self._all: defaultdict[tuple[str, str, str, str], Limiter] = defaultdict(Limiter)
        self._lock = threading.Lock()

    def of(self, account: str, region: str, service: str, operation: str) -> Limiter:
        """Return the limiter of this operation."""
        with self._lock:
            return self._all[(account, region, service, operation)]

    def pace(self, client: Any, account: str) -> None:
        """Let every request of this client, and every retry, wait its turn; and let the limiters see what is throttled."""
        service, region = client.meta.service_model.service_name, client.meta.region_name

        def before(request: Any, operation_name: str, **_: Any) -> None:  # noqa: ARG001 - botocore passes it by name
            self.of(account, region, service, operation_name).wait()

        def after(response: Any, operation: Any, **_: Any) -> None:
            code = "" if response is None else (response[1] or {}).get("Error", {}).get("Code", "")
            if code in THROTTLED:
                self.of(account, region, service, operation.name).throttled()

        client.meta.events.register_first("request-created", before)
        client.meta.events.register_first("needs-retry", after)
