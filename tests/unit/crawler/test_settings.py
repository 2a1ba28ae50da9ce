"""The settings that keep a crawl polite and safe; Scrapy's defaults suit scraping, not guests."""

import subprocess
import sys

import pytest
from scrapy.settings import Settings

from crawler.fetch.user_agent import user_agent

SETTINGS = Settings()
SETTINGS.setmodule("crawler.settings")

SAFE: dict[str, object] = {
    "ROBOTSTXT_OBEY": False,  # ours does: Scrapy's fetches on after a 503, which RFC 9309 forbids
    "REDIRECT_ENABLED": False,  # each redirect is its own capture, its target checked like any
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,  # the frontier retries, later
    "COOKIES_ENABLED": False,
    "COMPRESSION_ENABLED": False,  # a bomb must not go off in the process that fetches
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,  # a cut body is no body
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TELNETCONSOLE_ENABLED": False,  # nothing listens
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPCACHE_ENABLED": False,  # it keeps pickles
    "JOBDIR": None,  # it loses the queue at a SIGKILL, silently
    "FEEDS": {},
}


@pytest.mark.parametrize("name", SAFE)
def test_a_safety_setting_stands(name: str) -> None:
    assert SETTINGS.get(name) == SAFE[name]


def test_only_http_and_https_are_fetched() -> None:
    handlers = SETTINGS.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler is not None} == {
        "http",
        "https",
    }


def test_a_body_may_not_fill_the_memory() -> None:
    assert 10 << 20 <= SETTINGS.getint("DOWNLOAD_MAXSIZE") <= 64 << 20


def test_a_part_of_scrapy_that_does_nothing_here_is_not_even_loaded() -> None:
    components = ("EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES")
    loading = f"for name in {components}: settings.get_component_priority_dict_with_base(name)"
    program = (
        "from scrapy.settings import Settings; settings = Settings(); "
        f"settings.setmodule('crawler.settings')\n{loading}\nimport sys; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {
        "aiohttp",
        "scrapy.extensions.telnet",
        "scrapy.downloadermiddlewares.cookies",
    }.isdisjoint(loaded)


def test_the_user_agent_names_us_and_the_operator_on_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOA_CONTACT", "mailto:a@example.org\r\nX-Evil: 1")
    agent = user_agent()
    assert agent.startswith("loa/")
    assert "mailto:a@example.org X-Evil: 1" in agent
    assert "\n" not in agent
    assert "Mobile" not in agent  # NukeViet gives a phone another theme
    monkeypatch.delenv("LOA_CONTACT")
    assert "LOA_CONTACT" in user_agent()
