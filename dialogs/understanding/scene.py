"""What surrounds a word: its clause, whether it is denied, long past, only supposed, or from the news."""

import re
from functools import cache

import msgspec

from dialogs.understanding.lexicon import compiled, load

_END = re.compile("[，。,.;；！!？?\\n]")


class Scene(msgspec.Struct, frozen=True):
    """A levelled message and its clauses as (start, end), punctuation left out.

    A blank ends a clause only where no other punctuation is used: some people write that way.
    """

    said: str
    clauses: tuple[tuple[int, int], ...]

    def clause_at(self, place: int) -> tuple[int, int]:
        """The clause a place lies in."""
        for start, end in self.clauses:
            if start <= place < end:
                return start, end
        return place, place

    def around(self, place: int, clauses: int = 1) -> str:
        """The text of the clause at a place and of so many neighbours on either side."""
        for index, (start, end) in enumerate(self.clauses):
            if start <= place < end:
                first = self.clauses[max(index - clauses, 0)][0]
                last = self.clauses[min(index + clauses, len(self.clauses) - 1)][1]
                return self.said[first:last]
        return self.said[max(place - 10, 0) : place + 10]


def scene(said: str) -> Scene:
    """Split levelled text into clauses. Linear; never raises."""
    ends = _END
    if not _END.search(said) and said.count(" ") >= 2:
        ends = re.compile(r"\s+")
    clauses = []
    start = 0
    for match in ends.finditer(said):
        if match.start() > start:
            clauses.append((start, match.start()))
        start = match.end()
    if start < len(said):
        clauses.append((start, len(said)))
    return Scene(said, tuple(clauses))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return compiled(f"@{name}@")


@cache
def _denial() -> re.Pattern[str]:
    return compiled(r"(?:@not@)(?:@mild@)?$")


def denied(view: Scene, start: int) -> bool:
    """Whether a denying word stands right before a place, in the same clause."""
    begin, _ = view.clause_at(start)
    return _denial().search(view.said, max(begin, start - 8), start) is not None


def past(clause: str) -> bool:
    """Whether a clause speaks of long ago (more than about a week)."""
    return _pattern("past").search(clause) is not None or _pattern("past_more").search(clause) is not None


def told_as_old(said: str) -> bool:
    """Whether a message says of its own story that it is an old one ("that was last month")."""
    return _pattern("old_story").search(said) is not None


_ONCE = re.compile("\u8fc7(?![\u53bb\u6765\u4e0d\u4e86])")


def experienced(said: str, end: int) -> bool:
    """Whether the word behind a place tells of something lived through once (the particle of experience)."""
    return _ONCE.match(said, end) is not None


def settled(text: str) -> bool:
    """Whether a stretch of text says that it is over: mended, healed, found, or that it was paid for."""
    return _pattern("settled").search(text) is not None


def routine(text: str) -> bool:
    """Whether a text wants something of an office at leisure: an application, a rule, a result."""
    return _pattern("routine").search(text) is not None


def asked_about(text: str) -> bool:
    """Whether a text asks about a thing rather than tells of it: its price, its rules, how one is kept from it."""
    return _pattern("about").search(text) is not None


def feared(view: Scene, start: int) -> bool:
    """Whether what begins at a place is only feared, or to be prevented, by the word before it in its clause."""
    begin, _ = view.clause_at(start)
    return _pattern("feared").search(view.said[begin:start]) is not None


def only_animals(text: str) -> bool:
    """Whether a clause names beasts or things out of doors, and nobody old or young."""
    return (
        _pattern("creature").search(text) is not None
        and _pattern("young").search(text) is None
        and _pattern("elder").search(text) is None
    )


def supposed(clause: str) -> bool:
    """Whether a clause only supposes something."""
    return _pattern("if").search(clause) is not None


def news(text: str) -> bool:
    """Whether a message speaks of television, dreams, homework and the like."""
    return _pattern("news").search(text) is not None


def recent(text: str) -> bool:
    """Whether a stretch of text says that something is happening now or did within three days."""
    return _pattern("now").search(text) is not None


@cache
def _masks() -> re.Pattern[str]:
    return compiled("|".join(load("hyperbole")["patterns"]))


def without_hyperbole(said: str) -> str:
    """The same text, of the same length, with figures of speech blanked out ("tired to death")."""
    return _masks().sub(lambda match: "\u3000" * len(match[0]), said)
