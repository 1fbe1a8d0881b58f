"""What blogs without news cost: `python -m benchmarks.second_visit`.

Printed for a site of each platform: the requests of a first run and of a second one at
once, and how many of the latter were conditional and answered 304.
"""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.end_to_end.corpus import Corpus
from tests.sites.platforms import sites, truth
from tests.sites.server import serve


def main() -> None:
    """Crawl all sites twice and print a line for each."""
    told = truth()
    table = Table("host", "platform", "posts", "1st visit", "2nd visit", "conditional", "304")
    with serve(sites()) as server, tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(folder=Path(folder), proxy=server.proxy, hosts=tuple(sorted(told))).write()
        corpus.verb("crawl", seconds=600)
        first = len(server.requests())
        corpus.verb("crawl", seconds=600)
        again = server.requests()[first:]
        for host, truth_of_host in sorted(told.items(), key=lambda item: item[1].platform):
            mine = [record for record in again if record.host == host]
            table.add_row(
                host,
                truth_of_host.platform,
                str(len(truth_of_host.posts)),
                str(sum(record.host == host for record in server.requests()[:first])),
                str(len(mine)),
                str(sum(record.conditional for record in mine)),
                str(sum(record.status == 304 for record in mine)),
            )
    console = Console(width=120)
    console.print(table)
    console.print(f"{len(again)} requests for {len(told)} blogs")


if __name__ == "__main__":
    main()
