"""What a portal's articles repeat, learned from a sample of them.

A line is what one block of a page says, in its field: the innermost box with a class or an id, with
the boxes around it. Lines are kept as digests of twelve bytes: four for the field, eight for the
text. Marks among them tell which lines the reader takes for the text without a memory.

A line that articles with a text of their own have beside it is no text where it stands alone. A
line that nearly all of them have in the text is the template's if its field holds nothing else
there, unless these officials write by form. A line that articles have one day and not the next was
written by the template, wherever it stands.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pipelines.read.text.clean_text import fold

FIELD_SIZE = 4  # bytes
TEXT_SIZE = 8
LINE_SIZE = FIELD_SIZE + TEXT_SIZE
IN_TEXT = b"\0" * FIELD_SIZE  # the field of a mark: the text holds a line of these words
SEEN_AT = b"\xff" * FIELD_SIZE  # of a mark that each capture has alone
LEAST_ARTICLES = 5  # that teach anything together
LEAST_WITH_LINE = 3  # articles that have a line of the template
MOST_OWN = 0.1  # share of the articles that may say something of their own in a field of the portal
NEARLY_ALL = 0.8  # share of the articles
NEARLY_NONE = 0.05
NOT_FEW = 0.2  # share of the articles seen again: the same edit of fewer is the editors'
BY_FORM = 0.5  # share of repeated lines in the texts: these officials write by form
MOST_LINES = 1_000  # in a memory
ANYWHERE = b"a"  # comes and goes
AT_EDGES = b"e"  # may go where it begins or ends a text
ELSEWHERE = b"o"  # may go outside of the text only


@dataclass(frozen=True, slots=True)
class SampledArticle:
    """The lines of one article's page: those that all its captures have, and those that only some
    of them have.
    """

    always: frozenset[bytes]
    sometimes: frozenset[bytes] = frozenset()

    def seen_again(self, lines: frozenset[bytes]) -> "SampledArticle":
        """The article with one more capture. The order of captures makes no difference."""
        always = self.always & lines
        return SampledArticle(always, (self.sometimes | self.always | lines) - always)

    @property
    def lines(self) -> frozenset[bytes]:
        """All lines that the page has ever had."""
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

    def repeats_any(self, texts: Iterable[str]) -> bool:
        """Whether one of these paragraphs, or a line in them, may be the template's."""
        return bool(self.texts) and any(
            text_digest(said) in self.texts
            for text in texts
            for said in ((text, *text.split("\n")) if "\n" in text else (text,))
        )


NOTHING_KNOWN = PortalMemory()


def split_lines(written: bytes) -> frozenset[bytes]:
    """The digests that `lines_of` wrote one after another."""
    starts = range(0, len(written), LINE_SIZE)
    return frozenset(written[start : start + LINE_SIZE] for start in starts)


def joined_lines(lines: Iterable[bytes]) -> bytes:
    """Digests as `split_lines` reads them, in their order."""
    return b"".join(sorted(lines))


def bare(text: str) -> str:
    """A line without the dash of a list."""
    return text.lstrip("-*\u2022 ")


def text_digest(text: str) -> bytes:
    """The digest of what a line says, without case, marks and the dash of a list. Figures count:
    notices of one form may differ in nothing else.
    """
    plain = bare(fold(text))
    return blake2b(plain.encode("utf-8", "replace"), digest_size=TEXT_SIZE).digest()


@lru_cache(maxsize=64)
def memory_from(written: bytes) -> PortalMemory:
    """The memory that `learned_from` wrote; empty for no bytes."""
    kinds: dict[bytes, set[bytes]] = {ELSEWHERE: set(), AT_EDGES: set(), ANYWHERE: set()}
    for start in range(0, len(written), LINE_SIZE + 1):
        line = written[start : start + LINE_SIZE]
        kinds[written[start + LINE_SIZE : start + LINE_SIZE + 1]].add(line)
    sets = {kind: frozenset(lines) for kind, lines in kinds.items()}
    texts = frozenset(line[FIELD_SIZE:] for lines in kinds.values() for line in lines)
    return PortalMemory(sets[ELSEWHERE], sets[AT_EDGES], sets[ANYWHERE], texts)


def learned_from(sample: Iterable[SampledArticle]) -> bytes:
    """What these articles teach, as bytes that `memory_from` reads; at most 13 kB. The order of the
    articles makes no difference.
    """
    articles = _different(sample)
    if len(articles) < LEAST_ARTICLES:
        return b""
    counts = Counter(line for article in articles for line in article.lines)
    fields = frozenset() if _write_by_form(articles, counts) else _of_portal(articles, counts)
    kinds = {ANYWHERE: _fickle(articles, fields)}
    kinds[AT_EDGES] = _in_texts(articles, counts, fields) - kinds[ANYWHERE]
    kinds[ELSEWHERE] = _beside_texts(articles, counts) - kinds[ANYWHERE] - kinds[AT_EDGES]
    found = [
        line + kind
        for kind, lines in kinds.items()
        for line in sorted(lines, key=lambda line: (-counts[line], line))
    ]
    return b"".join(found[:MOST_LINES])


