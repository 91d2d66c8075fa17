"""She was told that somebody filed for her: her short answer to that, and nothing else, is heard here."""

from __future__ import annotations

from dialogs.effects import WantedIt
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import words

#: A longer message tells of something else; a person reads it.
SHORT = 24


def answered(turn: Turn) -> bool:
    """Whether the message says that it was, or was not, her wish; then it is passed on.

    While a form is open a bare yes or no answers its question, so only words that can mean nothing else count.
    """
    text = (turn.said.text or "").strip()
    if not turn.ctx.filed_for_her or not text or len(text) > SHORT:
        return False
    said = fold(text)
    bare = turn.said.heard.leans if turn.said.heard is not None and not turn.state.dialog else None
    denied = words("review", "not_my_wish").search(said) is not None or bare is False
    wanted = not denied and (words("review", "my_wish").search(said) is not None or bare is True)
    if not denied and not wanted:
        return False
    turn.do(WantedIt(wanted))
    if turn.state.dialog:
        turn.ask()
    return True
