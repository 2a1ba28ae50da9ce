"""The round: how many articles a visit looks at because their last look is the oldest. Pure
arithmetic, no clock.

In 58 days the round comes to all articles, so half of the last looks are always of the last
thirty days. By their own days alone, old articles have their turn ever more rarely, and all at once
if they were found at once.
"""

from datetime import datetime, timedelta
from math import ceil

A_DAY = timedelta(days=1)
ROUND = timedelta(days=58)
# Where a visit would take more than a daily visit of so many articles, the round is longer: a fifth
# more looks than by the articles' own days, which are ninety days apart in the end.
LARGE = 1_500
LARGE_ROUND = timedelta(days=75)
# No visit takes more. A very large site, or one that is seldom visited, has a longer round still.
MOST_A_VISIT = 250
# A file of an article is looked at again within so many days; where there are more than one for six
# articles, in proportion later.
FILES_ROUND = timedelta(days=88)
ARTICLES_A_FILE = 6
# A visit requests at most a fifth more than the listings, feeds and sitemaps that visits used to.
MORE = 5


def round_of(articles: int, interval: timedelta) -> timedelta:
    """How long one round takes with a visit in each interval: no article waits longer for a look,
    except until the next visit.
    """
    large = articles * interval > LARGE * A_DAY
    return max(LARGE_ROUND if large else ROUND, interval * ceil(articles / MOST_A_VISIT))


def owed(articles: int, lasts: timedelta, since: datetime, at: datetime) -> tuple[int, datetime]:
    """How many articles the round takes at `at`, and up to when it is then paid.

    `lasts`: the time of a round; `since`: up to when it was paid before. What is owed beyond
    MOST_A_VISIT is forgiven.
    """
    if articles < 1 or at <= since:
        return 0, min(since, at)
    count = int((at - since) / lasts * articles)
    if count >= MOST_A_VISIT:
        return MOST_A_VISIT, at
    return count, since + lasts * count / articles


def files_round(articles: int, files: int) -> timedelta:
    """Within which time each file of the articles is looked at again."""
    return FILES_ROUND * max(1.0, ARTICLES_A_FILE * files / max(articles, 1))


def looks_to_spare(listings: int, resting: int, owed_already: int, since: timedelta) -> int:
    """How many more articles a visit may look at which requests so many listings, feeds and
    sitemaps, spares so many that rest, and must look at so many articles anyway.

    `since`: the time since the last visit; what a day allows is spread over hourly visits.
    """
    spare = (listings + resting) // MORE + resting - owed_already
    return max(0, ceil(spare * min(1.0, since / A_DAY)))
