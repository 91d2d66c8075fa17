"""What reaches the rest is visible, bounded and written in one way; nothing a person typed can break a line.

Three views of a message, from mild to strict:

* `clean` is what is kept and shown (reliability B002-B012, B022, B172);
* `level` is `clean` character by character in simplified, half-width, lower-case letters with common slips
  mended: the same length, so that a place found in it is a place in the kept text;
* `fold` has no spaces either and serves to compare short answers.
"""

import re
import unicodedata
from functools import cache, lru_cache

from dialogs.understanding.lexicon import alternation, load

MARKS = 5
"""Combining marks kept on one letter (B022)."""

KEPT = 16
"""Texts whose views are kept: one message is looked at by a dozen readers, one after the other."""

_JOINER = "\u200d"
_FLAG = "\U0001f3f4"
# Everything that needs a second look; ordinary Chinese text has none of it.
_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u20d0-\u20f0\u2800\u3000\u302a-\u302d\u3099\u309a\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffe\uffff")


def clean(text: str) -> str:
    """The text without what cannot be seen: NFC, no control, bidi or zero-width character, marks capped.

    Line breaks become `\\n`, every other space a plain one, half a surrogate pair U+FFFD. A joined emoji
    stays joined (B006). Never raises; may return the empty text (B001, B002).
    """
    if _ODD.search(text):
        text = _rebuilt(_BREAKS.sub("\n", _ESCAPES.sub("", text)))
    if not unicodedata.is_normalized("NFC", text):
        text = _capped(unicodedata.normalize("NFC", text))
    return text.strip()


def one_line(text: str) -> str:
    """`clean`, and whatever would begin a new line in an alert becomes a space (B012)."""
    return " ".join(clean(text).split())


def _rebuilt(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MARKS or character in _UNSEEN:
                continue
            kept.append(character)
            continue
        if category != "Cf":
            marks = 0
        if character == "\n":
            kept.append(character)
        elif category == "Cs":
            kept.append("\ufffd")
        elif category == "Zs" or character == "\t":
            kept.append(" ")
        elif category == "Cf":
            joined = character == _JOINER and _joins(kept, text, place)
            tagged = "\U000e0020" <= character <= "\U000e007f" and _FLAG in kept[-8:]
            if joined or tagged:
                kept.append(character)
        elif category != "Cc" and character not in _UNSEEN:
            kept.append(character)
    return "".join(kept)


def _joins(kept: list[str], text: str, place: int) -> bool:
    following = text[place + 1 : place + 2]
    return bool(
        kept
        and following
        and unicodedata.category(following) == "So"
        and (unicodedata.category(kept[-1]) in ("So", "Sk") or kept[-1] == "\ufe0f")
    )


def _capped(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MARKS:
            kept.append(character)
    return "".join(kept)


@cache
def _table() -> dict[int, str]:
    variants = load("variants")
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {code: chr(code).lower() for code in (*range(0x41, 0x5B),)}
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF21, 0xFF3B)}
    table[0x3000] = " "
    for group in ("traditional", "regional"):
        for pair in variants[group].split():
            table[ord(pair[0])] = pair[1]
    return table


@cache
def _simple() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in load("variants")["traditional"].split()}


def simplified(text: str) -> str:
    """The text in simplified characters, otherwise as it is: for words whose characters a machine chose."""
    return text.translate(_simple())


@cache
def _slips() -> tuple[re.Pattern[str], dict[str, str]]:
    slips: dict[str, str] = {}
    for right, wrong in load("slips").items():
        slips |= dict.fromkeys(wrong, right)
    return re.compile(alternation(slips)), slips


@lru_cache(maxsize=KEPT)
def level(text: str) -> str:
    """The same text, of the same length: simplified, half-width, lower case, common slips mended.

    A slip and what it stands for have equal length (`lexicons/slips.toml`, domain 6.3), so that
    `text[start:end]` is what the person wrote wherever `level(text)[start:end]` was recognised.
    """
    plain = text.translate(_table())
    pattern, right = _slips()
    return pattern.sub(lambda match: right[match[0]], plain)


@lru_cache(maxsize=KEPT)
def fold(text: str) -> str:
    """For comparing short answers: NFKC, lower, simplified, no blanks, common slips mended."""
    return "".join(level(unicodedata.normalize("NFKC", clean(text)).lower()).split())


@cache
def _digits() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}
    for digit, spoken in load("variants")["digits"].items():
        table |= {ord(character): digit for character in spoken}
    return table


def spoken_digits(text: str) -> str:
    """Digits said as on the telephone, written: a plain character-by-character reading (domain 10.1)."""
    return text.translate(_digits())
