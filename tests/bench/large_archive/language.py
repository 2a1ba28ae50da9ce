"""Invented Vietnamese text, written fast: a million articles in some minutes.

Words follow Zipf's law and are mostly of two syllables. The frequent syllables are those of the
sample portals; behind them stands a long tail of rare ones, of names and of document numbers.
"""

from functools import cache
from itertools import accumulate
from random import Random

from tests.builders.invented_news import figure, name, syllables

WORDS = 30_000
BEGINNINGS = "b c ch d đ g gh h k kh l m n ng nh p ph qu r s t th tr v x"
RHYMES = """
    a ai am an ang anh ao ap at au ay ăm ăn âm ân âu e en eo ê ên ênh i iêm iên iêu im in inh o oa
    oan oang oi om on ong ô ôi ôm ôn ông ơ ơi ơn u ua ui um un ung uôi uông ư ưa ươi ương
"""


@cache
def _rare() -> list[str]:
    return [first + rhyme for first in BEGINNINGS.split() for rhyme in RHYMES.split()]


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words and their cumulative weights, the frequent ones first."""
    luck = Random(7)
    frequent, rare = syllables(), _rare()
    sizes = luck.choices((1, 2, 3), (25, 65, 10), k=WORDS)
    words = []
    for rank, size in enumerate(sizes):
        strange = 0.0 if rank < 4_000 else 0.3
        words.append(
            " ".join(
                luck.choice(rare) if luck.random() < strange else luck.choice(frequent)
                for _ in range(size)
            )
        )
    return words, list(accumulate(1 / (rank + 3) for rank in range(WORDS)))


@cache
def _names() -> list[str]:
    luck = Random(8)
    return [name(luck) for _ in range(40_000)]


@cache
def _figures() -> list[str]:
    luck = Random(9)
    papers = [f"{luck.randint(1, 4_000)}/QĐ-UBND" for _ in range(3_000)]
    return [figure(luck) for _ in range(12_000)] + papers


def person(luck: Random) -> str:
    """A person's name."""
    return luck.choice(_names())


class Writer:
    """Writes the sentences of one article: its subject has words and names of its own."""

    def __init__(self, luck: Random) -> None:
        self.luck = luck
        words, _ = vocabulary()
        self.own = luck.choices(words, k=20)
        self.names = luck.choices(_names(), k=luck.randint(2, 6))

    def tokens(self, syllables: int) -> list[str]:
        """Words, names and figures of about so many syllables."""
        luck = self.luck
        words, weights = vocabulary()
        told = luck.choices(words, cum_weights=weights, k=max(syllables * 5 // 9, 2))
        for place in range(luck.randint(1, 5), len(told), 6):
            kind = luck.random()
            if kind < 0.55:
                told[place] = luck.choice(self.own)
            elif kind < 0.8:
                told[place] = luck.choice(self.names)
            else:
                told[place] = luck.choice(_figures())
        # Words that stand in one article of a million: places, dialects, slips of the pen.
        for _ in range(syllables // 150):
            told[luck.randrange(len(told))] = f"{luck.choice(_rare())}{luck.choice(_rare())}"
        return told

    def sentence(self, syllables: int) -> str:
        """One sentence, without its full stop."""
        text = " ".join(self.tokens(syllables))
        return text[0].upper() + text[1:]

    def paragraphs(self, syllables: int) -> list[str]:
        """Paragraphs of some sentences each."""
        luck = self.luck
        told = self.tokens(syllables)
        found: list[str] = []
        place = 0
        while place < len(told):
            sentences = []
            for _ in range(luck.randint(2, 4)):
                length = luck.randint(5, 14)
                text = " ".join(told[place : place + length])
                place += length
                if text:
                    sentences.append(f"{text[0].upper()}{text[1:]}.")
            found.append(" ".join(sentences))
        return found
