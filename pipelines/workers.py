"""Has the shares of sites done by killable processes, a large site in parts."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pipelines.core.errors import CorpusError
from pipelines.engines.local import Fault, Limits, run
from pipelines.shares import WHOLE, Made, Maker, Parted, Share
from pipelines.site import workers_of


def make(maker: Maker, waiting: Iterable[Share], told_of: Callable[[int, Made], None]) -> Made:
    """Make the documents of sites in killable processes.

    Args:
        maker: What the workers do.
        waiting: The first shares of sites.
        told_of: Is told now and then how many captures are read and what came of them.

    Returns:
        What came of all.

    Raises:
        CorpusError: A site cannot be stored, or its documents cannot be made.
    """
    queue = _Queue(waiting)
    limits = Limits(
        seconds=maker.recipe.extract.seconds,
        memory_mib=maker.recipe.extract.memory_mib,
        of_parts=True,
    )
    workers = workers_of(maker.config)
    total = Made()

    def begun(share: Share, place: int) -> None:
        if place != WHOLE:
            queue.began(share)
            told_of(queue.read + sum(queue.under_way.values()), total)

    for share, result in run(maker, queue, workers=workers, limits=limits, begun=begun):
        total += queue.ended(share, result)
        told_of(queue.read + sum(queue.under_way.values()), total)
    return total


class _Queue:
    """The shares that wait, in which a site is put together when its parts are done."""

    def __init__(self, waiting: Iterable[Share]) -> None:
        self._waiting = iter(waiting)
        self._next: deque[Share] = deque()
        #: Of sites whose parts are being done, the share that puts them together, and how many
        #: parts are left.
        self._last: dict[str, Share] = {}
        self._left: Counter[str] = Counter()
        #: Captures that were read, and those of shares that are being done.
        self.read = 0
        self.under_way: dict[tuple[str, int], int] = {}

    def __iter__(self) -> Iterator[Share]:
        return self

    def __next__(self) -> Share:
        return self._next.popleft() if self._next else next(self._waiting)

    def began(self, share: Share) -> None:
        """Note that a capture of a share is being read, so the one before it is done."""
        key = share.site, share.number
        self.under_way[key] = self.under_way.get(key, -1) + 1

    def ended(self, share: Share, result: Made | Parted | CorpusError | Fault) -> Made:
        """Note what came of a share, and what there is to do then."""
        self.under_way.pop((share.site, share.number), None)
        if isinstance(result, CorpusError):
            raise result
        if isinstance(result, Fault):
            self._next.append(_again(share, result))
            return Made()
        if isinstance(result, Parted):
            *parts, self._last[share.site] = result.parts(share)
            self._left[share.site] = len(parts)
            self._next.extend(parts)
            return Made()
        self.read += share.captures
        if not share.is_last:
            self._left[share.site] -= 1
            if not self._left[share.site]:
                self._next.append(self._last.pop(share.site))
        return result


def _again(share: Share, fault: Fault) -> Share:
    """The share without the capture on which its worker was lost.

    Raises:
        CorpusError: It was lost on the site as a whole.
    """
    if fault.part is None or fault.part == WHOLE:
        message = (
            f"the documents of {share.site} cannot be made ({fault.detail}); what was published "
            "before is as it was: take the blog off the list, or report this."
        )
        raise CorpusError(message)
    lost = replace(fault, part=None)
    return replace(share, faults={**share.faults, fault.part: lost})
