"""A message of her voice: kept and answered at once, taken for what it says once somebody or something has heard it.

Source clause: domain 13.1 (7): what was heard is said back before it is used, and what was not is said plainly.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from dialogs.effects import HearVoice, Say, Urgent
from dialogs.said import File, Said
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

#: How often in a row the same few syllables are no speech any more, but a machine that hears noise.
LOOP = 5
_LOOP = re.compile(rf"(.{{1,8}}?)\1{{{LOOP},}}")


def recordings(said: Said) -> tuple[File, ...]:
    """The voice messages among the files."""
    return tuple(file for file in said.files if file.media_type.startswith("audio/"))


def taken(turn: Turn) -> bool:
    """Whether the message was a voice and nothing else, and is answered here.

    What came with it goes its own way afterwards. A recording that was asked for as the proof of somebody's yes is
    not listened to for words.
    """
    spoken = recordings(turn.said)
    if not spoken or _is_proof(turn):
        return False
    others = tuple(file for file in turn.said.files if file not in spoken)
    turn.said = msgspec.structs.replace(turn.said, files=others)
    new = tuple(file.id for file in spoken if not file.again)
    if new:
        if turn.state.dialog:
            turn.state.files.extend(one for one in new if one not in turn.state.files)
        turn.do(HearVoice(new))
        key = "tell.voice_listening" if turn.ctx.hears_voice else "tell.voice_for_staff"
        turn.say(key, phone=turn.ctx.phone, minutes=turn.ctx.listen_minutes)
    else:
        turn.say("tell.file_again")
    return not (turn.said.text or turn.said.choice is not None or others or turn.said.sheet is not None)


def _is_proof(turn: Turn) -> bool:
    """Whether somebody's recorded yes is what is being waited for (domain 12.3)."""
    state = turn.state
    if state.paused:
        return False
    if state.dialog:
        slot = turn.open_slot()
        return slot is not None and slot.question.name == "proof" and not state.confirming
    if state.after is not None and state.after.topic == "withdraw.proof":
        return True
    return bool(state.last_case) and any(case.unshown for case in turn.ctx.cases())


def said_back(turn: Turn) -> None:
    """Say what was heard before anything that follows from it, but after what somebody in danger must read first."""
    if not turn.said.spoken:
        return
    first = 0
    while first < len(turn.effects) and _is_urgent(turn.effects[first]):
        first += 1
    turn.effects.insert(first, Say("tell.voice_heard", {"words": turn.said.spoken}))


def _is_urgent(effect: object) -> bool:
    return isinstance(effect, Urgent) or (isinstance(effect, Say) and effect.kind == "urgent")


def nothing_heard(said: Said, *, doubtful: bool = False) -> bool:
    """Whether what a machine made of a recording is no speech; a danger in it is heard however doubtful it is.

    Args:
        doubtful: the machine itself is not sure.
    """
    if said.heard is not None and (said.heard.danger is not None or said.heard.in_danger):
        return False
    text = _bare(said.text or "")
    return doubtful or not text or _LOOP.fullmatch(text) is not None


def _bare(text: str) -> str:
    """The letters and digits of a text without the phrases machines hear in silence."""
    return "".join(filter(str.isalnum, _phantoms().sub("", fold(text))))


@cache
def _phantoms() -> re.Pattern[str]:
    return re.compile(alternation(fold(one) for one in load("voice")["phantoms"]))
