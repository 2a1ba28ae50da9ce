"""What was meant, where a word is nowhere in the archive: slips of fingers and of keyboards.

Vietnamese is typed through an input method. Where it is off, its keys stand in the word: Telex
gives `ddaij hooij`, VNI `d9ai5 ho6i5`, both for `đại hội`.
"""

import re
import unicodedata
from collections.abc import Iterator
from string import ascii_lowercase

ACUTE, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
HAT, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TELEX_TONES = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT}
VNI_TONES = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT}
VNI_LETTERS = {"6": ("aeo", HAT), "7": ("ou", HORN), "8": ("a", BREVE), "9": ("d", "đ")}
VOWELS = re.compile(f"(?:[aeiouy][{HAT}{BREVE}{HORN}]?)+")
VOWEL = re.compile(f"[aeiouy][{HAT}{BREVE}{HORN}]?")
BARE = f"(?![{HAT}{BREVE}{HORN}])"
HORNED_BEFORE_O = re.compile(f"u{HORN}o{BARE}")  # no syllable has one horn of ươ alone
GLIDE = re.compile("^(?:qu|gi)(?=[aeiouy])")
ALIKE = (("ch", "tr"), ("gi", "d", "r", "v", "j"), ("ph", "f"), ("qu", "w"))
SYLLABLE = re.compile("[a-z]{2,10}")
HALF = re.compile("[aeiouy]|(?=.*[aeiouy]).{2,}")
WITH_FIGURES = re.compile("[a-z]+[1-9][a-z1-9]*")


def keys_of_telex(word: str) -> str | None:
    """The word that Telex makes of typed keys; None if they are not its keys.

    As in the usual editors, the keys of marks may follow later: tieesng, tiengse, nhana, dangd.
    """
    keys = word.lower()
    if not SYLLABLE.fullmatch(keys):
        return None
    tone, letters = "", ""
    for key in keys:
        if key in TELEX_TONES and VOWELS.search(letters):
            if TELEX_TONES[key] == tone:  # twice is the letter itself
                return None
            tone = TELEX_TONES[key]
        else:
            letters = _telex_letter(letters, key)
    letters = HORNED_BEFORE_O.sub(f"u{HORN}o{HORN}", letters)
    return _with_tone(letters, tone) if letters != keys else None


def _telex_letter(letters: str, key: str) -> str:
    """Letters after one more key, which may mark a letter before it."""
    if key == "d" and letters.startswith("d"):
        return f"đ{letters[1:]}"
    if key == "w":
        return _horned(letters)
    if key in "aeo" and (before := _last(f"{key}{BARE}", letters)):
        return letters[: before.end()] + HAT + letters[before.end() :]
    return letters + key


def _horned(letters: str) -> str:
    """Letters after the key w: a horn on o and u, a breve on a."""
    if both := _last(f"u{BARE}o{BARE}", letters):
        return f"{letters[: both.start()]}u{HORN}o{HORN}{letters[both.end() :]}"
    before = _last("(?<!q)u(?=a$)", letters) or _last(f"[aou]{BARE}", letters)
    if before is None:
        return f"{letters}u{HORN}"
    mark = BREVE if before[0] == "a" else HORN
    return letters[: before.end()] + mark + letters[before.end() :]


def _last(pattern: str, letters: str) -> re.Match[str] | None:
    return next(reversed(list(re.finditer(pattern, letters))), None)


def keys_of_vni(word: str) -> str | None:
    """The word that VNI makes of typed keys; None if they are not its keys."""
    keys = word.lower()
    if not WITH_FIGURES.fullmatch(keys):
        return None
    tone, rest = "", ""
    for key in keys:
        if key in VNI_TONES:
            tone = VNI_TONES[key]
        elif key in VNI_LETTERS:
            letters, mark = VNI_LETTERS[key]
            place = max(rest.rfind(letter) for letter in letters)
            if place < 0:
                return None
            end = place if mark == "đ" else place + 1
            rest = rest[:end] + mark + rest[place + 1 :]
        else:
            rest += key
    return _with_tone(rest, tone)


def edits(word: str) -> Iterator[str]:
    """All words that are one slip away from a folded word: a letter less, more, other, or two
    letters swapped.
    """
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        if after:
            yield before + after[1:]
            others = (letter for letter in ascii_lowercase if letter != after[0])
            yield from (before + letter + after[1:] for letter in others)
        yield from (before + letter + after for letter in ascii_lowercase)


def sounds(word: str) -> Iterator[str]:
    """All folded words that many people say alike, and so spell alike."""
    for alike in ALIKE:
        for begin in alike:
            if word.startswith(begin):
                yield from (other + word[len(begin) :] for other in alike if other != begin)


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Two words that may have been typed as one."""
    for place in range(1, len(word)):
        if HALF.fullmatch(word[:place]) and HALF.fullmatch(word[place:]):
            yield word[:place], word[place:]


def _with_tone(syllable: str, tone: str) -> str | None:
    """A syllable with a tone on the vowel that bears it; None without a vowel."""
    glide = GLIDE.match(syllable)
    vowels = VOWELS.search(syllable, glide.end() if glide else 0)
    if vowels is None:
        return None
    each = list(VOWEL.finditer(syllable, vowels.start(), vowels.end()))
    marked = [one for one in each if len(one[0]) > 1]
    if marked:
        bears = marked[-1]
    else:
        is_open = vowels.end() == len(syllable)
        bears = each[len(each) // 3] if is_open else each[-1]  # of oai the second, of oa the first
    return unicodedata.normalize("NFC", syllable[: bears.end()] + tone + syllable[bears.end() :])
