"""What to try where a question finds nothing: other spellings, fewer words, fewer limits."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from sqlite3 import Connection

from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.reach import matching, reached, titled
from pipelines.keep.search.texts import texts_of
from pipelines.search.expression import match
from pipelines.search.marks import folded, words_of
from pipelines.search.question import Question, Term
from pipelines.search.rank import rank
from pipelines.search.slips import edits, halves, keys_of_telex, keys_of_vni, sounds
from pipelines.search.spellings import any_spelling
from pipelines.search.wanted import folded_word, wanted_of
from pipelines.search.wording import reworded

MOST_CHECKED = 8  # words of a question that are checked for slips
MOST_SLIPS = 3  # of one question
SHORTEST = 3  # letters; a shorter word is one slip away from too many
LONGEST = 30  # letters; each more makes 54 more words that are one slip away
READ = 40  # articles that tell which spelling is meant
NEAR = 50  # articles among which the nearest is sought
LONG = 4  # words; of fewer, the rarest are kept
MOST_PAIRED = 30  # words that are looked for side by side
COMMON = 1_000  # articles; words of more are common alike

Groups = tuple[tuple[Term, ...], ...]


class Kind(StrEnum):
    """What is other in a question to try."""

    SPELLING = "spelling"
    FEWER_WORDS = "fewer-words"
    NO_FILTERS = "no-filters"
    ANY_MARKS = "any-marks"
    ANY_FIELD = "any-field"
    NOTHING_EXCLUDED = "nothing-excluded"


@dataclass(frozen=True, slots=True)
class Try:
    """A question that finds something. `without`: the words that it leaves out."""

    kind: Kind
    asked: Asked
    without: tuple[str, ...] = ()

    @property
    def is_near(self) -> bool:
        """Whether its hits are worth showing at once: the reader meant it, or most of it."""
        return self.kind in (Kind.SPELLING, Kind.FEWER_WORDS)


def instead(db: Connection, asked: Asked) -> Iterator[Try]:
    """Questions that find something, where this one finds nothing. First those with fewer limits;
    if there are none, another spelling, or fewer words.
    """
    any_found = False
    for kind, other in _fewer_limits(asked):
        if _finds(db, other):
            any_found = True
            yield Try(kind, other)
    question = asked.question
    if any_found or not question.groups:
        return
    keyed = _typed_in_keys(db, question)
    if keyed and _finds(db, replace(asked, question=keyed)):
        yield Try(Kind.SPELLING, replace(asked, question=keyed))
        return
    question = keyed or question
    spelled = _spelled(db, question)
    if spelled and _finds(db, replace(asked, question=spelled)):
        yield Try(Kind.SPELLING, replace(asked, question=spelled))
        return
    fewer = _most_words(db, asked, spelled or question)
    if fewer is not None:
        yield fewer


def _fewer_limits(asked: Asked) -> Iterator[tuple[Kind, Asked]]:
    question = asked.question
    if question.groups and (question.has_filters or asked.filters != Filters()):
        open_ = reworded(question, sites=(), excluded_sites=(), since=None, before=None)
        yield Kind.NO_FILTERS, replace(asked, question=open_, filters=Filters())
    if question.excluded:
        yield Kind.NOTHING_EXCLUDED, replace(asked, question=reworded(question, excluded=()))
    if any(map(_is_several, question.terms)):
        groups = tuple(apart for group in question.groups for apart in _unquoted(group))
        yield Kind.ANY_MARKS, replace(asked, question=reworded(question, groups=groups))
    if any(term.column for term in question.terms):
        groups = _each(question, lambda term: replace(term, column=None))
        yield Kind.ANY_FIELD, replace(asked, question=reworded(question, groups=groups))


def _each(question: Question, change: Callable[[Term], Term]) -> Groups:
    return tuple(tuple(map(change, group)) for group in question.groups)


def _unquoted(group: tuple[Term, ...]) -> Groups:
    """A phrase as words that need not stand together; alternatives without their quotes."""
    if len(group) == 1:
        return tuple(
            (replace(group[0], text=word, is_quoted=False),) for word in words_of(group[0].text)
        )
    return (tuple(replace(term, is_quoted=False) for term in group),)


def _is_several(term: Term) -> bool:
    """Whether words must stand together, or their marks are meant: in quotes, 15/NQ-HĐND."""
    return term.is_quoted or len(words_of(term.text)) > 1


def _finds(db: Connection, asked: Asked) -> bool:
    return bool(reached(db, asked).articles)


def _typed_in_keys(db: Connection, question: Question) -> Question | None:
    """The question with all words that are keys of an input method as these type them. Whoever had
    it off typed every word so: that is one slip.
    """
    groups = tuple(_of_keys(db, group) if _is_word(group) else group for group in question.groups)
    return reworded(question, groups=groups) if groups != question.groups else None


def _of_keys(db: Connection, group: tuple[Term, ...]) -> tuple[Term, ...]:
    """A word as its keys type it, where the archive has only that word."""
    (term,) = group
    meant = [one for one in (keys_of_telex(term.text), keys_of_vni(term.text)) if one]
    if not meant or _stands(db, (group,)):
        return group
    typed = ((replace(term, text=one),) for one in meant)
    return next((one for one in typed if _stands(db, (one,))), group)


def _spelled(db: Connection, question: Question) -> Question | None:
    """The question with words spelled so that it finds something, None if no slip explains it."""
    groups = question.groups
    single = [place for place, group in enumerate(groups) if _is_word(group)][:MOST_CHECKED]
    unknown = [place for place in single if not _stands(db, (groups[place],))]
    if len(unknown) > MOST_SLIPS:
        return None
    if unknown:
        mended = _with_slips(db, groups, unknown)
        return reworded(question, groups=mended) if mended != groups else None
    for place in single:
        others = [one for one in range(len(groups)) if one != place]
        if others and (spelled := _respelled(db, groups, place, others, is_word=True)):
            return reworded(question, groups=spelled)
    return None


def _with_slips(db: Connection, groups: Groups, unknown: list[int]) -> Groups:
    """The groups with another spelling of each unknown word that a slip explains."""
    is_known = [place not in unknown for place in range(len(groups))]
    place = 0
    while place < len(groups):
        known = [one for one, is_so in enumerate(is_known) if is_so]
        spelled = None if is_known[place] else _respelled(db, groups, place, known)
        if spelled is None:
            place += 1
        else:  # one word may have become two
            is_known[place : place + 1] = [True] * (len(spelled) - len(groups) + 1)
            groups = spelled
    return groups


def _is_word(group: tuple[Term, ...]) -> bool:
    return len(group) == 1 and not group[0].is_quoted and len(words_of(group[0].text)) == 1


def _stands(db: Connection, groups: Groups) -> bool:
    return bool(matching(db, match(Question("", groups)), 1))


def _respelled(
    db: Connection, groups: Groups, place: int, known: Iterable[int], *, is_word: bool = False
) -> Groups | None:
    """The groups with another spelling of one word, so that it stands with the known ones.

    `is_word`: the archive has the word as typed; then each word beside it must bear the other out.
    """
    (term,) = groups[place]
    if len(term.text) > LONGEST:
        return None
    rest = tuple(groups[one] for one in known if one != place)

    def finds(text: str) -> bool:
        return _stands(db, ((replace(term, text=text),), *rest))

    meant = (f"{one} {other}" for one, other in halves(folded(term.text)))
    found = next((one for one in meant if finds(one)), None)
    if found is None:
        beside = {groups[one][0].text.lower() for one in (place - 1, place + 1) if one in known}
        found = _neighbour(db, term, rest, beside, len(beside) if is_word else min(1, len(beside)))
    if found is None:
        return None
    split = tuple((replace(term, text=part),) for part in found.split())
    return (*groups[:place], *split, *groups[place + 1 :])


def _neighbour(
    db: Connection, term: Term, rest: Groups, beside: set[str], least: int
) -> str | None:
    """The word one slip away that stands beside the words that it was typed beside, at `least` so
    many of them, in most articles, best of all as they were typed.
    """
    if len(term.text) < SHORTEST:
        return None
    typed = folded(term.text)
    near = {*edits(typed), *sounds(typed)}
    wanted = f"({' OR '.join(any_spelling(one) for one in sorted(near) if one)})"
    if term.column:
        wanted = f"({{{term.column}}} : {wanted})"
    expression = match(Question("", rest), wanted)
    counts: dict[str, list[int]] = {}
    met: dict[str, set[str]] = {}
    folds = {folded_word(one) for one in beside}
    for texts in texts_of(db, matching(db, expression, READ)).values():
        words = words_of(" ".join(text for text in texts.values() if text).lower())
        for word, company in _standing(words, near):
            count = counts.setdefault(word, [0, 0, 0])
            count[0] += bool(company & beside)
            around = {folded_word(one) for one in company} & folds
            met.setdefault(word, set()).update(around)
            count[1] += bool(around)
            count[2] += 1
    likely = [word for word in counts if len(met[word]) >= min(least, len(folds))]
    return max(likely, key=lambda word: counts[word], default=None)


def _standing(words: list[str], near: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Each different word of a text that is one of `near`, with those that stand beside it."""
    company: dict[str, set[str]] = {}
    for place, word in enumerate(words):
        if folded_word(word) in near:
            around = {*words[max(0, place - 1) : place], *words[place + 1 : place + 2]}
            company.setdefault(word, set()).update(around)
    yield from company.items()


