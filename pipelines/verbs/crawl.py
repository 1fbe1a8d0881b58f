"""Crawls the listed blogs, on this machine or on a cluster, and tells how it went."""

from contextlib import closing

from pipelines import engines
from pipelines.core import state, survey
from pipelines.core.config import Config, check_identity
from pipelines.core.errors import BlogsFailed, ConfigError
from pipelines.core.watch import Watch
from pipelines.verbs import crawl_cluster, crawler_process


def crawl(config: Config, watch: Watch, lock_descriptor: int) -> None:
    """Crawl the listed blogs; what is archived is committed page by page.

    Args:
        config: Whose `[crawl]` section rules.
        watch: Who looks on.
        lock_descriptor: The corpus' lock, which the crawler inherits.

    Raises:
        ConfigError: Nobody says who crawls, or there is no list of blogs.
        CrawlError: The crawler stopped before its work was done.
    """
    _check(config)
    watch.begin("crawling", None)
    with closing(state.connect(config.corpus)) as connection:

        def show() -> bool:
            answered, failed, waiting = survey.run_counts(connection)
            watch.advance(answered, answered + waiting, f"{failed} failed, {waiting} waiting")
            return True

        if config.crawl.engine == "ray":
            crawl_cluster.crawl(config, connection, show, lock_descriptor)
        else:
            crawler_process.work(config.file, config.corpus, lock_descriptor, show, is_bucket=False)
        show()
    watch.end()


def raise_for_failed_blogs(config: Config) -> None:
    """End with exit code 3 if some blogs could not be crawled.

    Raises:
        BlogsFailed: With the blogs and their reasons.
    """
    connection = state.connect(config.corpus)
    failed = survey.failed_blogs(connection)
    connection.close()
    if failed:
        lines = "\n".join(f"  {blog.url}: {blog.why}" for blog in failed)
        noun = "blog" if len(failed) == 1 else "blogs"
        message = (
            f"Done, but {len(failed)} {noun} failed and will be tried again by the next run:\n"
            f"{lines}"
        )
        raise BlogsFailed(message)


def _check(config: Config) -> None:
    check_identity(config)
    engines.check(config.file, "crawl.engine", config.crawl.engine)
    if not config.blogs.is_file():
        message = (
            f"{config.file}: corpus.blogs names {config.blogs}, which is not there; write that "
            "list, a URL a line."
        )
        raise ConfigError(message)
