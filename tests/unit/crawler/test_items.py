"""Where a Scrapy user looks for the item."""

import re
from dataclasses import fields

import crawler.items
from crawler.items import Capture


def test_the_item_is_explained_field_by_field() -> None:
    explained = re.findall(r"^    (\w+)  ", crawler.items.__doc__ or "", re.MULTILINE)
    assert explained == [field.name for field in fields(Capture)]
