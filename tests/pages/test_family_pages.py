"""Frozen pages, our own, in the markup of families that we read about but did not measure.

Expectations are what a careful reader finds on each.
"""

import tomllib
from urllib.parse import urlsplit

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from portals.platform import Fingerprint, platforms
from portals.site import Site
from tests.pages.test_pages import FAMILIES as MEASURED_FAMILIES
from tests.pages.test_pages import PAGES, expected_of, of_reading, reading_of

# Every family that has a file, but for the one that stands for none and those of test_pages.py.
FAMILIES = tuple(key for key in platforms() if key not in {"generic", *MEASURED_FAMILIES})
FOLDERS = sorted(
    path.parent.relative_to(PAGES).as_posix()
    for path in PAGES.glob("*/*/page.toml")
    if path.parent.parent.name in FAMILIES
)
OTHERS = sorted(
    path.parent.relative_to(PAGES).as_posix()
    for path in PAGES.glob("*/*/page.toml")
    if path.parent.parent.name not in FAMILIES
)
TELL_THEMSELVES = [
    folder for folder in FOLDERS if platforms()[folder.partition("/")[0]].detect != Fingerprint()
]


def reading_where_the_site_is(folder: str, platform: str | None) -> Reading:
    told = tomllib.loads((PAGES / folder / "page.toml").read_text(encoding="utf-8"))
    parts = urlsplit(told["url"])
    site = Site(
        name="Cổng thử nghiệm",
        url=f"{parts.scheme}://{parts.netloc}/",
        key="frozen",
        platform=platform,
    )
    return read(
        Task(
            Capture(
                "frozen",
                told["url"],
                told["fetched_at"],
                200,
                (("Content-Type", "text/html; charset=utf-8"),),
                (PAGES / folder / "page.html").read_bytes(),
            ),
            site,
        )
    )


@pytest.mark.parametrize(
    ("folder", "field"), [(folder, field) for folder in FOLDERS for field in expected_of(folder)]
)
def test_a_frozen_page_is_read_as_a_person_reads_it(folder: str, field: str) -> None:
    assert of_reading(reading_of(folder), field) == expected_of(folder)[field]


@pytest.mark.parametrize("folder", TELL_THEMSELVES)
def test_a_page_tells_its_family_where_nothing_is_known_of_its_site(folder: str) -> None:
    assert reading_where_the_site_is(folder, None).platform == folder.partition("/")[0]


@pytest.mark.parametrize("folder", TELL_THEMSELVES)
@pytest.mark.parametrize("said", ["nukeviet", "wordpress", "sharepoint-lacviet"])
def test_a_page_of_another_family_than_its_sites_tells_so_unless_its_signs_are_broad(
    folder: str, said: str
) -> None:
    family = platforms()[folder.partition("/")[0]]
    assert reading_where_the_site_is(folder, said).platform == (
        said if family.detect.broad else family.key
    )


@pytest.mark.parametrize("folder", OTHERS)
def test_no_page_of_another_family_is_taken_for_one_of_these_but_by_broad_signs(
    folder: str,
) -> None:
    platform = reading_where_the_site_is(folder, None).platform
    assert platform not in FAMILIES or platforms()[platform].detect.broad


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_an_article_and_a_listing_to_show(family: str) -> None:
    kinds = {expected_of(folder)["kind"] for folder in FOLDERS if folder.startswith(f"{family}/")}
    assert {"article", "listing"} <= kinds
