"""A person's full name, or how everybody calls her (domain 10.3)."""

import html
import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold, level, one_line
from dialogs.understanding.lexicon import HAN, alternation, load
from dialogs.understanding.problems import Problem


class Name(msgspec.Struct, frozen=True):
    """A name to write into a form. `value` keeps the person's own characters, dots of one kind (U+00B7)."""

    value: str
    raw: str
    script: Literal["han", "latin"] = "han"


_DOT = "\u00b7"
_DOTS = re.compile("[\u2022\u30fb\uff0e\u2027\u2219\u22c5\u00b7\uff65]|&middot;")
_HAN_NAME = re.compile(f"[{HAN}]+(?:{_DOT}[{HAN}]+)*")
_LATIN_NAME = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f '\-.]{1,59}")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("names")
    surname = f"(?:{alternation(data['compound_surnames'])}|[{''.join(data['surnames'].split())}])"
    titles = alternation(data["titles"])
    prefixes = alternation(data["prefixes"])
    return {
        "called": re.compile(
            f"(?:{surname}(?:{titles})|{prefixes}{surname}(?:{titles})?|{prefixes}{surname}[{HAN}]?(?:{titles})"
            f"|(?:{alternation(data['kin_calls'])}))"
        ),
        "lead": re.compile(f"^(?:{alternation(data['lead'])})[:：\\s]*"),
        "trail": re.compile(f"(?:{alternation(data['trail'])})+$"),
        "surname": re.compile(surname),
        "bare_title": re.compile(titles),
    }


def surname_pattern() -> str:
    """The inside of a pattern: one surname, of one or two characters."""
    return _patterns()["surname"].pattern


def is_called(text: str) -> bool:
    """Whether this is a form of address (surname and title, or a word for kin) and not a name."""
    return _patterns()["called"].fullmatch(level(text)) is not None


def may_be_a_name(name: str) -> bool:
    """Whether a run of characters could be a name: no words of a sentence in it, and not several numerals."""
    words = load("names")["in_no_name"]
    numerals = sum(char in words["numerals"] for char in name)
    if numerals and len(name) <= 3 and name.endswith(tuple(words["part_of_a_village"])):
        return False
    return numerals < 2 and not any(word in name for word in words["words"])


def read_name(text: str) -> Name | Problem:
    """The name in an answer, or why it is none.

    Problems: `name_missing`, `name_single` {called_name} (one character), `name_is_number`, `name_digits`,
    `name_unknown` ("do not know"), `name_called` {called_name} (a form of address: keep it and ask for the full name),
    `name_characters` (signs that no name has), `name_length` {n}.
    """
    said = one_line(html.unescape(text[:2000]))
    if not said:
        return Problem("name_missing")
    said = said.strip("，。,.;；！!？?：:、\"'“”‘’ ")
    data = load("names")
    if fold(said) in data["unknown"]:
        return Problem("name_unknown")
    if re.fullmatch(r"[\dXx\s-]{6,}", said):
        return Problem("name_is_number")
    if re.search(r"\d", said):
        return Problem("name_digits")
    if _LATIN_NAME.fullmatch(said) and len(said) >= 2:
        return Name(re.sub(r"\s+", " ", said), text.strip(), "latin")
    body = re.sub(f"(?<=[{HAN}])\\s*[.]\\s*(?=[{HAN}])", _DOT, said)
    body = re.sub(r"\s+", "", _DOTS.sub(_DOT, body)).strip(_DOT)
    bare = _led(body)
    if len(bare) == 1 and _HAN_NAME.fullmatch(bare):
        return Problem("name_single", {"called_name": bare})
    if is_called(bare):
        return Problem("name_called", {"called_name": bare})
    if not _HAN_NAME.fullmatch(bare):
        return Problem("name_characters")
    if len(bare) > 30:
        return Problem("name_length", {"n": len(bare)})
    if fold(bare) in data["not_a_name"] or fold(bare) in data["unknown"]:
        return Problem("name_unknown")
    return Name(bare, text.strip())


def _led(body: str) -> str:
    patterns = _patterns()
    plain = level(body)
    lead = patterns["lead"].match(plain)
    if lead and len(body) - lead.end() >= 2:
        body, plain = body[lead.end() :], plain[lead.end() :]
        trail = patterns["trail"].search(plain)
        if trail and trail.start() >= 2:
            body = body[: trail.start()]
    return body
