"""Masks (domain 12.5), and blotting out of personal numbers in free text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from dialogs.understanding.names import surname_pattern

_BLOT = "****"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


# --- masks


def mask_name(name: str) -> str:
    """Two characters keep the first and one star; three and more keep the surname's first and two stars."""
    if not name:
        return ""
    return name[0] + ("*" if len(name) <= 2 else "**")


def surname(name: str) -> str:
    """The surname, of one or two characters: what a colleague is called by."""
    match = re.match(surname_pattern(), name)
    return match[0] if match else name[:1]


def mask_id_number(number: str, *, short: bool = False) -> str:
    """`379901********0026`, or with `short` `****0026`; what is too short to be one shows nothing."""
    if len(number) < 15:
        return _BLOT
    return f"****{number[-4:]}" if short else f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


_MOBILE_PARTS = re.compile(r"(?:86|086|0086)?(1[3-9]\d)\d{4}(\d{4})\Z")
_EXTENSION = re.compile(r"(\d{7,8})[-\s,*#]+\d{1,6}\Z")


def mask_phone(number: str) -> str:
    """`130****0012`, without a country code; a landline loses its last four digits and its extension."""
    mobile = _MOBILE_PARTS.match(re.sub(r"\D", "", number))
    if mobile:
        return f"{mobile[1]}****{mobile[2]}"
    line = _EXTENSION.sub(r"\1", number.strip())
    return f"{line[:-4]}****" if len(line) > 4 else _BLOT


def mask_card(number: str) -> str:
    """The last four digits."""
    return f"****{number[-4:]}" if len(number) >= 8 else _BLOT


def mask_address(address: str) -> str:
    """As far as the village; as far as the town where no village is named, "" where neither is."""
    words = _words()
    number = f"[\\d{''.join(words['han_digits'])}]"
    detail = re.search(f"{number}+-?\\d*(?:{_any(words['house'] + words['lane'])})|\\d", address)
    head = address[: detail.start()] if detail else address
    for kind in ("village", "town"):
        end = max((at + len(word) for word in words[kind] if (at := head.rfind(word)) >= 0), default=0)
        if end:
            return head[:end]
    return ""


# --- free text

