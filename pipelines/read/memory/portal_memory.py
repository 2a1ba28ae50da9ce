"""What a portal's articles repeat, worked out from a sample of them.

A line is what one block of a page says, in its field: the innermost box that the template names by
a class or an id. Lines are kept as digests of twelve bytes: four for the field, eight for the text.
A field that on nearly every article says only what other articles say is the portal's; one in which
nearly every article says something of its own is the record's. So a sentence that officials repeat
in their notices stays: its field holds the notices. A line that the same articles bear one day and
not the next was written by the template, wherever it stands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pipelines.read.text.clean_text import fold

FIELD_SIZE = 4  # bytes
TEXT_SIZE = 8
LINE_SIZE = FIELD_SIZE + TEXT_SIZE
LEAST_ARTICLES = 5  # that teach anything together
LEAST_BEARERS = 3  # articles that bear a line of the template
MOST_OWN = 0.1  # share of the articles that may say something of their own in a field of the portal
NEARLY_ALL = 0.8  # share of the articles
BY_FORM = 0.3  # share of repeated lines in the fields of texts: these officials write by form
MOST_LINES = 1_000  # in a memory: those on most articles
AT_EDGES = b"e"  # may go where it begins or ends a text
ANYWHERE = b"a"  # comes and goes
ELSEWHERE = b"o"  # may go outside of the text only


@dataclass(frozen=True, slots=True)
class SampledArticle:
    """The lines of one article's page: those that all its captures bear, and those that only some
    of them do.
    """

    always: frozenset[bytes]
    sometimes: frozenset[bytes] = frozenset()

    def seen_again(self, lines: frozenset[bytes]) -> "SampledArticle":
        """The article with one more capture. The order of captures makes no difference."""
        always = self.always & lines
        return SampledArticle(always, (self.sometimes | self.always | lines) - always)

    @property
    def lines(self) -> frozenset[bytes]:
        """All lines that the page has ever borne."""
        return self.always | self.sometimes


@dataclass(frozen=True, slots=True)
class PortalMemory:
    """The template's lines, by where they may be left out. `texts`: their texts, without fields."""

    elsewhere: frozenset[bytes] = frozenset()
    at_edges: frozenset[bytes] = frozenset()
    anywhere: frozenset[bytes] = frozenset()
    texts: frozenset[bytes] = frozenset()

    def __contains__(self, line: bytes) -> bool:
        return line in self.elsewhere or line in self.at_edges or line in self.anywhere


NOTHING_KNOWN = PortalMemory()


def split_lines(written: bytes) -> frozenset[bytes]:
    """The digests that `lines_of` wrote one after another."""
    starts = range(0, len(written), LINE_SIZE)
    return frozenset(written[start : start + LINE_SIZE] for start in starts)


def joined_lines(lines: Iterable[bytes]) -> bytes:
    """Digests as `split_lines` reads them, in their order."""
    return b"".join(sorted(lines))


def text_digest(text: str) -> bytes:
    """The digest of what a line says, without case, marks and the dash of a list. Figures count:
    notices of one form may differ in nothing else.
    """
    plain = fold(text).lstrip("-*\u2022 ")
    return blake2b(plain.encode("utf-8", "replace"), digest_size=TEXT_SIZE).digest()


@lru_cache(maxsize=64)
def recalled(written: bytes) -> PortalMemory:
    """The memory that `distilled` wrote; empty for no bytes."""
    kinds: dict[bytes, set[bytes]] = {ELSEWHERE: set(), AT_EDGES: set(), ANYWHERE: set()}
    for start in range(0, len(written), LINE_SIZE + 1):
        line = written[start : start + LINE_SIZE]
        kinds[written[start + LINE_SIZE : start + LINE_SIZE + 1]].add(line)
    sets = {kind: frozenset(lines) for kind, lines in kinds.items()}
    texts = frozenset(line[FIELD_SIZE:] for lines in kinds.values() for line in lines)
    return PortalMemory(sets[ELSEWHERE], sets[AT_EDGES], sets[ANYWHERE], texts)


def distilled(sample: Iterable[SampledArticle]) -> bytes:
    """What these articles teach, as bytes that `recalled` reads; at most 13 kB. Depends on nothing
    but the articles, in whatever order they come.
    """
    articles = list(sample)
    if len(articles) < LEAST_ARTICLES:
        return b""
    bearers = Counter(line for article in articles for line in article.lines)
    fields, by_form = _fields_of_the_portal(articles, bearers)
    fickle = _fickle(articles, frozenset() if by_form else fields)
    found = sorted(
        (-count, line)
        for line, count in bearers.items()
        if count >= LEAST_BEARERS and (line in fickle or line[:FIELD_SIZE] in fields)
    )
    written = b""
    for count, line in found[:MOST_LINES]:
        everywhere = -count >= NEARLY_ALL * len(articles) and not by_form
        kind = ANYWHERE if line in fickle else AT_EDGES if everywhere else ELSEWHERE
        written += line + kind
    return written


def _fields_of_the_portal(
    articles: Sequence[SampledArticle], bearers: Counter[bytes]
) -> tuple[frozenset[bytes], bool]:
    """(the fields in which the portal speaks, whether its texts repeat many lines themselves)."""
    borne: Counter[bytes] = Counter()
    own: Counter[bytes] = Counter()
    lines: dict[bytes, list[int]] = defaultdict(lambda: [0, 0])
    for article in articles:
        for field, counts in _by_field(article, bearers):
            borne[field] += 1
            own[field] += min(counts) < LEAST_BEARERS
            lines[field][0] += sum(count >= LEAST_BEARERS for count in counts)
            lines[field][1] += len(counts)
    fields = {
        field
        for field, count in borne.items()
        if count >= LEAST_BEARERS and own[field] <= MOST_OWN * count
    }
    texts = [lines[field] for field, count in borne.items() if 2 * own[field] >= count]
    repeated, every = (sum(pair[n] for pair in texts) for n in (0, 1))
    return frozenset(fields), repeated > BY_FORM * every


def _by_field(
    article: SampledArticle, bearers: Counter[bytes]
) -> Iterator[tuple[bytes, list[int]]]:
    counts: dict[bytes, list[int]] = defaultdict(list)
    for line in article.lines:
        counts[line[:FIELD_SIZE]].append(bearers[line])
    yield from counts.items()


def _fickle(articles: Sequence[SampledArticle], of_portal: frozenset[bytes]) -> frozenset[bytes]:
    """The lines that come and go on most of the articles that bear them and were seen to change.

    Where a whole field comes and goes with them, and it is not one of the portal's, the portal has
    a new layout; and a line that also stands elsewhere has moved.
    """
    changing = [article for article in articles if article.sometimes]
    comes: Counter[bytes] = Counter()
    for article in changing:
        lasting = of_portal.union(line[:FIELD_SIZE] for line in article.always)
        stand = Counter(line[FIELD_SIZE:] for line in article.lines)
        comes.update(
            line
            for line in article.sometimes
            if line[:FIELD_SIZE] in lasting and stand[line[FIELD_SIZE:]] == 1
        )
    stays = Counter(line for article in changing for line in article.always)
    return frozenset(
        line
        for line, count in comes.items()
        if count >= LEAST_BEARERS and count >= NEARLY_ALL * (count + stays[line])
    )
