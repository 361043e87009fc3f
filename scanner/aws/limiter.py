"""A limiter for each (account, region, service, operation), learned from AWS's own throttling.

AWS throttles per API, account and region with token buckets whose rates it does not publish for most services.
A limiter lets everything through until the first throttled answer; then it spaces calls at half of the rate seen
lately, and raises the rate slowly while answers come back unthrottled. botocore's standard retries stay below it: a
retry waits its turn here too.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

_WINDOW: Final = 2.0
"""Seconds over which the present rate is measured."""
_SLOWEST: Final = 1.0
"""Calls a second that are always let through."""
_GROWTH: Final = 1.05


class Limiter:
    """The pace of one operation in one account and region. Safe for use by many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self.throttles = 0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._sent: deque[float] = deque(maxlen=512)
        self._rate = float("inf")
        self._next = 0.0

    @property
    def rate(self) -> float:
        """Calls a second that are let through now; infinite until the first throttled answer."""
        return self._rate

    def wait(self) -> None:
        """Wait for this call's turn."""
        with self._lock:
            now = self._clock()
            turn = now if self._rate == float("inf") else max(now, self._next)
            self._next = turn + 1 / self._rate
            self._sent.append(turn)
        if turn > now:
            self._sleep(turn - now)

    def throttled(self) -> None:
        """Learn that AWS found this too fast. Answers to calls that were already on their way count once."""
        with self._lock:
            self.throttles += 1
            now = self._clock()
            if now < self._next - 1 / self._rate:
                return
            seen = sum(1 for sent in self._sent if now - _WINDOW < sent <= now) / _WINDOW
            self._rate = max(_SLOWEST, min(self._rate, seen) / 2)
            self._next = now + 1 / self._rate

    def passed(self) -> None:
        """Learn that an answer came back unthrottled."""
        with self._lock:
            self._rate *= _GROWTH


class Limiters:
    """All limiters of a run."""

    def __init__(self) -> None:
        self._all: defaultdict[tuple[str, str, str, str], Limiter] = defaultdict(Limiter)
        self._lock = threading.Lock()

    def of(self, account: str, region: str, service: str, operation: str) -> Limiter:
        """Return the limiter of this operation."""
        with self._lock:
            return self._all[(account, region, service, operation)]
