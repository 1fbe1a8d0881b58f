"""The charts of a report as Vega-Lite; what draws them is code that goes into the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from pipelines.dataset.overview import LENGTH_STEP, LONGEST, Overview, Tally

#: Bars of a chart; the rest is one bar more.
_MOST_BARS = 14
_BAR = 22
_HEIGHT = 190
#: Counts have no halves.
_WHOLE = alt.Axis(tickMinStep=1, format=",d")
#: What of the libraries the page calls.
_CALLED = "window.vegaEmbed = vegaEmbed;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart, and what its table says instead."""

    id: str
    title: str
    #: What it leaves out or puts together; may be empty.
    note: str
    #: Headings of the names and of the counts.
    columns: tuple[str, str]
    rows: Sequence[tuple[str, int]]
    spec: dict[str, Any]


def code() -> str:
    """The code that draws charts: Vega, Vega-Lite and Vega-Embed, of one fixed version."""
    return vl_convert.javascript_bundle(_CALLED)


def charts(counted: Overview) -> Iterable[Chart]:
    """The charts that have something to show."""
    made = [
        _months(counted),
        _lengths(counted),
        _bars("reasons", "Why pages are not published", ("Reason", "Pages"), counted.reasons),
        _bars("languages", "Languages of posts", ("Language", "Posts"), counted.languages),
        _bars("platforms", "What sites are made with", ("Platform", "Posts"), counted.platforms),
        _bars("permissions", "Permission", ("Tier", "Posts"), counted.permissions),
        _bars("splits", "Splits", ("Split", "Posts"), counted.splits),
        _bars("former", "Former versions", ("Ended by", "Versions"), counted.former),
    ]
    return [chart for chart in made if chart.rows]


def _months(counted: Overview) -> Chart:
    values = [{"name": month, "count": count} for month, count in counted.months]
    spec = _spec(
        _drawn(values)
        .encode(
            x=alt.X("utcyearmonth(name):T", title=None),
            y=alt.Y("count:Q", title="Posts", axis=_WHOLE),
            tooltip=[
                alt.Tooltip("utcyearmonth(name):T", title="Month", format="%B %Y"),
                alt.Tooltip("count:Q", title="Posts", format=","),
            ],
        )
        .properties(width="container", height=_HEIGHT)
    )
    undated = counted.undated
    return Chart(
        id="months",
        title="Posts by month of publication",
        note=f"{undated:,} posts without a date are left out." if undated else "",
        columns=("Month", "Posts"),
        rows=counted.months,
        spec=spec,
    )


def _lengths(counted: Overview) -> Chart:
    values = [
        {"name": _range(first), "first": first, "last": first + LENGTH_STEP, "count": count}
        for first, count in counted.lengths
    ]
    words = alt.X(
        "first:Q",
        title="Words",
        axis=alt.Axis(format=",d", tickCount=6),
        bin=alt.BinParams(binned=True),
        scale=alt.Scale(zero=True),
    )
    posts = alt.Y("count:Q", title="Posts", axis=_WHOLE)
    tooltip = [
        alt.Tooltip("name:N", title="Words"),
        alt.Tooltip("count:Q", title="Posts", format=","),
    ]
    drawn = _drawn(values).encode(x=words, x2="last:Q", y=posts, tooltip=tooltip)
    return Chart(
        id="lengths",
        title="Words of a post",
        note=f"The last bar holds all posts of {LONGEST} words or more.",
        columns=("Words", "Posts"),
        rows=[(_range(first), count) for first, count in counted.lengths],
        spec=_spec(drawn.properties(width="container", height=_HEIGHT)),
    )


def _range(first: int) -> str:
    return f"{first} or more" if first == LONGEST else f"{first} to {first + LENGTH_STEP - 1}"


def _bars(id_: str, title: str, columns: tuple[str, str], tally: Tally) -> Chart:
    shown = list(tally[:_MOST_BARS])
    rest = tally[_MOST_BARS:]
    if rest:
        shown.append((f"{len(rest)} others", sum(count for _, count in rest)))
    values = [{"name": name, "count": count} for name, count in shown]
    spec = _spec(
        _drawn(values)
        .encode(
            x=alt.X("count:Q", title=columns[1], axis=_WHOLE),
            y=alt.Y("name:N", title=None, sort=None),
            tooltip=[
                alt.Tooltip("name:N", title=columns[0]),
                alt.Tooltip("count:Q", title=columns[1], format=","),
            ],
        )
        .properties(width="container", height=_BAR * len(shown))
    )
    note = f"The table has the {len(rest)} that are one bar here." if rest else ""
    return Chart(id=id_, title=title, note=note, columns=columns, rows=tally, spec=spec)


def _drawn(values: list[dict[str, Any]]) -> Any:
    data: Any = alt.InlineData(values=values)
    return alt.Chart(data).mark_bar()


def _spec(chart: Any) -> dict[str, Any]:
    """The chart as plain values, without the looks: the page has those, light and dark."""
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("config", None)
    spec.pop("$schema", None)
    return spec
