"""Numbers as they are said: digits, characters and both together; a trailing digit counts in the unit below.

The library for this (cn2an) reads the two-thousand-five of the market as 2005, and raises on what it does not
know; here a value is a number or None.
"""

import re
from decimal import Decimal
from functools import cache

from dialogs.understanding.clean import level
from dialogs.understanding.lexicon import load


@cache
def _values() -> tuple[dict[str, int], dict[str, int]]:
    data = load("numerals")
    digits = {character: int(value) for value, said in data["digits"].items() for character in said}
    units = {character: int(value) for value, said in data["units"].items() for character in said}
    return digits, units


@cache
def characters() -> str:
    """The inside of a character class: everything a spoken or written number may consist of."""
    digits, units = _values()
    return r"\d." + "".join(digits) + "".join(units)


_PIECE = re.compile(r"\d+(?:\.\d+)?|.", re.S)


def number(text: str) -> Decimal | None:
    """The number said, or None. `1.2` ten-thousands, `1k5`, digit strings and the short forms are understood.

    No blanks or commas expected; never raises. Takes at most 40 characters (B082).
    """
    text = level(text).replace(",", "")
    if not text or len(text) > 40:
        return None
    digits, units = _values()
    pieces = _PIECE.findall(text)
    if all(piece in digits for piece in pieces) and len(pieces) > 1:
        return Decimal("".join(str(digits[piece]) for piece in pieces))
    total = section = Decimal(0)
    digit: Decimal | None = None
    unit, zero = 1, False
    for piece in pieces:
        if piece in units:
            size = units[piece]
            if size >= 10_000:
                # "three ten-thousand": everything so far is counted in it
                total += (section + (digit or 0) or 1) * size if digit or section else Decimal(size)
                section = Decimal(0)
            else:
                section += (digit if digit is not None else 1) * size
            digit, unit, zero = None, size, False
        elif piece in digits:
            if digit is not None:
                return None
            if digits[piece] == 0:
                zero = True
            else:
                digit = Decimal(digits[piece])
        elif piece[0].isascii() and piece[0].isdigit():
            if digit is not None:
                return None
            digit = Decimal(piece)
        else:
            return None
    if digit is not None:
        short = unit > 1 and not zero and digit < 10 and digit == int(digit)
        section += digit * unit / 10 if short else digit
    return total + section


def whole(text: str) -> int | None:
    """`number`, when it is a whole one."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None
