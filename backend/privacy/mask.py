"""Masks (domain 12.5), and blotting out of numbers in free text."""

from __future__ import annotations

import re

from dialogs.understanding.names import surname_pattern

_BLOT = "****"
# Digits in any width, with what people put between them; the length decides what it can be.
_RUN = re.compile(
    r"(?<![0-9０-９A-Za-z_])[0-9０-９](?:[\s\-－.·]?[0-9０-９]){5,20}[\s\-－]?[xXｘＸ]?(?![0-9A-Za-z_])"
)
_DIGIT = re.compile(r"[0-9０-９]")
_REGISTER_NO = re.compile(r"[0-9]{8}-[0-9]{4}-[0-9]{5}\Z")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}\Z")


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
    """`379901********0026`, or with `short` `****0026`."""
    if len(number) < 8:
        return _BLOT
    return f"****{number[-4:]}" if short else f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """`130****0012`; a landline loses its last four digits."""
    digits = re.sub(r"\D", "", number)
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{number[:-4]}****" if len(number) > 4 else _BLOT


def mask_card(number: str) -> str:
    """The last four digits."""
    return f"****{number[-4:]}" if len(number) >= 8 else _BLOT


def redact(text: str) -> str:
    """Blot out what looks like an identity number, a mobile or a bank card, however it is spaced or how wide."""

    def blot(match: re.Match[str]) -> str:
        if _REGISTER_NO.match(match[0].strip()):
            return match[0]
        digits = "".join(str(int(d)) for d in _DIGIT.findall(match[0]))
        tail = match[0].strip()[-1:] in "xXｘＸ"
        if len(digits) in (15, 18) or (len(digits) == 17 and tail) or 16 <= len(digits) <= 19:
            return _BLOT
        return _BLOT if _MOBILE.match(digits) else match[0]

    return _RUN.sub(blot, text)
