"""Cases read ahead by threads, handed over in order."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from samb.errors import CaseError
from samb.types import Case, Content


def read_ahead(cases: Sequence[Case], workers: int) -> Iterator[Content | CaseError]:
    """Every case's content, or with why it cannot be read, in the given order."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting: deque[Future[Content | CaseError]] = deque()
        coming = iter(cases)
        while True:
            while len(waiting) <= workers and (case := next(coming, None)) is not None:
                waiting.append(pool.submit(_read, case))
            if not waiting:
                return
            yield waiting.popleft().result()


def _read(case: Case) -> Content | CaseError:
    try:
        return case.read()
    except CaseError as error:
        return error
