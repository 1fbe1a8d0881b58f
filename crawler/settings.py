"""Scrapy's settings: each that differs from Scrapy's default, with its reason.

What a user may change (pace, contact, limits) is in corpus.toml; the spider lays it
over these.
"""

from crawler.policy.permission import PRODUCT_TOKEN

BOT_NAME = "therapy-corpus"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who we are. Contact page and mailbox are added from corpus.toml. robots.txt is matched
# with the bare token, since a whole User-Agent also matches groups named like a word of
# its URL.
USER_AGENT = PRODUCT_TOKEN
ROBOTSTXT_USER_AGENT = PRODUCT_TOKEN

# Permission. Scrapy's middleware reads a robots.txt that answered 503 as "all allowed"
# and keeps it for ever; ours asks the frontier and fails closed.
ROBOTSTXT_OBEY = True
DOWNLOADER_MIDDLEWARES = {
    # It takes half a gzip stream for the whole page.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.codings.CodingsMiddleware": 590,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "crawler.middlewares.permission.PermissionMiddleware": 100,
}
ITEM_PIPELINES = {"crawler.archiver.Archiver": 100}

# Listeners that run code which they are sent, on by default since Scrapy 2.19 and 1.0.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
# Being off, they would still be loaded, and a web server with one of them.
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}

# What a site can do to us.
COOKIES_ENABLED = False  # a cookie bomb makes the next request 2 MB long
REFERER_ENABLED = False  # nobody needs to know which page led us here
REFERRER_POLICY = "no-referrer"
DOWNLOAD_VERIFY_CERTIFICATES = True  # the default accepts any certificate
DOWNLOAD_HANDLERS = {  # http(s) only, and header lines within limits
    "http": "crawler.middlewares.handler.BoundedHandler",
    "https": "crawler.middlewares.handler.BoundedHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
TWISTED_DNS_RESOLVER = "crawler.middlewares.addresses.GuardedResolver"  # public ones only
HTTPPROXY_ENABLED = False  # what a proxy dials for us, nobody would judge
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bounds bombs too; the default is 1 GiB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30  # seconds for a whole answer; the default is 180
REDIRECT_ENABLED = False  # where a redirect leads waits its turn, at its own host's pace
METAREFRESH_ENABLED = False  # a page may not send us elsewhere
MEMUSAGE_LIMIT_MB = 1024  # stop cleanly and go on in the next run; the default is no limit

# The frontier decides what is asked, how often and when again.
RETRY_ENABLED = False
HTTPERROR_ALLOW_ALL = True
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
HTTPCACHE_ENABLED = False

# Pace. The frontier keeps it for each host, across runs and kills; a second delay here
# would only make the two drift apart.
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False

# What a page costs. An answer is one item at most, and Scrapy starts as many tasks for each
# answer as this says; what these would do, the frontier does, or nobody asks for.
CONCURRENT_ITEMS = 1
LOG_FORMATTER = "crawler.talk.Quiet"
DOWNLOADER_STATS = False
SPIDER_MIDDLEWARES = dict.fromkeys(
    f"scrapy.spidermiddlewares.{name}"
    for name in (
        "start.StartSpiderMiddleware",
        "httperror.HttpErrorMiddleware",
        "urllength.UrlLengthMiddleware",
        "depth.DepthMiddleware",
        "metacopy.MetaCopyDetectionMiddleware",
    )
)

LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
