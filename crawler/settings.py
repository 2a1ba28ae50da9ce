"""Scrapy's settings for every crawl: a polite guest, no HTML parsed here, nothing listening, only http and https. A test holds each line to its reason."""

BOT_NAME = "loa"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spider_loader.SiteLoader"
ITEM_PIPELINES = {"crawler.keeping.KeepCapture": 100}


# The pace, robots.txt (RFC 9309), redirects, retries and outcomes are our own (crawler/visit.py): Scrapy's lose answers without a word.
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
    "http": "crawler.download.GuardedDownloadHandler",
    "https": "crawler.download.GuardedDownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "WARNING"
LOG_SHORT_NAMES = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
# Scrapy's own middlewares that do nothing here, since all that they do is done elsewhere or switched off above.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
EXTENSIONS = {"scrapy.extensions.logstats.LogStats": None, "scrapy.extensions.corestats.CoreStats": None, "scrapy.extensions.memusage.MemoryUsage": None}
