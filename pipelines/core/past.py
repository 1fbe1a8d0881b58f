"""What the archive and the state know of the past of a site's pages."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pipelines.core import absences, state
from pipelines.core.model import CaptureRef
from pipelines.core.standing import Standing
from pipelines.core.state import FormerRow, LedgerRow
from pipelines.core.versions import Absence, Span, spans

#: When which capture stood for a page, in order.
Course: TypeAlias = Sequence[tuple[Span, CaptureRef]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The pages of a site that were other ones before, or are gone; by URL.

    Of what its site refuses now there is no past: nothing of it may be published.
    """

    courses: Mapping[str, Course] = field(default_factory=dict)
    #: The captures that are not the newest of a page that is there, the newest first.
    former: Mapping[str, Sequence[FormerRow]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        connection: sqlite3.Connection,
        site: str,
        newest: Sequence[LedgerRow],
        told: Mapping[str, Standing],
    ) -> "Past":
        """The past of the pages of a site.

        Args:
            connection: The state.
            site: Which one.
            newest: The newest capture of each of its pages.
            told: The standing of each, by URL.
        """
        older: defaultdict[str, list[FormerRow]] = defaultdict(list)
        for earlier in state.former_pages(connection, site):
            older[earlier.url].append(earlier)
        away = absences.of_site(connection, site)
        courses: dict[str, Course] = {}
        former: dict[str, Sequence[FormerRow]] = {}
        for row in newest:
            reason = told[row.url].reason
            if reason and reason.part == "permission":
                continue
            if not (reason or row.url in older or row.url in away):
                continue
            rows: list[LedgerRow] = [row, *older[row.url]]
            courses[row.url] = _course(rows, away.get(row.url, []), is_gone=reason is not None)
            former[row.url] = [_former(one) for one in (rows if reason else rows[1:])]
        return cls(courses=courses, former=former)


def _course(rows: Sequence[LedgerRow], away: Sequence[Absence], *, is_gone: bool) -> Course:
    """The spans of a page's captures, which come the newest first."""
    times = [absence for absence in away if absence.until is not None or is_gone]
    if is_gone and all(absence.until is not None for absence in times):
        # Nobody noted when it went, so it is not told to have been there any longer.
        times.append(Absence(since=rows[0].fetched_at, until=None))
    in_order = list(reversed(rows))
    found = spans([row.fetched_at for row in in_order], times)
    return [(span, in_order[span.capture].ref) for span in found]


def _former(row: LedgerRow) -> FormerRow:
    return FormerRow(url=row.url, via=row.via, fetched_at=row.fetched_at, ref=row.ref)
