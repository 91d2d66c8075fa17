"""Synthetic papers to photograph: identity cards, household registers, disability certificates of nobody.

Everything on them is drawn by lot from a seed: names from the lists of `papers.toml`, numbers that begin with 379901
(a test region that does not exist), the town of the sample county. Pillow and numpy come with the extra `photos`.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from dialogs.understanding.id_number import check_digit
from dialogs.understanding.lexicon import load

REGION = "379901"
WIDE, HIGH = 1000, 630  # pixels of a card, 85.6 mm by 54 mm

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Resident(msgspec.Struct, frozen=True):
    """Somebody who does not exist."""

    name: str
    sex: str
    ethnic: str
    birth: dt.date
    address: str
    id_number: str


class Picture(msgspec.Struct, frozen=True):
    """A photograph and what is on the paper.

    Attributes:
        paper: code as `dialogs.papers.paper` has it.
        how: what was done to it: tilt, blur, shadow, glare, jpeg.
    """

    data: bytes
    paper: str
    resident: Resident
    how: tuple[str, ...] = ()


def resident(lot: random.Random) -> Resident:
    birth = dt.date(1935, 1, 1) + dt.timedelta(days=lot.randrange(75 * 365))
    sequence = lot.randrange(1, 999)
    body = f"{REGION}{birth:%Y%m%d}{sequence:03d}"
    name = lot.choice(WORDS["family"]) + "".join(lot.choice(WORDS["given"]) for _ in range(lot.choice((1, 2, 2, 2))))
    home = {"village": lot.choice(WORDS["villages"]), "group": lot.randrange(1, 9), "house": lot.randrange(1, 200)}
    sex, ethnic = WORDS["sex"][sequence % 2], lot.choice(WORDS["ethnic"])
    return Resident(name, sex, ethnic, birth, WORDS["address"].format(**home), body + check_digit(body))


@cache
def _font(size: int, *, song: bool = False) -> Any:
    fonts = import_module("pylopdf_fonts_zh_cn")
    path = fonts.serif_path() if song else fonts.sans_path()
    return import_module("PIL.ImageFont").truetype(str(path), size)


def _sheet(lot: random.Random, wide: int, high: int, tint: tuple[int, int, int]) -> tuple[Any, Any]:
    """Paper with fine wavy lines on it, as security print has."""
    import math

    picture = import_module("PIL.Image").new("RGB", (wide, high), tint)
    draw = import_module("PIL.ImageDraw").Draw(picture)
    phase = lot.random() * 6
    for row in range(-40, high + 40, 14):
        points = [(x, row + 10 * math.sin(x / 47 + phase + row / 60)) for x in range(0, wide + 12, 12)]
        draw.line(points, fill=tuple(max(0, one - 22) for one in tint), width=1)
    return picture, draw


_BLUE, _BLACK = (58, 110, 165), (25, 25, 25)


def id_card(one: Resident, lot: random.Random) -> Any:
    """The side with the portrait."""
    picture, draw = _sheet(lot, WIDE, HIGH, (226, 236, 241))
    label, text = _font(28), _font(36)

    def put(x: int, y: int, what: str, font: Any, fill: tuple[int, int, int]) -> None:
        draw.text((x, y), what, font=font, fill=fill)

    labels, date = WORDS["id_card"]["labels"], WORDS["id_card"]["date"]
    put(70, 70, labels[0], label, _BLUE)
    put(180, 62, one.name, _font(42), _BLACK)
    put(70, 150, labels[1], label, _BLUE)
    put(180, 143, one.sex, text, _BLACK)
    put(290, 150, labels[2], label, _BLUE)
    put(390, 143, one.ethnic, text, _BLACK)
    put(70, 230, labels[3], label, _BLUE)
    for x, what, mark in zip((180, 330, 430), (one.birth.year, one.birth.month, one.birth.day), date, strict=True):
        put(x, 223, str(what), text, _BLACK)
        put(x + (90 if x == 180 else 50), 230, mark, label, _BLUE)
    put(70, 310, labels[4], label, _BLUE)
    for row in range(0, len(one.address), 12):
        put(180, 303 + row // 12 * 50, one.address[row : row + 12], text, _BLACK)
    put(70, 525, labels[5], label, _BLUE)
    put(330, 512, one.id_number, _font(46), _BLACK)
    draw.rounded_rectangle((690, 70, 940, 430), 40, fill=(205, 212, 218))
    draw.ellipse((755, 120, 875, 260), fill=(176, 160, 148))
    draw.rounded_rectangle((715, 280, 915, 430), 60, fill=(96, 104, 120))
    return picture


def id_card_back(one: Resident, lot: random.Random) -> Any:
    """The side with the emblem."""
    picture, draw = _sheet(lot, WIDE, HIGH, (233, 228, 226))
    draw.ellipse((70, 60, 230, 220), fill=(190, 70, 60))
    country, card, by, office, valid = WORDS["id_card"]["back"]
    draw.text((290, 60), country, font=_font(58, song=True), fill=_BLACK)
    draw.text((290, 150), card, font=_font(74, song=True), fill=_BLACK)
    draw.text((190, 430), by, font=_font(30), fill=_BLACK)
    draw.text((350, 425), office, font=_font(36), fill=_BLACK)
    draw.text((190, 510), valid, font=_font(30), fill=_BLACK)
    since = dt.date(2012, 1, 1) + dt.timedelta(days=lot.randrange(4000))
    until = since.replace(year=since.year + 20, day=min(since.day, 28))
    draw.text((350, 505), f"{since:%Y.%m.%d}-{until:%Y.%m.%d}", font=_font(36), fill=_BLACK)
    return picture


def _table(draw: Any, rows: list[list[list[str]]], top: int, wide: int, values: dict[str, str]) -> None:
    """Rows of label and value in a grid of two columns."""
    high = 74
    for row in rows:
        x = 50
        draw.line((50, top, wide - 50, top), fill=_BLACK, width=2)
        for (label, value), width in zip(row, ((wide - 100) // len(row),) * len(row), strict=True):
            draw.line((x, top, x, top + high), fill=_BLACK, width=2)
            named = 30 + len(label) * 24
            draw.text((x + 12, top + 22), label, font=_font(24, song=True), fill=(60, 60, 60))
            draw.line((x + named, top, x + named, top + high), fill=_BLACK, width=1)
            draw.text((x + named + 16, top + 18), value.format(**values), font=_font(32), fill=_BLACK)
            x += width
        draw.line((wide - 50, top, wide - 50, top + high), fill=_BLACK, width=2)
        top += high
    draw.line((50, top, wide - 50, top), fill=_BLACK, width=2)


def _date(pattern: str, day: dt.date) -> str:
    return pattern.format(year=day.year, month=day.month, day=day.day)


def register_cover(one: Resident, lot: random.Random) -> Any:
    """The first page of the household register: the household."""
    words = WORDS["register"]
    picture, draw = _sheet(lot, 1100, 760, (240, 233, 214))
    draw.text((330, 60), words["cover"], font=_font(48, song=True), fill=_BLACK)
    values = {"name": one.name, "serial": f"{lot.randrange(10**8):08d}", "address": one.address}
    _table(draw, words["cover_rows"], 170, 1100, values)
    draw.text((600, 560), words["seal"], font=_font(30, song=True), fill=(190, 60, 60))
    return picture


def register_page(one: Resident, lot: random.Random) -> Any:
    """A page of the household register: one member."""
    words = WORDS["register"]
    picture, draw = _sheet(lot, 1100, 900, (240, 233, 214))
    draw.text((360, 50), words["page"], font=_font(48, song=True), fill=_BLACK)
    values = {
        "name": one.name,
        "relation": words["relation"][WORDS["sex"].index(one.sex)],
        "sex": one.sex,
        "ethnic": one.ethnic,
        "county": WORDS["county"],
        "date": _date(words["date"], one.birth),
        "number": one.id_number,
    }
    _table(draw, words["page_rows"], 150, 1100, values)
    return picture


def disability(one: Resident, lot: random.Random) -> Any:
    """A disability certificate: its number is the identity number, one digit for the kind, one for the level."""
    words, printed = WORDS["disability"], load("papers")["disability"]
    kind, level = lot.randrange(7), lot.randrange(4)
    picture, draw = _sheet(lot, WIDE, 640, (238, 240, 232))
    draw.text((270, 34), words["title"], font=_font(40, song=True), fill=(150, 40, 40))
    values = {
        "name": one.name,
        "sex": one.sex,
        "ethnic": one.ethnic,
        "date": _date(words["date"], one.birth),
        "kind": printed["kinds"][kind],
        "level": printed["levels"][level],
        "number": f"{one.id_number}{kind + 1}{level + 1}",
        "address": one.address,
    }
    for row, (label, value) in enumerate(words["lines"]):
        draw.text((60, 110 + row * 62), label, font=_font(28), fill=(70, 70, 70))
        at = (60 + 34 + len(label) * 30, 104 + row * 62)
        draw.text(at, value.format(**values), font=_font(34), fill=_BLACK)
    draw.rounded_rectangle((720, 110, 930, 400), 8, fill=(205, 212, 218))
    draw.ellipse((775, 150, 875, 270), fill=(176, 160, 148))
    return picture


PAPERS: dict[str, Callable[[Resident, random.Random], Any]] = {
    "id_card": id_card,
    "id_card_back": id_card_back,
    "register_cover": register_cover,
    "register_page": register_page,
    "disability": disability,
}


def photograph(picture: Any, lot: random.Random, *, hard: bool = True) -> tuple[bytes, tuple[str, ...]]:
    """The paper on a table as a telephone takes it: tilted, in perspective, soft, half in shadow, with glare, JPEG 40.

    Args:
        hard: JPEG quality 40 and at least one thing wrong; otherwise 85 and only a tilt.
    """
    image, numpy, filters = (import_module(one) for one in ("PIL.Image", "numpy", "PIL.ImageFilter"))
    how: list[str] = []
    wide, high = int(picture.width * 1.45), int(picture.height * 1.6)
    ground = tuple(lot.randrange(60, 170) for _ in range(3))
    scene = image.new("RGB", (wide, high), ground)
    mask = image.new("L", (wide, high), 0)
    place = ((wide - picture.width) // 2, (high - picture.height) // 2)
    scene.paste(picture, place)
    mask.paste(255, (*place, place[0] + picture.width, place[1] + picture.height))
    angle = lot.uniform(-14, 14)
    how.append(f"tilt {angle:.0f}")
    scene = scene.rotate(angle, image.Resampling.BICUBIC, fillcolor=ground)
    if lot.random() < 0.6:
        how.append("perspective")
        shift = [lot.uniform(0, 0.06) * (wide if n % 2 == 0 else high) for n in range(8)]
        quad = (
            shift[0], shift[1], shift[2], high - shift[3], wide - shift[4], high - shift[5], wide - shift[6], shift[7],
        )  # fmt: skip
        scene = scene.transform((wide, high), image.Transform.QUAD, quad, image.Resampling.BICUBIC)
    pixels = numpy.asarray(scene).astype("float32")
    down, across = numpy.mgrid[0:high, 0:wide].astype("float32")
    if hard and lot.random() < 0.6:
        how.append("shadow")
        edge = (across / wide - lot.uniform(0.2, 0.8)) * lot.choice((-1, 1)) + (down / high - 0.5) * lot.uniform(-1, 1)
        pixels *= (1 - lot.uniform(0.35, 0.6) / (1 + numpy.exp(-edge * 25)))[..., None]
    if hard and lot.random() < 0.5:
        how.append("glare")
        x, y = lot.uniform(0.25, 0.75) * wide, lot.uniform(0.3, 0.7) * high
        spread = lot.uniform(0.04, 0.12) * wide
        light = numpy.exp(-(((across - x) / (spread * 2)) ** 2 + ((down - y) / spread) ** 2))
        pixels += (lot.uniform(120, 260) * light)[..., None]
    numbers = numpy.random.default_rng(lot.randrange(2**32))
    pixels += numbers.normal(0, lot.uniform(2, 9), pixels.shape)
    scene = image.fromarray(pixels.clip(0, 255).astype("uint8"))
    if hard and lot.random() < 0.6:
        blur = lot.uniform(0.8, 2.6)
        how.append(f"blur {blur:.1f}")
        scene = scene.filter(filters.GaussianBlur(blur))
    if hard and lot.random() < 0.2:
        how.append("small")
        scene = scene.resize((int(wide * 0.55), int(high * 0.55)))
    turn = lot.choice((0, 0, 0, 0, 0, 0, 0, 90, 180, 270))
    if turn:
        how.append(f"turned {turn}")
        scene = scene.rotate(turn, expand=True)
    kept = io.BytesIO()
    scene.save(kept, "JPEG", quality=40 if hard else 85)
    return kept.getvalue(), (*how, "jpeg 40" if hard else "jpeg 85")


def pictures(count: int, papers: tuple[str, ...] = ("id_card",), *, seed: int = 379901, hard: bool = True) -> Any:
    """Yield so many photographs, the same ones for the same seed."""
    for number in range(count):
        lot = random.Random(seed * 1000 + number)  # noqa: S311 - a lot that can be drawn again
        one, paper = resident(lot), papers[number % len(papers)]
        data, how = photograph(PAPERS[paper](one, lot), lot, hard=hard)
        yield Picture(data, paper, one, how)
