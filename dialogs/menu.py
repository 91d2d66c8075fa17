"""The menu: what DB32 6.2.1 names and a person to talk to, every entry with what it leads to.

Its functions (网上申请、进程查询、服务指南、投诉反馈) stand on the first list, its contents behind "about".
"""

from __future__ import annotations

from functools import cache
from typing import Final

from dialogs import asking
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.effects import CallHuman, Option, Say, ShowProgress
from dialogs.leaflet import CONTENTS, Page
from dialogs.terms import Term
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import load

FUNCTIONS: Final = ("apply", "progress", "guide", "complaint")
#: The first list, in the order of its numbers.
MENU: Final = (*FUNCTIONS, "about", "human")
#: What the next message is when it is no number: her complaint.
COMPLAINT: Final = "complaint.words"
_SHOWN: Final = frozenset((*CONTENTS, "class", "laws"))


def say(turn: Turn, key: str, names: tuple[str, ...], **params: str) -> None:
    """Say something with a list to pick from by number, by button or by word."""
    turn.state.menu, turn.state.offered = True, list(names)
    turn.do(Say(key, dict(params), options(turn, names), "ask"))


def options(turn: Turn, names: tuple[str, ...], *, numbered: bool = True) -> tuple[Option, ...]:
    """The buttons of a list; without numbers where a number would be taken for something else."""
    return tuple(_option(turn, name, number if numbered else 0) for number, name in enumerate(names, start=1))


def _option(turn: Turn, name: str, number: int) -> Option:
    kind, _, code = name.partition(".")
    button = asking.button(turn.state, turn.ctx, "@menu", name)
    match kind:
        case "item":
            return Option(button, "option.item", {"item": Term("item", code)}, number)
        case "class":
            return Option(button, "option.class", {"kind": Term("class", code)}, number)
        case "laws" if code:
            return Option(button, "option.more", {}, number)
    return Option(button, f"option.menu.{name}", {}, number)


def choice(turn: Turn) -> str | None:
    """What a message without a button picks: a number of the last list, or the name of an entry said alone."""
    text = (turn.said.text or "").strip()
    listed = turn.state.menu
    names, turn.state.offered = turn.state.offered or list(MENU), []
    turn.state.menu = False
    number = text.rstrip("。.、）)")
    if listed and number.isascii() and number.isdecimal():
        return names[int(number) - 1] if 1 <= int(number[:3]) <= len(names) else None
    heard = turn.said.heard
    if listed and names == [COMPLAINT] and text and (heard is None or not (heard.command or heard.asks_how_far)):
        return COMPLAINT
    if listed and turn.ctx.guide is not None and any(name.startswith(("class.", "item.")) for name in names):
        named = turn.ctx.guide.items(text)
        if named and len(text) <= 20:
            return f"item.{named[0]}"
    return entry_named(text)


def entry_named(text: str) -> str | None:
    """The entry whose name is all that was said."""
    return _words().get(fold(text).strip(load("menu")["ends"]["marks"])) if len(text) <= 20 else None


@cache
def _words() -> dict[str, str]:
    return {fold(word): name for name, listed in load("menu")["entry"].items() for word in listed}


def show(turn: Turn, code: str) -> bool:
    """Show an entry that only shows something; False when it is none of these."""
    if code == "about":
        say(turn, "tell.leaflet.about", CONTENTS)
    elif code == "guide":
        _page(turn, "kinds", key="tell.leaflet.guide")
    elif code == "complaint":
        _complaint(turn)
    elif code.partition(".")[0] in _SHOWN:
        _page(turn, code)
    else:
        return False
    return True


def aside(turn: Turn) -> bool:
    """An entry named in the middle of a form: it is told without a list to pick from, and the form goes on."""
    entry = entry_named(turn.said.text or "")
    if entry is None or entry == "apply":
        return False
    if entry == "progress":
        turn.do(ShowProgress())
    elif entry == "complaint":
        turn.do(CallHuman("objects"))
        turn.say("tell.objection_kept", phone=turn.ctx.phone, clerk=turn.ctx.clerk)
    else:
        page = _find(turn, entry if entry in CONTENTS and entry != "kinds" else "items")
        if page is None:
            unknown(turn)
        else:
            turn.do(page.say)
    return True


def _find(turn: Turn, code: str) -> Page | None:
    """A page as of today; None where it tells something that has no value today."""
    guide = turn.ctx.guide
    try:
        return None if guide is None else guide.leaflet.page(code, turn.ctx.today, turn.ctx.town)
    except CatalogueMistake:
        return None


def _page(turn: Turn, code: str, *, key: str = "") -> None:
    page = _find(turn, code)
    if page is None:
        unknown(turn)
        return
    offers = page.offers or ("about", "human")
    turn.state.menu, turn.state.offered = True, list(offers)
    turn.do(Say(key or page.say.key, page.say.params, options(turn, offers), "ask"))


def unknown(turn: Turn) -> None:
    """Nothing that holds today is known of it: a person answers."""
    turn.do(CallHuman("policy"))
    turn.say("tell.guide.unknown", phone=turn.ctx.phone, clerk=turn.ctx.clerk)


def _complaint(turn: Turn) -> None:
    """She is dissatisfied: what she writes next is passed on; who else can be told."""
    guide = turn.ctx.guide
    phone, hotline = guide.complaints(turn.ctx.town) if guide is not None else (turn.ctx.phone, turn.ctx.phone)
    turn.state.menu, turn.state.offered = True, [COMPLAINT]
    turn.say("tell.leaflet.complaint", phone=phone, hotline=hotline)
