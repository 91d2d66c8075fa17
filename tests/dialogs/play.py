"""Plays a dialog without a database: words in, keys out, the state written out and read back between messages."""

from __future__ import annotations

import datetime as dt

from bot.channels.web.hook import said_in_words
from dialogs import state as states
from dialogs.catalogue.load import load_catalogue, load_county
from dialogs.context import Context
from dialogs.effects import Effect, Say, Submit
from dialogs.engine import step
from dialogs.hearing import Listener
from dialogs.local import gazetteer_of, option_labels, place_reader, towns_of
from dialogs.outside import closed
from dialogs.said import File, Said
from dialogs.state import State
from locales.words import words

COUNTY = load_county("yunshan")
CATALOGUE = load_catalogue()
TODAY = dt.date(2026, 11, 24)


class Talk:
    """One conversation.

    Attributes:
        says: what the last message was answered with.
        effects: everything the last message led to.
        submitted: how often a draft was handed in.
    """

    def __init__(self) -> None:
        self.state = State()
        self.today = TODAY
        self.says: list[Say] = []
        self.effects: tuple[Effect, ...] = ()
        self.submitted = 0
        self._files = 0

    def _context(self) -> Context:
        return Context(
            today=self.today,
            tag="t1",
            town="青石镇",
            window="窗口",
            phone="0900-0000000",
            clerk="周同志",
            labels=option_labels(CATALOGUE, words().get),
            read_place=place_reader(COUNTY),
        )

    def _take(self, said: Said) -> list[str]:
        kept = states.read(states.write(self.state))
        made = step(kept, said, self._context())
        assert kept == self.state, "a step must not change the state it was given"
        self.effects = made.effects
        self.state = made.state
        self.says = [effect for effect in made.effects if isinstance(effect, Say)]
        if any(isinstance(effect, Submit) for effect in made.effects):
            self.submitted += 1
            self.state = closed(made.state, last_case="37990102-2026-00001")
        return [say.key for say in self.says]

    def hear(self, text: str | None) -> list[str]:
        """She writes; the keys she is answered with."""
        listener = Listener(self.today, gazetteer_of(COUNTY), towns_of(COUNTY))
        return self._take(said_in_words(text, listener))

    def press(self, option: str) -> list[str]:
        """She presses the button of the last message whose id ends like this, or one with exactly this id."""
        for say in reversed(self.says):
            for one in say.options:
                if one.id.endswith(f":{option}"):
                    return self._take(Said(choice=one.id))
        return self._take(Said(choice=option))

    def photo(self, *, again: bool = False) -> list[str]:
        """She sends a photo."""
        self._files += 0 if again else 1
        return self._take(Said(files=(File(f"att_{self._files}", "image/jpeg", again),)))

    def later(self, days: int) -> None:
        self.today += dt.timedelta(days=days)

    def value(self, slot: str) -> object:
        return self.state.answers[slot].value


ROAD = {
    "for_whom": ["我爹瘫床上五年了，没钱看病"],
    "consent": ["家里欠了一屁股债，日子过不下去"],
    "consent_sensitive": ["同意"],
    "name": ["同意"],
    "id_number": ["李秀英"],
    "id_missing": ["不知道"],
    "phone": ["不在手边"],
    "address": ["13000000001"],
    "hukou_same": ["柳沟村二组"],
    "hukou": ["不是"],
    "income": ["云山县红旗镇"],
    "members": ["168"],
    "members.0.relation": [],
    "members.0.name": ["儿子"],
    "members.0.income": ["李建国"],
    "consent_check": ["没收入", "没有了"],
    "photos": ["同意"],
    "review": ["没有照片"],
}


def talk_at(slot: str) -> Talk:
    """A conversation whose open question is `slot`; checks that the answers given really lead there."""
    talk = Talk()
    if slot == "for_whom":
        talk.hear(ROAD["for_whom"][0])
    elif slot == "difficulty":
        for text in ("我想求助", "同意", "同意"):
            talk.hear(text)
    elif slot in ("needs", "hardships"):
        talk.press("start")
        talk.press("apply")
        for text in ("同意", "同意", "家里的事情说来话长"):
            talk.hear(text)
        if slot == "hardships":
            talk.hear("1")
    else:
        for name, answers in ROAD.items():
            if name == "for_whom":
                continue
            for text in answers:
                talk.hear(text)
            if name == slot:
                break
    assert talk.state.asking == slot, f"on the way to {slot} the talk stands at {talk.state.asking}"
    return talk


SLOTS = (
    "for_whom", "consent", "consent_sensitive", "difficulty", "needs", "hardships", "name", "id_number", "id_missing",
    "phone", "address", "hukou_same", "hukou", "income", "members", "members.0.name", "members.0.income",
    "consent_check", "photos", "review",
)  # fmt: skip
