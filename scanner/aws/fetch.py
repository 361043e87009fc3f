"""The fetch engine: makes the calls that a plan needs, side by side, and records every answer or failure as evidence."""

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Final

import msgspec

from scanner.aws.calls import call_once
from scanner.aws.session import MOST_THREADS, Session
from scanner.evidence import Answer, Evidence, Failure, Key
from scanner.plan import Plan, Step, read

Progress = Callable[[int, int], None]
"""Called with the calls done and the calls known so far."""


class _Work(msgspec.Struct, frozen=True):
    step: Step
    key: Key


def fetch(plan: Plan, sessions: Mapping[str, Session], evidence: Evidence, progress: Progress) -> None:
    """Make every call that the plan needs in the evidence's targets, and record what came back.

    A chain of calls (a listing, then the details of each row) goes on as soon as its own answer is there: no call
    waits for another resource's. A call that finally fails is recorded with its error; nothing is raised for it.
    """
    todo = deque(step for scope in evidence.targets for step in plan.roots(scope))
    running: dict[Future[Answer], _Work] = {}
    done = 0
    pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="fetch")
    try:
        while todo or running:
            while todo and len(running) < 4 * MOST_THREADS:
                step = todo.popleft()
                key = step.key
                if key is None or step.why is not None or key in evidence.answers:
                    todo.extend(_next(plan, step, evidence.answers.get(key) if key else None))
                    continue
                evidence.answers[key] = _PENDING
                session = sessions[step.scope.account]
                running[pool.submit(call_once, session, step)] = _Work(step, key)
            if not running:
                continue
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                work = running.pop(future)
                answer = _outcome(future)
                evidence.answers[work.key] = answer
                done += 1
                todo.extend(_next(plan, work.step, answer))
            progress(done, done + len(running) + len(todo))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(future: Future[Answer]) -> Answer:
    """Return the answer of a call. Whatever its client raised is a failure of that call, and of no other."""
    error = future.exception()
    if error is None:
        return future.result()
    return Answer((), complete=False, failure=Failure(type(error).__name__, " ".join(str(error).split())[:300]))


_PENDING: Final = Answer((), complete=False)


def _next(plan: Plan, step: Step, answer: Answer | None) -> list[Step]:
    result = read(step, answer)
    after = list(plan.follow(result.rows, step.scope))
    if result.gap is not None:
        after += plan.alternatives(step)
    return after


def now() -> datetime:
    """Return the present moment in UTC, whole seconds: the one clock of a live scan."""
    return datetime.now(UTC).replace(microsecond=0)
