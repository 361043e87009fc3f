"""The limiter finds AWS's rate: hardly a call is throttled, and little time is lost."""

import pytest

from scanner.aws.limiter import Limiter


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def run(calls: int, rate: float, burst: int, latency: float = 0.002) -> tuple[int, float]:
    """Make calls against a token bucket, one after another; return (throttled answers, seconds)."""
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)
    tokens, at, throttled, good = float(burst), 0.0, 0, 0
    while good < calls:
        limiter.wait()
        clock.now += latency
        tokens, at = min(burst, tokens + (clock.now - at) * rate), clock.now
        if tokens >= 1:
            tokens -= 1
            good += 1
            limiter.passed()
        else:
            throttled += 1
            limiter.throttled()
            clock.now += 0.5
    return throttled, clock.now


@pytest.mark.parametrize("rate, burst", [(20, 100), (5, 10), (100, 100), (3, 3)])
def test_it_settles_near_the_rate_of_the_bucket(rate, burst):
    calls = 20 * rate + burst
    throttled, seconds = run(calls, rate, burst)
    assert seconds < 1.35 * (calls - burst) / rate
    assert throttled < calls / 20 + 10


def test_nothing_waits_before_the_first_throttled_answer():
    throttled, seconds = run(90, 20, 100)
    assert throttled == 0
    assert seconds == pytest.approx(90 * 0.002)


def test_a_stream_of_throttled_answers_never_stops_the_calls():
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)
    for _ in range(100):
        limiter.throttled()
        clock.now += 2
    assert limiter.rate >= 1
