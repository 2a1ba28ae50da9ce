"""Scrapy's settings for every crawl: be polite, parse no HTML, listen on nothing, http(s) only.

A test gives the reason for each line.
"""

from portals.defaults import DEFAULTS

BOT_NAME = "loa"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spider_loader.SiteLoader"
ITEM_PIPELINES = {"crawler.item_pipelines.KeepCapture": 100}

# Pace, robots.txt (RFC 9309), redirects, retries and outcomes are our own (crawler/visit): Scrapy's
# silently lose answers.
ROBOTSTXT_OBEY = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
COOKIES_ENABLED = False
COMPRESSION_ENABLED = False  # bytes are kept as they came; a worker with limits inflates them
HTTPERROR_ALLOW_ALL = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 64
CONCURRENT_ITEMS = 1  # an answer gives one item; Scrapy starts this many tasks for each
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0

DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 32 << 20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.download_handler.GuardedDownloadHandler",
    "https": "crawler.fetch.download_handler.GuardedDownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "WARNING"
LOG_SHORT_NAMES = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": DEFAULTS.accept_language,
    "Accept-Encoding": "gzip, deflate",
}
# Only these four of Scrapy's own parts do anything here. We replace its lists of default parts
# instead of overriding them with None: Scrapy would load each part, with its libraries, only to
# leave it out.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
