"""Where ordinary words begin and end in a message, so that no name or place is cut out of the middle of one."""

from functools import cache, lru_cache

from dialogs.understanding.clean import KEPT, level
from dialogs.understanding.lexicon import FOLDER, load

LONGEST = 4
"""Characters of the longest word that is known."""
_TOTAL = 26.0  # base-2 logarithm of all words counted in the source
_STRANGE = 3.0  # what a character weighs that stands alone in no source
_OURS = 10.0  # what a word of our own lexicons weighs: as much as a usual one


@cache
def _book() -> tuple[dict[str, float], frozenset[str], frozenset[str]]:
    """What each word weighs, the words that begin no place, and the names of provinces, cities and counties."""
    weights: dict[str, float] = {}
    lists: dict[str, frozenset[str]] = {}
    for line in (FOLDER / "common_words.txt").read_text(encoding="utf-8").splitlines():
        head, *words = level(line).split()
        if head.isdigit():
            weights |= dict.fromkeys(words, float(head))
        elif head != "#":
            lists[head] = frozenset(words)
    members = load("members")
    ours = [word for _, words in members["kin"] for word in words] + list(members["pairs"])
    ours += [*members["condition_cue"], *load("people")["role"], *load("people")["label"], *load("wording")["words"]]
    for word in ours:
        if 2 <= len(word) <= LONGEST:
            weights[word] = max(weights.get(word, 0.0), _OURS)
    return weights, lists["moves"] | frozenset(load("wording")["moves"]), lists["above"]


@lru_cache(maxsize=KEPT)
def words_of(said: str) -> tuple[int, ...]:
    """For each place in levelled text the end of the word that begins there, 0 where none begins: the likeliest cut."""
    weights, size = _book()[0], len(said)
    best = [0.0] * (size + 1)
    ends = [0] * size
    for start in range(size - 1, -1, -1):
        top, end = weights.get(said[start], _STRANGE) - _TOTAL + best[start + 1], start + 1
        for last in range(start + 2, min(start + LONGEST, size) + 1):
            if (weight := weights.get(said[start:last])) is not None:
                worth = weight - _TOTAL + best[last]
                if worth > top:
                    top, end = worth, last
        best[start], ends[start] = top, end
    cut = [0] * size
    place = 0
    while place < size:
        cut[place] = ends[place]
        place = ends[place]
    return tuple(cut)


def begins(said: str, place: int) -> bool:
    """Whether a word may begin or end at a place: it is not inside one."""
    return place >= len(said) or words_of(said)[place] > 0


def whole_word(said: str, start: int, end: int) -> bool:
    """Whether a stretch is one ordinary word of several characters."""
    return end - start > 1 and words_of(said)[start] == end


def is_word(text: str) -> bool:
    """Whether a few characters are an ordinary word."""
    return len(text) > 1 and text in _book()[0]


def moves(text: str) -> bool:
    """Whether a word says what is done, when or how much: no place begins with it."""
    return text in _book()[1]


def above(text: str) -> bool:
    """Whether this is the name of a province, a city or a county, written in full."""
    return text in _book()[2]
