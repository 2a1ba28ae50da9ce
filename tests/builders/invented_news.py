"""Vietnamese news of invented words, as many texts as a test wants, and ways to edit a text.

Words follow Zipf's law, are mostly of two syllables, and come in set phrases, as in the language of
offices; every text has a subject with words, names and figures of its own. The syllables are those
of the sample portals.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý")
SENTENCE = (8, 26)  # words
WORDS, PHRASES = 9_000, 900


@cache
def syllables() -> tuple[str, ...]:
    """The syllables of the sample portals' texts."""
    folder = files("portals.sample") / "content"
    text = " ".join(one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith("toml"))
    return tuple(sorted(set(re.findall(r"\b[a-zà-ỹđ]{2,7}\b", text)) - {"slug", "text", "lead"}))


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 3) for rank in range(count)))


@cache
def _language() -> tuple[list[str], list[float], list[str], list[float]]:
    """Words and set phrases, each with cumulative weights."""
    luck = Random(1)
    told = syllables()
    sizes = luck.choices((1, 2, 3), (25, 65, 10), k=WORDS)
    words = [" ".join(luck.choices(told, k=size)) for size in sizes]
    weights = _zipf(WORDS)
    phrases = [
        " ".join(luck.choices(words, cum_weights=weights, k=luck.randint(2, 5)))
        for _ in range(PHRASES)
    ]
    return words, weights, phrases, _zipf(PHRASES)


@dataclass(frozen=True, slots=True)
class News:
    """An invented text: its title, and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"


def news(seed: int, words: int | None = None) -> News:
    """An invented text of about so many syllables; about as long as news are if None."""
    luck = Random(seed)
    subject = _Subject(luck)
    wanted = words or min(max(int(luck.lognormvariate(5.5, 0.7)), 40), 3_000)
    paragraphs: list[str] = []
    count = 0
    while count < wanted:
        text = " ".join(subject.sentence() for _ in range(luck.randint(2, 5)))
        count += text.count(" ") + 1
        paragraphs.append(text)
    return News(subject.sentence()[:-1], tuple(paragraphs))


class _Subject:
    def __init__(self, luck: Random) -> None:
        self.luck = luck
        vocabulary, *_ = _language()
        self.own = luck.choices(vocabulary, k=25)
        self.names = [name(luck) for _ in range(luck.randint(2, 6))]

    def sentence(self) -> str:
        luck = self.luck
        words, weights, phrases, phrase_weights = _language()
        parts: list[str] = []
        count, wanted = 0, luck.randint(*SENTENCE)
        while count < wanted:
            kind = luck.random()
            if kind < 0.7:
                part = luck.choices(words, cum_weights=weights)[0]
            elif kind < 0.84:
                part = luck.choice(self.own)
            elif kind < 0.88:
                part = luck.choices(phrases, cum_weights=phrase_weights)[0]
            elif kind < 0.94:
                part = luck.choice(self.names)
            else:
                part = figure(luck)
            parts.append(part)
            count += part.count(" ") + 1
        told = " ".join(parts)
        return f"{told[0].upper()}{told[1:]}."


def name(luck: Random) -> str:
    """A person's or place's name."""
    return " ".join(
        [luck.choice(FAMILIES), *(one.capitalize() for one in luck.choices(syllables(), k=2))]
    )


def figure(luck: Random) -> str:
    """A number, a day, an amount or a share."""
    kind = luck.randrange(4)
    if kind == 0:
        return f"{luck.randint(1, 28)}/{luck.randint(1, 12)}/{luck.randint(2015, 2025)}"
    if kind == 1:
        return f"{luck.randint(1, 99)},{luck.randint(1, 9)}%"
    return str(luck.randint(2, 9_999 if kind == 2 else 60))


Edit = Callable[[News, float, Random], News]


def _by_words(change: Callable[[list[str], float, Random], list[str]]) -> Edit:
    def edit(text: News, share: float, luck: Random) -> News:
        return News(
            text.title,
            tuple(" ".join(change(one.split(), share, luck)) for one in text.paragraphs),
        )

    return edit


def _other_words(luck: Random) -> list[str]:
    return news(luck.randrange(10**9), 60).body.split()


def _replaced(words: list[str], share: float, luck: Random) -> list[str]:
    others = _other_words(luck)
    return [luck.choice(others) if luck.random() < share else word for word in words]


def _deleted(words: list[str], share: float, luck: Random) -> list[str]:
    return [word for word in words if luck.random() >= share] or words[:1]


def _inserted(words: list[str], share: float, luck: Random) -> list[str]:
    others = _other_words(luck)
    # `share` of the words of the result are new.
    rate = share / (1 - share)
    pairs = ((luck.choice(others), word) if luck.random() < rate else (word,) for word in words)
    return [word for pair in pairs for word in pair]


def _moved(text: News, share: float, luck: Random) -> News:
    paragraphs = list(text.paragraphs)
    for _ in range(max(1, round(share * len(paragraphs)))):
        paragraphs.insert(
            luck.randrange(len(paragraphs)), paragraphs.pop(luck.randrange(len(paragraphs)))
        )
    return News(text.title, tuple(paragraphs))


def _truncated(text: News, share: float, luck: Random) -> News:
    words = text.body.split(" ")
    return News(text.title, tuple(" ".join(words[: round(len(words) * (1 - share))]).split("\n\n")))


def _wrapped(text: News, share: float, luck: Random) -> News:
    count = text.body.count(" ") + 1
    around = news(luck.randrange(10**9), max(round(count * share / (1 - share)), 1))
    half = len(around.paragraphs) // 2
    return News(
        around.title,
        (*around.paragraphs[:half], *text.paragraphs, *around.paragraphs[half:]),
    )


EDITS: dict[str, Edit] = {
    "replaced": _by_words(_replaced),
    "deleted": _by_words(_deleted),
    "inserted": _by_words(_inserted),
    "moved": _moved,
    "truncated": _truncated,
    "wrapped": _wrapped,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form of notices: texts with gaps, one a line, `{figure}` or `{name}`."""

    title: str
    paragraphs: Sequence[str]

    def filled(self, luck: Random) -> News:
        return News(_filled(self.title, luck), tuple(_filled(one, luck) for one in self.paragraphs))


def _filled(text: str, luck: Random) -> str:
    text = re.sub(r"\{figure\}", lambda _: figure(luck), text)
    return re.sub(r"\{name\}", lambda _: name(luck), text)


def form(seed: int, *, words: int, gaps: Sequence[str], printed: int = 0) -> Form:
    """A form of about so many syllables with these gaps (`figure`, `name`), and with `printed`
    figures and names that are always the same.
    """
    luck = Random(seed)
    text = news(seed, words)
    paragraphs = [re.sub(r"\S*\d\S*", "", one) for one in text.paragraphs]
    fillings = [*(f"{{{gap}}}" for gap in gaps), *(figure(luck) for _ in range(printed))]
    for filling in fillings:
        at = luck.randrange(len(paragraphs))
        words_here = paragraphs[at].split()
        words_here.insert(luck.randint(1, len(words_here)), filling)
        paragraphs[at] = " ".join(words_here)
    return Form(text.title, paragraphs)
