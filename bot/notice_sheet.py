"""One layout of the one-time notice (domain 13.4, MG 6(2)) for every form it is given in: page, text, picture.

`of` finds the words once; the page's template, `as_text` and `as_picture` only arrange them. The picture is set by
typst with the font that comes as a package, so that no machine needs one; where either is missing there is no picture,
and `yimen doctor` says so.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dialogs.notice import NoticeMaterial, NoticeRule, OneTimeNotice
from dialogs.notice_text import apply_line
from dialogs.terms import Line, Lines, Param, Terms

if TYPE_CHECKING:
    from bot.render import Renderer

TEMPLATE = Path(__file__).parent / "notice_sheet.typ"
PIXELS_PER_INCH = 120
_EFFORTLESS = ("already_held", "we_fetch")


class Section(NamedTuple):
    """A heading with its lines; each line has smaller ones below it."""

    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    numbered: bool = False


def of(render: Renderer, notice: OneTimeNotice, photo_rules: dict[str, str]) -> dict[str, Any]:
    """Everything a reader is shown, in words; the variables of `notice.html`.

    Args:
        photo_rules: how to take a photo, by name (materials.toml).
    """
    place = notice.place
    phones = [{"who": place.clerk or place.name, "phone": place.phone, "address": ""}]
    phones += [{"who": one.name, "phone": one.phone, "address": one.address} for one in notice.departments]
    phones += [{"who": one.name, "phone": one.phone, "address": one.address} for one in notice.assistants]
    wanted = [one for one in notice.materials if not one.optional]
    hers = [one for one in wanted if one.supply not in _EFFORTLESS]
    how_to_photo = {rule for one in hers if (rule := _photo_rule(one, photo_rules))}
    once = how_to_photo.pop() if len(how_to_photo) == 1 and len(hers) > 1 else ""
    return {
        "called": render.text("notice.you", {}),
        "items": [{"name": render.term("item", item.code), "plain": item.eligible} for item in notice.items],
        "materials": _materials(render, hers, {} if once else photo_rules),
        "photo": once,
        "fetched": [render.term("material", one.code) for one in wanted if one.supply in _EFFORTLESS],
        "steps": [
            {"what": render.term("item", item.code), "steps": [step.do for step in item.steps]}
            for item in notice.items
            if item.steps
        ],
        "limits": [
            {
                "what": render.term("item", item.code),
                "days": render.text(f"notice.days.{item.time.unit}", {"days": item.time.days}),
                "ground": item.time.ground,
            }
            for item in notice.items
        ],
        "apply": [
            {"what": render.term("item", item.code), "how": render.param(apply_line(item))}
            for item in notice.items
            if item.applies
        ],
        "rules": [_rule(render, notice, rule) for rule in notice.rules],
        "basis": list(dict.fromkeys(basis.text for item in notice.items for basis in item.basis)),
        "refusals": [one.plain for one in notice.refusals],
        "place": {"name": place.name, "address": place.address, "hours": place.hours, "phone": place.phone},
        "complain": place.supervision_phone or place.hotline,
        "phones": [one for one in phones if one["phone"]],
    }


def _rule(render: Renderer, notice: OneTimeNotice, rule: NoticeRule) -> dict[str, str]:
    """A rule of the window in her words, with its clause."""
    match rule.key:
        case "way":
            by_code = {one.code: one for one in notice.departments}
            first = by_code.get(rule.departments[0]) if rule.departments else None
            params: dict[str, Param] = {
                "depts": Terms("dept", rule.departments),
                "address": first.address if first else "",
                "phone": first.phone if first else "",
            }
            text = render.text(f"notice.way.{rule.codes[0]}", params)
        case "brand":
            text = render.text("notice.brand", {"brand": rule.codes[0]})
        case "forms":
            text = render.param(Lines(tuple(Line(f"notice.form.{code}") for code in rule.codes), "run"))
        case "levels":
            text = render.text("notice.levels", {"levels": Terms("level_of_window", rule.codes)})
            also = [render.text("notice.also", {"who": one.name, "address": one.address}) for one in notice.also]
            text = "".join((text, *also))
        case _:
            text = render.text(f"notice.rule.{rule.key}.{rule.unit}", {"days": rule.amount})
    return {"text": text, "ground": rule.ground}


def _photo_rule(one: NoticeMaterial, rules: dict[str, str]) -> str:
    return rules.get(one.photo_rule, "") if one.supply == "photo" else ""


def _materials(render: Renderer, hers: list[NoticeMaterial], rules: dict[str, str]) -> list[dict[str, Any]]:
    """What she brings; of things that can stand for one another it says that one is enough."""
    groups = Counter(one.one_of for one in hers if one.one_of)
    return [_material(render, number, one, groups[one.one_of] > 1, rules) for number, one in enumerate(hers, start=1)]


def _material(
    render: Renderer, number: int, one: NoticeMaterial, among_others: bool, rules: dict[str, str]
) -> dict[str, Any]:
    many = ".each" if one.supply == "sign" and one.signatures > 1 else ""
    how = render.text(f"notice.how.{one.supply}{many}", {"people": one.signatures})
    return {
        "no": number,
        "name": render.term("material", one.code),
        "how": render.text("page.one_enough", {"how": how}) if among_others else how,
        "by_whom": one.who_has,
        "accepted": one.accepted,
        "sample": _photo_rule(one, rules),
        "mistake": one.common_mistake,
        "because": render.term("second_ask", one.because) if one.because else "",
    }


def sections(render: Renderer, sheet: dict[str, Any]) -> list[Section]:
    """The sheet in the order it is read."""

    def word(key: str) -> str:
        return render.text(f"page.{key}", {})

    colon = word("colon")

    def below(one: dict[str, Any]) -> tuple[str, ...]:
        named = (("who_brings", "by_whom"), ("accepted", "accepted"), ("sample", "sample"), ("mistake", "mistake"),
                 ("because", "because"))  # fmt: skip
        return (one["how"], *(f"{word(key)}{colon}{one[name]}" for key, name in named if one[name]))

    place = sheet["place"]
    where = tuple(one for one in (place["address"], place["hours"]) if one)
    found = [
        Section(word("what"), tuple((one["name"], (one["plain"],) if one["plain"] else ()) for one in sheet["items"])),
        Section("", ((word("may_qualify"), ()),)),
        Section(word("materials"), tuple((one["name"], below(one)) for one in sheet["materials"]), True),
        Section("", ((f"{word('sample')}{colon}{sheet['photo']}", ()),) if sheet["photo"] else ()),
        Section(word("fetched"), ((listed, ()),) if (listed := word("comma").join(sheet["fetched"])) else ()),
        Section(
            word("how_long"),
            tuple((f"{one['what']}{colon}{one['days']}", _clause(render, one)) for one in sheet["limits"]),
        ),
        Section(word("where_when"), ((place["name"], where),)),
        Section(
            word("ask_whom"),
            tuple(
                (f"{one['who']} {one['phone']}", (one["address"],) if one["address"] else ()) for one in sheet["phones"]
            ),
        ),
        Section("", ((f"{word('complain')}{colon}{sheet['complain']}", ()),) if sheet["complain"] else ()),
        Section(
            word("steps"),
            tuple(
                (one["what"], tuple(f"{number}. {step}" for number, step in enumerate(one["steps"], start=1)))
                for one in sheet["steps"]
            ),
        ),
        Section(word("rules"), tuple((one["text"], _clause(render, one)) for one in sheet["rules"])),
        Section(word("when_not"), tuple((line, ()) for line in (*sheet["refusals"], word("if_not")))),
        Section(word("who_where"), tuple((f"{one['what']}{colon}{one['how']}", ()) for one in sheet["apply"])),
        Section(word("basis"), tuple((line, ()) for line in sheet["basis"])),
    ]
    return [one for one in found if one.lines]


def _clause(render: Renderer, one: dict[str, str]) -> tuple[str, ...]:
    """By which clause, below the line it belongs to."""
    if not one["ground"]:
        return ()
    return (f"{render.text('page.by_clause', {})}{render.text('page.colon', {})}{one['ground']}",)


def title(render: Renderer, sheet: dict[str, Any]) -> str:
    """What it is called."""
    return f"{sheet['called']}{render.text('page.notice_h', {})}"


def as_text(render: Renderer, sheet: dict[str, Any]) -> str:
    """The sheet as plain text, for the terminal and the printer of an office."""
    lines = [title(render, sheet)]
    for section in sections(render, sheet):
        lines += ["", section.title] if section.title else []
        for number, (line, below) in enumerate(section.lines, start=1):
            lines.append(f"{number}. {line}" if section.numbered else line)
            lines += [f"   {one}" for one in below]
    return "\n".join(lines)


def as_picture(render: Renderer, sheet: dict[str, Any], number: str) -> bytes:
    """The sheet as one tall PNG in large type. Blocking: some tenths of a second.

    Raises:
        LookupError: `picture_problem` says why there is none.
    """
    problem = picture_problem()
    if problem is not None:
        raise LookupError(problem)
    data = {
        "title": title(render, sheet),
        "number": f"{render.text('page.number', {})}{render.text('page.colon', {})}{number}" if number else "",
        "sections": [
            {"title": one.title, "numbered": one.numbered, "lines": [[line, list(below)] for line, below in one.lines]}
            for one in sections(render, sheet)
        ],
    }
    return _set(json.dumps(data, ensure_ascii=False))


@lru_cache(maxsize=32)  # about half a megabyte each; she opens hers several times
def _set(data: str) -> bytes:
    made: Any = import_module("typst").compile(
        str(TEMPLATE),
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=[str(_font().parent)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    return bytes(made if isinstance(made, bytes) else made[0])


@cache
def picture_problem() -> str | None:
    """Why no picture can be made here; None when one can."""
    try:
        import_module("typst")
    except ImportError:
        return "off: the package typst is missing"
    try:
        found = _font()
    except ImportError:
        return "off: no Chinese font; the package pylopdf-fonts-zh-cn is missing"
    return None if found.is_file() else f"off: no Chinese font; {found.name} is missing"


def _font() -> Path:
    return Path(import_module("pylopdf_fonts_zh_cn").sans_path())
