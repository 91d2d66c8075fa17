"""Synthetic papers to photograph: identity cards, household registers, disability certificates of nobody.

Everything on them is drawn by lot from a seed: names from the lists below, numbers that begin with 379901 (a test
region that does not exist), the town of the sample county. Pillow and numpy come with the extra `photos`.
"""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from dialogs.understanding.id_number import check_digit

REGION = "379901"
WIDE, HIGH = 1000, 630  # pixels of a card, 85.6 mm by 54 mm

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗"
GIVEN = "秀英桂兰建国小宇玉柱春燕志强丽华海涛文静立新淑芬永福家栋雪梅金凤长江晓明素珍德顺喜来翠花保田红卫根生"
ETHNIC = ("汉", "汉", "汉", "汉", "回", "满", "壮", "蒙古")
VILLAGES = ("石桥村", "柳沟村", "李家庄村", "上河头村", "北辛店村")
KINDS_OF_DISABILITY = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVELS = ("一级", "二级", "三级", "四级")


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
    name = lot.choice(FAMILY) + "".join(lot.choice(GIVEN) for _ in range(lot.choice((1, 2, 2, 2))))
    address = f"云山省云山县青石镇{lot.choice(VILLAGES)}{lot.randrange(1, 9)}组{lot.randrange(1, 200)}号"
    return Resident(
        name, "男" if sequence % 2 else "女", lot.choice(ETHNIC), birth, address, body + check_digit(body)
    )


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

    put(70, 70, "姓 名", label, _BLUE)
    put(180, 62, one.name, _font(42), _BLACK)
    put(70, 150, "性 别", label, _BLUE)
    put(180, 143, one.sex, text, _BLACK)
    put(290, 150, "民 族", label, _BLUE)
    put(390, 143, one.ethnic, text, _BLACK)
    put(70, 230, "出 生", label, _BLUE)
    for x, what, mark in ((180, one.birth.year, "年"), (330, one.birth.month, "月"), (430, one.birth.day, "日")):
        put(x, 223, str(what), text, _BLACK)
        put(x + (90 if mark == "年" else 50), 230, mark, label, _BLUE)
    put(70, 310, "住 址", label, _BLUE)
    for row in range(0, len(one.address), 12):
        put(180, 303 + row // 12 * 50, one.address[row : row + 12], text, _BLACK)
    put(70, 525, "公民身份号码", label, _BLUE)
    put(330, 512, one.id_number, _font(46), _BLACK)
    draw.rounded_rectangle((690, 70, 940, 430), 40, fill=(205, 212, 218))
    draw.ellipse((755, 120, 875, 260), fill=(176, 160, 148))
    draw.rounded_rectangle((715, 280, 915, 430), 60, fill=(96, 104, 120))
    return picture


def id_card_back(one: Resident, lot: random.Random) -> Any:
    """The side with the emblem."""
    picture, draw = _sheet(lot, WIDE, HIGH, (233, 228, 226))
    draw.ellipse((70, 60, 230, 220), fill=(190, 70, 60))
    draw.text((290, 60), "中华人民共和国", font=_font(58, song=True), fill=_BLACK)
    draw.text((290, 150), "居 民 身 份 证", font=_font(74, song=True), fill=_BLACK)
    draw.text((190, 430), "签发机关", font=_font(30), fill=_BLACK)
    draw.text((350, 425), "云山县公安局", font=_font(36), fill=_BLACK)
    draw.text((190, 510), "有效期限", font=_font(30), fill=_BLACK)
    since = dt.date(2012, 1, 1) + dt.timedelta(days=lot.randrange(4000))
    until = since.replace(year=since.year + 20, day=min(since.day, 28))
    draw.text((350, 505), f"{since:%Y.%m.%d}-{until:%Y.%m.%d}", font=_font(36), fill=_BLACK)
    return picture


def _table(draw: Any, rows: list[list[tuple[str, str]]], top: int, wide: int, columns: tuple[int, ...]) -> int:
    """Rows of label and value in a grid; where it ends."""
    high = 74
    for row in rows:
        x = 50
        draw.line((50, top, wide - 50, top), fill=_BLACK, width=2)
        for (label, value), width in zip(row, columns if len(row) > 1 else (wide - 100,), strict=False):
            draw.line((x, top, x, top + high), fill=_BLACK, width=2)
            named = 30 + len(label) * 24
            draw.text((x + 12, top + 22), label, font=_font(24, song=True), fill=(60, 60, 60))
            draw.line((x + named, top, x + named, top + high), fill=_BLACK, width=1)
            draw.text((x + named + 16, top + 18), value, font=_font(32), fill=_BLACK)
            x += width
        draw.line((wide - 50, top, wide - 50, top + high), fill=_BLACK, width=2)
        top += high
    draw.line((50, top, wide - 50, top), fill=_BLACK, width=2)
    return top


def register_cover(one: Resident, lot: random.Random) -> Any:
    """户口本首页: the household."""
    picture, draw = _sheet(lot, 1100, 760, (240, 233, 214))
    draw.text((330, 60), "常住人口登记簿首页", font=_font(48, song=True), fill=_BLACK)
    rows = [
        [("户别", "家庭户"), ("户主姓名", one.name)],
        [("户号", f"{lot.randrange(10**8):08d}"), ("登记日期", "2016年03月21日")],
        [("住址", one.address)],
    ]
    _table(draw, rows, 170, 1100, (500, 500))
    draw.text((600, 560), "云山县公安局户口专用", font=_font(30, song=True), fill=(190, 60, 60))
    return picture


def register_page(one: Resident, lot: random.Random) -> Any:
    """户口本内页: one member of it."""
    picture, draw = _sheet(lot, 1100, 900, (240, 233, 214))
    draw.text((360, 50), "常住人口登记卡", font=_font(48, song=True), fill=_BLACK)
    relation = "妻" if one.sex == "女" else "长子"
    rows = [
        [("姓名", one.name), ("户主或与户主关系", relation)],
        [("曾用名", ""), ("性别", one.sex)],
        [("出生地", "云山县"), ("民族", one.ethnic)],
        [("籍贯", "云山县"), ("出生日期", f"{one.birth.year}年{one.birth.month:02d}月{one.birth.day:02d}日")],
        [("公民身份证件编号", one.id_number)],
        [("文化程度", "小学"), ("婚姻状况", "有配偶")],
    ]
    _table(draw, rows, 150, 1100, (500, 500))
    return picture


def disability(one: Resident, lot: random.Random) -> Any:
    """残疾人证: the number is the identity number, one digit for the kind, one for the level."""
    kind, level = lot.randrange(7), lot.randrange(4)
    picture, draw = _sheet(lot, WIDE, 640, (238, 240, 232))
    draw.text((270, 34), "中华人民共和国残疾人证", font=_font(40, song=True), fill=(150, 40, 40))
    lines = (
        ("姓名", one.name), ("性别", one.sex), ("民族", one.ethnic),
        ("出生日期", f"{one.birth.year}年{one.birth.month}月{one.birth.day}日"),
        ("残疾类别", KINDS_OF_DISABILITY[kind]), ("残疾等级", LEVELS[level]),
        ("证号", f"{one.id_number}{kind + 1}{level + 1}"), ("住址", one.address),
    )  # fmt: skip
    for row, (label, value) in enumerate(lines):
        draw.text((60, 110 + row * 62), label, font=_font(28), fill=(70, 70, 70))
        draw.text((60 + 34 + len(label) * 30, 104 + row * 62), value, font=_font(34), fill=_BLACK)
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
