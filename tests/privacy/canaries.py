"""Sixty made-up personal numbers, the same in every run, each in six spellings."""

from __future__ import annotations

import random

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def seeded() -> list[str]:
    """Twenty identity numbers (some old, some ending in X), twenty mobiles, twenty bank cards."""
    chance = random.Random(20261121)
    made = []
    for index in range(20):
        day = f"{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        region = f"3799{chance.randint(1, 30):02}"
        year, tail = chance.randint(1925, 2019), chance.randint(0, 999)
        made.append(
            f"{region}{year % 100:02}{day}{tail:03}"
            if index < 5
            else f"{region}{year}{day}{tail:03}{'X0123456789'[index % 11]}"
        )
        made.append(f"1{chance.randint(30, 99)}{chance.randint(0, 99_999_999):08}")
        made.append(f"62{chance.randint(0, 10**14 - 1):014}" + ("" if index % 2 else f"{chance.randint(0, 999):03}"))
    return made


def spellings(number: str) -> list[str]:
    """As it is, in groups of four by spaces, by hyphens, in full width, by dashes two apart, with something stuck on."""
    fours = [number[at : at + 4] for at in range(0, len(number), 4)]
    return [number, " ".join(fours), "-".join(fours), number.translate(WIDE), " – ".join(fours), f"号\n{number} 65"]


def bare(text: str) -> str:
    """The digits of a text in plain form, to see whether a number is still in it however it is written."""
    return "".join(
        str(int(sign)) if sign.isdecimal() else sign.upper() for sign in text if sign.isdecimal() or sign in "xXｘＸ"
    ).replace("Ｘ", "X")
