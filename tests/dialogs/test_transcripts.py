"""Plays `tests/transcripts/*.txt`: `>` is what she says, `<` the keys she is answered with, in order.

`@ name village` makes her a registered assistant from here on; `* book slot value` looks at what was noted last.
`= slot value` looks at an answer that was kept, `+ 交上去` says that the draft was handed in; without that line it was not.
`& status 称呼 refused=item,item helper=child` is a case handed in before; `! withdraw …` is what the last message led to
besides words, with its values that are not empty.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.context import Helper
from dialogs.effects import Note
from tests.dialogs.play import Talk

FOLDER = Path(__file__).parents[1] / "transcripts"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_transcript(file: Path) -> None:
    talk = Talk()
    heard: list[str] = []
    handed_in = 0
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        mark, _, text = line.partition(" ")
        at = f"{file.name}:{number}"
        if mark == ">":
            assert not heard, f"{at}: before this she also heard {heard}"
            assert talk.submitted == handed_in, f"{at}: before this the draft was handed in"
            heard = _say(talk, text)
        elif mark == "<":
            assert heard, f"{at}: {text} was expected, nothing more was said"
            assert heard.pop(0) == text, f"{at}: {text} was expected; she heard {[say.key for say in talk.says]}"
        elif mark == "+":
            handed_in += 1
            assert (text, talk.submitted) == ("交上去", handed_in), at
        elif mark == "@":
            name, _, village = text.partition(" ")
            talk.helper = Helper(name, (village,)) if name else None
        elif mark == "*":
            book, slot, value = text.split(" ", 2)
            [noted] = [effect for effect in talk.effects if isinstance(effect, Note)]
            found = noted.values.get(slot)
            assert (noted.book, str(found["text"] if isinstance(found, dict) else found)) == (book, value), at
        elif mark == "&":
            status, called, *more = text.split()
            talk.knows(status, called, **dict(one.split("=") for one in more))
        elif mark == "!":
            assert text in talk.did(), f"{at}: it led to {talk.did()}"
        elif mark == "=":
            slot, _, value = text.partition(" ")
            assert str(talk.value(slot)) == value, at
        else:
            assert not line.strip() or mark == "#", f"{at}: what is this line?"
    assert not heard, f"{file.name}: at the end she also heard {heard}"
    assert talk.submitted == handed_in, f"{file.name}: at the end the draft was handed in"


def _say(talk: Talk, text: str) -> list[str]:
    if text == "[照片]":
        return talk.photo()
    if text.startswith("[过了"):
        talk.later(int(text.removeprefix("[过了").split("天")[0]))
        return talk.hear(text.split("]", 1)[1].strip())
    if text.startswith("[按 "):
        return talk.press(text[3:-1])
    return talk.hear(text)
