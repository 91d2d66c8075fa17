"""The village station in the chat: its menu, its books, and what anybody may tell or ask of it (domain 2.2, 9.11)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from dialogs import asking, drafts
from dialogs.effects import BindChat, DropSheet, MandateCode, Option, Say, Station
from dialogs.hearing import Heard
from dialogs.said import Said
from dialogs.state import Answer
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.intents import for_somebody_else
from dialogs.understanding.lexicon import alternation, load
from dialogs.volunteered import keep_what_was_told

#: The station's menu in the order of its numbers; the first is the resident's own first, filing.
MENU: Final = (
    "apply", "mine", "unfinished", "register_book", "visit_log", "lead", "change", "death", "recheck",
)  # fmt: skip
BOOKS: Final = frozenset({"register_book", "visit_log", "lead", "change", "death"})
PAGES: Final = ("mine", "book", "visits", "leads", "recheck", "roster")
_TELLS: Final = 300
#: What follows the word is the first answer to this question.
_MATTER: Final = {"register_book": "matter", "visit_log": "matter", "change": "matter", "death": "visitor"}


def bound(turn: Turn) -> bool:
    """Whether the message is a code: one that makes this account a colleague's, or one that shows somebody's yes."""
    said = fold(turn.said.text or "").strip() if len(turn.said.text or "") <= 24 else ""
    account, mandate = _code("bind").fullmatch(said), _code("mandate").fullmatch(said)
    if account is not None:
        turn.do(BindChat(account[1]))
    elif mandate is not None:
        turn.do(MandateCode(mandate[1]))
    else:
        return False
    if turn.state.dialog:
        turn.ask()
    return True


@cache
def _code(what: str) -> re.Pattern[str]:
    return re.compile(
        f"(?:{alternation(fold(word) for word in load('station')[what]['words'])})[^0-9]{{0,3}}([0-9]{{6}})"
    )


def answer(turn: Turn) -> bool:
    """Whether the message was for the station; then it is answered, or a book is open whose questions come next.

    The station's own pages are for assistants.
    """
    text = (turn.said.text or "").strip()
    if turn.ctx.helper is not None:
        code, rest = _picked(turn, text)
        if code is not None:
            turn.state.menu = False
            _open_page(turn, code, rest)
            return True
    if not text or turn.said.choice is not None:
        return False
    if len(text) <= 20 and _words("helpers", "words").search(fold(text)) is not None:
        turn.do(Station("helpers"))
        return True
    if _tells_of_another(turn, text):
        _write(turn, "lead", text)
        return True
    return False


def looked(turn: Turn) -> bool:
    """Whether an assistant in the middle of a form asks for a page to read; the form stays open."""
    if turn.ctx.helper is None or turn.state.dialog in BOOKS or turn.said.choice is not None:
        return False
    match = _pages().fullmatch((turn.said.text or "").strip())
    code = None if match is None or match["rest"] else match.lastgroup
    if code not in (*PAGES, "unfinished") or code == "roster":
        return False
    _open_page(turn, code, "")
    return True


def reopened(turn: Turn, book: str) -> bool:
    """Whether what she wants to begin anew is a book of the station; then it is open and empty."""
    if book not in BOOKS:
        return False
    turn.said = Said()
    _write(turn, book, "")
    return True


def menu(turn: Turn, *, greet: bool = True) -> None:
    """What a station can do, by number or by word."""
    assert turn.ctx.helper is not None
    turn.state.menu = True
    options = tuple(
        Option(asking.button(turn.state, turn.ctx, "@menu", code), f"option.station.{code}", {}, number)
        for number, code in enumerate(MENU, start=1)
    )
    key = "msg.station" if greet else "tell.station_menu"
    turn.do(Say(key, {"who": turn.ctx.helper.name, "town": turn.ctx.town}, options, "ask"))


def _picked(turn: Turn, text: str) -> tuple[str | None, str]:
    """The page that was picked by button, by number or by word, and what was said besides; `apply` is not ours."""
    if turn.said.choice is not None:
        parts = asking.read_button(turn.said.choice)
        ours = parts is not None and parts[0] == turn.ctx.tag and parts[2] == "@menu" and parts[3] in MENU[1:]
        return (parts[3] if ours and parts is not None else None), ""
    if not turn.state.offered and text.isascii() and text.isdecimal() and 1 <= int(text) <= len(MENU):
        turn.state.menu = text == "1"  # filing is the resident's menu too; a number of hers is never a rating
        return (None if text == "1" else MENU[int(text) - 1]), ""
    match = _pages().fullmatch(text)
    if match is None:
        return None, ""
    groups = match.groupdict()
    rest = (groups.pop("rest") or "").strip()
    found = next(code for code, word in groups.items() if word)
    return (None, "") if rest and found not in (*BOOKS, "roster") else (found, rest)


@cache
def _pages() -> re.Pattern[str]:
    codes = "|".join(f"(?P<{code}>{alternation(listed)})" for code, listed in load("station")["page"].items())
    return re.compile(f"(?:{codes})(?:[\\s:：,，。.!！?？]+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE)


@cache
def _words(part: str, name: str) -> re.Pattern[str]:
    return re.compile(alternation(fold(word) for word in load("station")[part][name]))


def _tells_of_another(turn: Turn, text: str) -> bool:
    """Whether somebody tells of another in need, and neither of herself nor to file a form for her."""
    said = fold(text)
    heard = turn.said.heard or Heard()
    if len(text) > _TELLS or heard.danger is not None or heard.for_self or "id_number" in heard.told:
        return False
    if _words("lead", "tells").search(said) is None:
        return False
    mine = _words("lead", "own").search(said) is not None or _words("lead", "files").search(said) is not None
    other = for_somebody_else(said) or _words("lead", "other").search(said) is not None or "address" in heard.told
    return not mine and (other or turn.ctx.helper is not None)


def _open_page(turn: Turn, code: str, rest: str) -> None:
    if code == "menu":
        menu(turn, greet=False)
    elif code == "unfinished":
        if turn.state.parked:
            drafts.listing(turn)
        else:
            turn.say("tell.only_this_one" if turn.state.dialog else "tell.nothing_unfinished")
    elif code == "drop_sheet":
        turn.do(DropSheet())
    elif code in PAGES:
        turn.do(Station(code, rest))
    else:
        _write(turn, code, rest)


def _write(turn: Turn, book: str, rest: str) -> None:
    """Open a book; what was said already is kept at its place."""
    state = turn.state
    state.draft = state.latest = state.next_draft
    state.answers, state.trail, state.raised, state.files = {}, [], [], []
    state.tries, state.held, state.asking, state.dialog = 0, False, "", book
    if book == "lead" and rest:
        keep_what_was_told(state, turn.dialog, turn.said, but="")
    slot, shortest = ("difficulty", 6) if book == "lead" else (_MATTER[book], 2)
    if len(rest) >= shortest:
        state.answers[slot] = Answer(rest, rest, "told")
