"""A site file is a spider: `scrapy list` lists the sites, `scrapy crawl KEY` visits one."""

import builtins
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from portals.site import load_sites, sites_to_visit


class SiteLoader:
    """Finds spiders in the folders of site files, as `loa crawl` does."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Scrapy calls this to make the loader."""
        return cls()

    def load(self, spider_name: str) -> type[Spider]:
        """The spider for a site's key. Raises KeyError for an unknown key, as Scrapy expects."""
        # Imports the reactor's modules, which `scrapy list` does not need.
        from crawler.spiders.by_name import NamedSpider

        if spider_name not in load_sites():
            raise KeyError(f"{spider_name}: no site file has this name; `scrapy list` shows them")
        return type("NamedSpider", (NamedSpider,), {"name": spider_name})

    def list(self) -> builtins.list[str]:
        """The keys of all sites that a crawl of all visits."""
        return sorted(sites_to_visit())

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The keys of the sites that a request's host belongs to."""
        from pipelines.read.addresses.canonical import same_site

        return [key for key, site in load_sites().items() if same_site(request.url, site.all_hosts)]