def _different(sample: Iterable[SampledArticle]) -> list[SampledArticle]:
    """The articles; of those whose pages say the same, only the one that changed most often."""
    found: dict[frozenset[bytes], SampledArticle] = {}
    for article in sample:
        said = frozenset(line for line in article.lines if not line.startswith(SEEN_AT))
        if said not in found or len(found[said].sometimes) < len(article.sometimes):
            found[said] = article
    return list(found.values())


def _words(line: bytes) -> bytes:
    """The mark that the text holds what a line says."""
    return IN_TEXT + line[FIELD_SIZE:]


def _is_mark(line: bytes) -> bool:
    return line.startswith((IN_TEXT, SEEN_AT))


def _says_its_own(article: SampledArticle, counts: Counter[bytes]) -> bool:
    return any(one.startswith(IN_TEXT) and counts[one] < LEAST_WITH_LINE for one in article.lines)


def _write_by_form(articles: Sequence[SampledArticle], counts: Counter[bytes]) -> bool:
    """Whether half of the lasting lines are repeated in texts that also say something of their own;
    also if no text does.
    """
    repeated = every = 0
    for article in articles:
        marks = [counts[line] for line in article.always if line.startswith(IN_TEXT)]
        own = sum(count < LEAST_WITH_LINE for count in marks)
        repeated += len(marks) - own if own else 0
        every += len(marks) if own else 0
    return repeated >= BY_FORM * every


def _of_portal(articles: Sequence[SampledArticle], counts: Counter[bytes]) -> frozenset[bytes]:
    """The fields in which texts say only what others say."""
    present, own = Counter[bytes](), Counter[bytes]()
    for article in articles:
        told = [line for line in article.lines if _words(line) in article.lines]
        present.update({line[:FIELD_SIZE] for line in told})
        news = (line for line in told if counts[_words(line)] < LEAST_WITH_LINE)
        own.update({line[:FIELD_SIZE] for line in news})
    return frozenset(
        field
        for field, count in present.items()
        if count >= LEAST_WITH_LINE and own[field] <= MOST_OWN * count and field != IN_TEXT
    )


def _beside_texts(articles: Sequence[SampledArticle], counts: Counter[bytes]) -> set[bytes]:
    """The lines that articles with a text of their own have beside it, and nearly none in it."""
    beside, inside = Counter[bytes](), Counter[bytes]()
    for article in articles:
        if _says_its_own(article, counts):
            lines = [line for line in article.lines if not _is_mark(line)]
            beside.update(lines)
            inside.update(line for line in lines if _words(line) in article.lines)
    return {
        line
        for line, count in beside.items()
        if count >= LEAST_WITH_LINE and inside[line] <= NEARLY_NONE * count
    }


def _in_texts(
    articles: Sequence[SampledArticle], counts: Counter[bytes], fields: frozenset[bytes]
) -> set[bytes]:
    """The lines in these fields of the portal that nearly all articles have in the text."""
    return {
        line
        for line, count in counts.items()
        if count >= NEARLY_ALL * len(articles)
        and line[:FIELD_SIZE] in fields
        and counts[_words(line)] >= NEARLY_ALL * count
    }


def _fickle(articles: Sequence[SampledArticle], of_portal: frozenset[bytes]) -> set[bytes]:
    """The lines that come and go on most of the articles that have them and were seen again.

    If a whole field comes and goes with them, and it is not one of the portal's, the portal has a
    new layout; and a line that also stands elsewhere has moved.
    """
    again = [article for article in articles if article.sometimes]
    comes = Counter[bytes]()
    for article in again:
        lasting = of_portal.union(line[:FIELD_SIZE] for line in article.always)
        stand = Counter(line[FIELD_SIZE:] for line in article.lines if not _is_mark(line))
        comes.update(
            line
            for line in article.sometimes
            if line[:FIELD_SIZE] in lasting and stand[line[FIELD_SIZE:]] == 1
        )
    stays = Counter(line for article in again for line in article.always)
    least = max(LEAST_WITH_LINE, NOT_FEW * len(again))
    return {
        line
        for line, count in comes.items()
        if count >= least and count >= NEARLY_ALL * (count + stays[line]) and not _is_mark(line)
    }
