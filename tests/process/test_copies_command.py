"""`loa copies` on the sample portals: it finds all copies between them, and nothing else."""

import json

from portals.sample import SamplePortals
from tests.builders.sample_world import World

# By eye, from portals/sample/content: each group by site and number, the first publisher first.
GROUPS = [
    [("songmai", 61), ("thachlam", 336)],  # cut short
    [("songmai", 49), ("anphu", 1226)],  # another title
    [("thachlam", 318), ("anphu", 1224)],  # another title
    [("songmai", 55), ("thachlam", 333)],  # another ending
    [("thachlam", 313), ("songmai", 64)],  # another word
    [("songmai", 60), ("thachlam", 331), ("anphu", 1228)],  # a paragraph less, a paragraph more
    [("anphu", 1204), ("songmai", 65)],  # the name of another district
    [("anphu", 1205), ("thachlam", 332)],  # word for word
]


def numbered(portals: SamplePortals) -> dict[str, tuple[str, int]]:
    """The stories of the portals by their addresses."""
    return {
        portals.urls[key].rstrip("/") + portals[key].address(story): (key, story.id)
        for key in portals.urls
        for story in portals[key].stories
    }


def test_the_copies_of_the_sample_portals(world: World) -> None:
    world.crawl(*world.portals.urls)
    told = [json.loads(line) for line in world.loa("copies", "--json").stdout.splitlines()]
    stories = numbered(world.portals)
    found = [[stories[copy["url"]] for copy in group["copies"]] for group in told]
    assert found == GROUPS
    for group in told:
        first, *later = group["copies"]
        assert group["first"] == group["compared_with"] == first["key"]
        assert (first["position"], first["altered"], first["days_later"]) == ("first", 0, 0)
        assert all(copy["position"] == "later" and copy["days_later"] > 0 for copy in later)
    *_, last = told
    assert (last["copies"][1]["words_added"], last["copies"][1]["words_removed"]) == (0, 0)

    of_site = world.loa("copies", "anphu").stdout
    assert of_site.count("compared with") == 5
    key = last["copies"][1]["key"]
    shown = world.loa("copies", key).stdout.splitlines()
    assert shown[0] == "Lớp học may khẩu trang của cô giáo mầm non (2 articles, 2 sites)"
    assert [line.split()[1:3] for line in shown[1:]] == [["anphu", "first"], ["00:30Z", "thachlam"]]
    assert "1 day later" in shown[2]
    assert "the same words" in shown[2]
    nothing = world.loa("copies", "khong-co")
    assert nothing.returncode == 2
    assert "no site and no article" in nothing.stderr
    assert world.loa("verify").returncode == 0


def test_articles_that_wait_are_compared_before_they_are_shown(world: World) -> None:
    world.crawl("anphu", "thachlam")
    for table in ("copies", "copy_groups", "likenesses", "sketch_keys", "sketches"):
        world.write(f"delete from {table}")
    world.write("delete from sketched_articles")
    world.write("insert into uncompared select id from articles")
    lines = world.loa("copies", "--most", "1").stdout.splitlines()
    assert len(lines) == 3
    assert world.value("select count(*) from uncompared") == 0
