"""The talk about a photograph: what she is told once it was looked at, and what her answer does."""

from __future__ import annotations

from typing import Final

from dialogs import asking, photos
from dialogs.context import Context
from dialogs.effects import Say
from dialogs.papers.reading import material_of
from dialogs.papers.seen import Seen
from dialogs.said import Said
from dialogs.state import Photo, State
from dialogs.terms import Line, Param, Term
from dialogs.turn import Turn
from dialogs.understanding.lexicon import load

#: Questions to which the photograph of a card is an answer, and the paper they want.
_WANTS: Final = frozenset({"id_number", "id_missing"})
ID_CARD: Final = "mat_id_card"
#: From so many lines on, what was read is some other paper and no paper that cannot be read.
TEXT: Final = 8


def arrived(state: State, draft: int, file: str, seen: Seen, ctx: Context) -> tuple[State, Say | None]:
    """What follows when a photograph of this draft was looked at, while her form is open or waits.

    Args:
        state: where the conversation stands now; it is not changed.
        draft: the form the photograph belongs to.
        file: the attachment.

    Returns:
        The state then, and what she is told, if anything.
    """
    turn = Turn(state, Said(), ctx)
    state = turn.state
    if draft != state.draft or not state.dialog:
        waiting = next((one for one in state.parked if one.draft == draft), None)
        if waiting is not None and waiting.dialog in photos.FORMS:
            _keep(waiting, file, seen)
        return state, None
    if state.dialog not in photos.FORMS:
        return state, None
    wanted = ID_CARD if state.asking in _WANTS and not state.paused else ""
    if not _keep(state, file, seen):
        said = about(seen, wanted, has_number=_has_number(state))
        return state, None if state.paused else said
    if len(state.photos) > 1 or state.confirming:
        return state, None  # one after the other
    shown = photos.question(state, turn.dialog, ctx)
    if shown is None and not state.photos:
        return state, Say("msg.photo_same", {"what": _what(seen)})
    return state, shown


def about(seen: Seen, wanted: str, *, has_number: bool = True) -> Say | None:
    """What is said of a photograph that fills nothing; None where it is simply kept, as one of a house is.

    Args:
        wanted: the material she was asked for, "" for none in particular.
        has_number: whether her identity number is known.
    """
    paper = seen.paper
    if seen.trouble == "broken":
        return Say("msg.photo_broken")
    if seen.trouble in ("timeout", "failed"):
        return Say("msg.photo_left")
    if paper.code and not paper.clear:
        return _unclear(seen, material_of(paper.code))
    if paper.code == "id_card_back" and not has_number:
        return Say("msg.photo_back")
    if not wanted or paper.code:
        return None
    if seen.trouble or paper.lines < TEXT:
        return _unclear(seen, wanted)
    return Say("msg.photo_other", {"wanted": Term("material", wanted)})


def _unclear(seen: Seen, material: str) -> Say:
    why: Param = Line(f"photo.look.{seen.look}") if seen.look else ""
    return Say("msg.photo_unclear", {"what": Term("material", material), "why": why})


def _what(seen: Seen) -> Term:
    return Term("material", material_of(seen.paper.code))


def _keep(state: State, file: str, seen: Seen) -> bool:
    """Put what was read aside for her yes; False when there is nothing to say yes to."""
    if not seen.paper.clear or not seen.paper.fields:
        return False
    state.photos.append(Photo(file, seen.paper.code, seen.paper.fields))
    return True


def _has_number(state: State) -> bool:
    number = state.answers.get("id_number")
    return number is not None and number.value is not None


def answered(turn: Turn) -> str:
    """What the message answered to the question about a photograph: yes, no, or whose it is.

    "self", "members.0" or "new" for whose; "" when it answered something else.

    While she sends further photographs the question stays; a second other answer ends it, and the window looks.
    """
    state = turn.state
    if not state.photos:
        state.confirming = ""
        return ""
    if turn.said.files and not turn.said.text and turn.said.choice is None:
        return ""
    prefix = photos.target(state, turn.dialog, state.photos[0])
    code = _chosen(turn, prefix)
    state.confirming = ""
    if code is None:
        if photos.ignored(state):
            turn.say("tell.photo_left")
        return ""
    photo = state.photos.pop(0)
    if code == "no":
        turn.say("tell.photo_not_used")
        return code
    if code == "new":
        prefix = photos.new_person(state, turn.dialog) or ""
    elif code != "yes":
        prefix = "" if code == "self" else f"{code}."
    filled = photos.fill(state, prefix or "", photo, turn.ctx)
    members = any(slot.startswith("members.") for slot in filled)
    index = int((prefix or "").split(".")[1]) if members else 0
    what: Param = asking.member_line(state, "members", index) if members else asking.labels(filled)
    turn.say("tell.photo_taken", what=what)
    return code


def _chosen(turn: Turn, prefix: str | None) -> str | None:
    """The option she chose: yes or no, or, where it was asked whose it is, a person; None for neither."""
    state, said = turn.state, turn.said
    codes = ["yes", "no"] if prefix is not None else photos.codes_of(state, turn.dialog)
    if said.choice is not None:
        parts = asking.read_button(said.choice)
        ours = parts is not None and parts[:3] == (turn.ctx.tag, state.draft, photos.SLOT)
        return parts[3] if ours and parts is not None and parts[3] in codes else None
    text, heard = (said.text or "").strip(), said.heard
    if text.isdecimal() and 1 <= int(text[:3]) <= len(codes):
        return codes[int(text[:3]) - 1]
    if prefix is None:
        return photos.named_in(text, state, turn.dialog)
    if heard is None or heard.command in ("cancel", "restart", "human", "back"):
        return None
    if text.startswith(tuple(load("papers")["wrong"]["begins"])):
        return "no"
    return None if heard.yes is None else "yes" if heard.yes else "no"