def _most_words(db: Connection, asked: Asked, question: Question) -> Try | None:
    """The question with those words that some article has together."""
    groups = question.groups
    if len(groups) < 2:
        return None
    kept = _words_of_nearest(db, question) if len(groups) >= LONG else []
    kept = kept or _rare_words(db, groups)
    left = tuple(
        " OR ".join(term.text for term in group)
        for place, group in enumerate(groups)
        if place not in kept
    )
    some = tuple(groups[place] for place in sorted(kept))
    other = replace(asked, question=reworded(question, groups=some))
    return Try(Kind.FEWER_WORDS, other, left) if kept and _finds(db, other) else None


def _rare_words(db: Connection, groups: Groups) -> list[int]:
    """The places of as many words as some article has, the rarest first."""
    counts = [len(matching(db, match(Question("", (group,))), COMMON)) for group in groups]
    kept: list[int] = []
    for place in sorted(range(len(counts)), key=lambda one: counts[one]):
        some = tuple(groups[one] for one in sorted([*kept, place]))
        if counts[place] and _stands(db, some):
            kept.append(place)
    return kept


def _words_of_nearest(db: Connection, question: Question) -> list[int]:
    """The places of the words that the nearest article has: of those with two words of the question
    side by side, the one that answers it best.
    """
    words = question.words[:MOST_PAIRED]
    pairs = " OR ".join(any_spelling(f"{one} {other}") for one, other in pairwise(words))
    if not pairs:
        return []
    wanted = wanted_of(question)
    found = dict.fromkeys([*titled(db, pairs, NEAR), *matching(db, pairs, NEAR)])
    texts = texts_of(db, found)
    nearest = max(texts, key=lambda id: rank(wanted, texts[id]), default=None)
    if nearest is None:
        return []
    text = " ".join(text for text in texts[nearest].values() if text)
    held = set(map(folded_word, words_of(text.lower())))
    return [
        place
        for place, group in enumerate(question.groups)
        if any(held.issuperset(map(folded_word, words_of(term.text.lower()))) for term in group)
    ]
