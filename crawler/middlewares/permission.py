"""The last gate before the wire: no request leaves without its origin's permission."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.frontier import Frontier
from crawler.policy.permission import is_allowed_by_robots
from pipelines.core.model import Kind
from pipelines.core.reasons import Reason
from pipelines.core.urls import canonical, origin_of


class PermissionMiddleware:
    """Drops each request that robots.txt does not allow, whoever made it.

    Args:
        crawler: Its spider owns the frontier, where the answers of robots.txt lie.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PermissionMiddleware":
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let `request` pass or drop it.

        Raises:
            IgnoreRequest: It is not allowed.
        """
        if request.meta.get("kind") == Kind.ROBOTS:
            return
        frontier: Frontier = self._crawler.spider.frontier  # type: ignore[union-attr]
        lease = request.meta.get("lease")
        is_known = lease is not None and lease.url == request.url
        url = request.url if is_known else canonical(request.url)
        if not is_allowed_by_robots(url, frontier.notices_of(origin_of(url)).robots):
            message = f"{Reason.PERMISSION_ROBOTS}: robots.txt does not allow {url}"
            raise IgnoreRequest(message)
