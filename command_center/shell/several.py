"""A ``map`` over all processors, for what is long and falls into parts that can be judged apart."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from os import cpu_count

from command_center.domain.log_portion import Portion, Walked
from command_center.domain.verifying import Spread


@contextmanager
def several() -> Iterator[Spread]:
    """Give a ``map`` that keeps order and reads no further ahead than the processors keep up, so memory stays flat."""
    processors = cpu_count() or 1

    def spread(walk: Callable[[Portion], Walked], portions: Iterable[Portion]) -> Iterator[Walked]:
        waiting: deque[Future[Walked]] = deque()
        for portion in portions:
            waiting.append(pool.submit(walk, portion))
            if len(waiting) > 2 * processors:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    with ProcessPoolExecutor(processors) as pool:
        yield spread