# One character, or its escape in JSON, a repr or an address, so that a number is seen as it will be read.
_UNIT = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[nrt]|%20|%2[dD]|.", re.DOTALL)
_BETWEEN = frozenset(".\u00b7,/_()\uff0e\uff0c\u3001\uff08\uff09\uff0f+")
_RUN = re.compile(r"[0-9](?: {0,3}[0-9])+(?: {0,2}x)?")
_OURS = re.compile(
    r"\b[a-z]{3}_[0-9a-f]{32}(?![0-9a-f])"  # an id, see backend.ids
    r"|(?<![0-9a-f])(?=[0-9]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])"  # a hash
    r"|(?<![0-9])[0-9]{8}-20[0-9]{2}-[0-9]{5}(?![0-9])"  # a register number
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_WITH_COUNTRY = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_BIRTH = re.compile(r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3,4}")
_OLD_BIRTH = re.compile(r"[1-9]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_FEWEST, _MOST = 11, 19


def redact(text: str) -> str:
    """Blot out what looks like an identity number (15 or 18 digits), a mobile or a bank card.

    It is found in any width and script of digits, in Chinese numerals, spaced, hyphenated or escaped, with letters or
    other numbers beside it. Where that is unclear it is blotted out; our own ids and register numbers stay.
    """
    parts, done = [], 0
    for start, end in _personal_spans(text):
        parts += [text[done:start], _BLOT]
        done = end
    return "".join([*parts, text[done:]])


def _personal_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where personal numbers stand, in order and apart."""
    if not _enough().search(text):
        return
    units = list(_UNIT.finditer(text))
    plain = "".join(_plain(unit[0]) for unit in units)
    ours = [match.span() for match in _OURS.finditer(text)]
    last: tuple[int, int] | None = None
    for run in _RUN.finditer(plain):
        for first, final in _windows(run):
            start, end = units[first].start(), units[final - 1].end()
            if any(a <= start and end <= b for a, b in ours):
                continue
            if last is not None and start < last[1]:
                last = last[0], max(last[1], end)
                continue
            if last is not None:
                yield last
            last = start, end
    if last is not None:
        yield last


@cache
def _enough() -> re.Pattern[str]:
    """A quick look whether there are digits enough to bother: most lines have none."""
    digit = f"[\\d{''.join(_words()['han_digits'])}]"
    return re.compile(f"(?:{digit}[^{digit[1:-1]}]*){{{_FEWEST}}}")


@lru_cache(4096)
def _plain(unit: str) -> str:
    """A digit as 0 to 9, what people put between digits as a space, X as x, anything else as ~."""
    if unit in ("\\n", "\\r", "\\t", "%20") or unit.lower() == "%2d":
        return " "
    character = chr(int(unit[2:], 16)) if len(unit) > 1 else unit
    if character in "xX\uff38\uff58":
        return "x"
    if character in _words()["han_digits"]:
        return str(_words()["han_digits"][character])
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    between = character.isspace() or character in _BETWEEN or unicodedata.category(character) in ("Pd", "Cf")
    return " " if between else "~"


def _windows(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Each stretch of neighbouring groups of digits in a run that reads as a personal number."""
    said = run[0]
    groups = [(found.start(), found.end()) for found in re.finditer("[0-9]+", said)]
    marked = said[-1] == "x"
    for first, (start, _) in enumerate(groups):
        digits, sizes = "", []
        for group_start, end in groups[first : first + _MOST]:
            digits += said[group_start:end]
            sizes.append(end - group_start)
            tail = marked and end == groups[-1][1]
            if len(sizes) > 1 and len(digits) > _MOST:
                break
            if _is_personal(digits, sizes, tail):
                yield run.start() + start, run.end() if tail else run.start() + end


def _is_personal(digits: str, sizes: list[int], tail: bool) -> bool:
    size = len(digits)
    if size < _FEWEST:
        return False
    if len(sizes) == 1:  # in one piece: whatever is long enough, and a mobile with something stuck to it
        return size >= 15 or _MOBILE.match(digits) is not None or _MOBILE.match(digits[-11:]) is not None
    if _WITH_COUNTRY.fullmatch(digits) or _OLD_BIRTH.fullmatch(digits):
        return True
    if (size == 18 or (size == 17 and tail)) and _BIRTH.fullmatch(digits):
        return True
    even = len(set(sizes[:-1])) == 1 and sizes[-1] <= max(4, sizes[0])
    return 15 <= size <= _MOST and (even or min(sizes) >= 4)


# --- staff groups


def group_banned() -> tuple[str, ...]:
    """The words no staff group may read."""
    return tuple(_words()["group_banned"])


def assert_group_safe(text: str, banned: Collection[str]) -> list[str]:
    """What a text for a staff group must not hold (domain 12.5, `group_alert`); empty when it may be posted.

    Args:
        banned: words that must not occur, see `group_banned`.

    Returns:
        `number` (identity number, mobile, bank card), `phone` (landline), `house_number`, `word:<the word>`, each once.
    """
    words = _words()
    bare = _OURS.sub(" ", re.sub(r"https?://[^\s\u3000-\u9fff]+", " ", text))
    found = []
    if next(_personal_spans(bare), None) is not None:
        found.append("number")
    level = unicodedata.normalize("NFKC", bare)
    if re.search(r"(?<![\d-])(?:\(0\d{2,3}\)|0\d{2,3})[-\s]?\d{3,4}[-\s]?\d{4}(?!\d)", level):
        found.append("phone")
    number = f"[\\d{''.join(words['han_digits'])}]"
    months = _any(words["months"])
    if re.search(f"(?<!{months})(?<![-\\d]){number}{{1,4}}(?:-\\d{{1,4}})?(?:{_any(words['house'])})", level):
        found.append("house_number")
    squeezed = re.sub(r"[\s\W_]+", "", level)
    return found + [f"word:{word}" for word in sorted(set(banned)) if word in squeezed]


def _any(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
