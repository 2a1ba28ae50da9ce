"""What the trial of a site file showed, in words."""

from crawler.add.trial_report import told_losses, trial_report
from pipelines.read.trial import Losses, MendedFile
from portals.site import Site

SITE = Site(name="Xã Mẫu", url="http://xa-mau.example/", key="xa-mau")
URLS = tuple(f"http://xa-mau.example/tin-{n}" for n in range(5))


def test_losses_are_counted_in_words() -> None:
    losses = Losses(articles=URLS, pagers=URLS[:1], worse={URLS[0]: ["body"]}, named=20)
    assert told_losses(losses) == (
        "5 of the 20 articles that the pages name and the later pages of 1 listing"
        " and parts of 1 article"
    )


def test_a_file_without_losses_is_no_news() -> None:
    assert list(trial_report(MendedFile(SITE, Losses(named=20)))) == []


def test_each_mend_and_each_loss_that_is_left_is_a_line_that_says_what_to_do() -> None:
    left = Losses(articles=URLS, pagers=URLS[3:4], worse={URLS[0]: ["title", "body"]}, named=9)
    lines = list(trial_report(MendedFile(SITE, left, ("title",), URLS[:2], left)))
    assert len(lines) == 6
    aside, dropped, added, missed, walks, worse = lines
    assert "the file sets it aside" in aside
    assert "learned for title" in dropped
    assert f"{URLS[0]}, {URLS[1]}" in added
    assert f"{URLS[2]} and 2 more; add a listing" in missed
    assert walks.startswith("the later pages of 1 listing are not found")
    assert f"{URLS[3]}; name a sitemap" in walks
    assert worse.startswith(f"{URLS[0]}: reads worse with this file: title, body;")
