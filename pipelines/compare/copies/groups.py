"""Which texts make a group of copies: copies of copies belong together.

A text that holds another one, at most half as long, joins the other's group, unless it holds texts
of several groups: a round-up belongs to each of them and joins none with another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MUCH_LONGER = 2  # a text so many times as long as another holds it, and is no version of it


@dataclass(frozen=True, slots=True)
class TextGroup:
    """Texts, as numbers of sketches. `round_ups` hold one of `texts` among others."""

    texts: frozenset[int]
    round_ups: frozenset[int]


def text_groups(words: Mapping[int, int], pairs: Iterable[tuple[int, int]]) -> list[TextGroup]:
    """The groups that pairs of copies make; every text is in one at least, perhaps alone.

    `words`: the length of each text. The result depends on no order.
    """
    above = {text: text for text in words}
    holds: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        short, long = sorted((one, other), key=lambda text: (words[text], text))
        if words[long] > MUCH_LONGER * words[short]:
            holds[long].add(short)
        else:
            _join(above, one, other)
    held_by_group: dict[int, set[int]] = defaultdict(set)
    for long, shorts in holds.items():
        held_by_group[_top(above, long)] |= shorts
    longest: dict[int, tuple[int, int]] = {}
    for text, count in words.items():
        top = _top(above, text)
        longest[top] = max(longest.get(top, (0, 0)), (count, text))
    round_ups: dict[int, set[int]] = {}  # the tops of groups that hold several others
    for top in sorted(held_by_group, key=longest.__getitem__):
        held = {_top(above, text) for text in held_by_group[top]} - {_top(above, top)}
        if len(held) == 1:
            _join(above, top, held.pop())
        elif held:
            round_ups[top] = held_by_group[top]
    return _gathered(above, words, round_ups)


def _gathered(
    above: dict[int, int], words: Mapping[int, int], round_ups: Mapping[int, set[int]]
) -> list[TextGroup]:
    groups: dict[int, set[int]] = defaultdict(set)
    for text in words:
        groups[_top(above, text)].add(text)
    guests: dict[int, set[int]] = defaultdict(set)
    for top, held in round_ups.items():
        own = _top(above, top)
        for host in {_top(above, text) for text in held} - {own}:
            guests[host] |= groups[own]
    return [
        TextGroup(frozenset(texts), frozenset(guests[top] - texts)) for top, texts in groups.items()
    ]


def _top(above: dict[int, int], text: int) -> int:
    while above[text] != text:
        above[text] = above[above[text]]
        text = above[text]
    return text


def _join(above: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_top(above, one), _top(above, other)))
    above[high] = low
