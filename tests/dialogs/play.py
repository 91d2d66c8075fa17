"""Plays a dialog without a database: words in, keys out, the state written out and read back between messages."""

from __future__ import annotations

import datetime as dt

from bot.channels.web.hook import said_in_words
from dialogs import asking
from dialogs import state as states
from dialogs.catalogue.load import load_catalogue, load_county
from dialogs.context import Context, Earlier, Helper, OwnCase
from dialogs.effects import Effect, Say, Submit
from dialogs.engine import step
from dialogs.flows import DIALOGS
from dialogs.guide import Guide
from dialogs.hearing import Listener
from dialogs.local import gazetteer_of, option_labels, place_reader, towns_of
from dialogs.outside import closed
from dialogs.places.country import Country
from dialogs.said import File, Said
from dialogs.state import State
from locales.words import words

COUNTY = load_county("yunshan")
COUNTRY = Country(COUNTY)
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
        self.helper: Helper | None = None
        self.filed_for_her = False
        self.today = TODAY
        self.says: list[Say] = []
        self.effects: tuple[Effect, ...] = ()
        self.submitted = 0
        self.cases: list[OwnCase] = []
        self.earlier: Earlier | None = None
        self._files = 0

    def knows(self, status: str, called: str = "", **more: str) -> None:
        """A case that was handed in from here before; `refused` and `proofs` by commas."""
        number = len(self.cases) + 1
        refused = tuple((f"trf_{one}", one) for one in more.get("refused", "").split(",") if one)
        proofs = tuple(more.get("proofs", "8012,1943").split(","))
        self.cases.append(
            OwnCase(
                f"37990102-2026-{number:05d}", f"26-{number:05d}", status, called, more.get("helper", ""), refused,
                more.get("objection", ""), proofs,
            )
        )  # fmt: skip

    def did(self) -> list[str]:
        """The effects of the last message that are no words, as `name value value`."""
        found = []
        for effect in self.effects:
            if not isinstance(effect, Say):
                values = [getattr(effect, name) for name in effect.__struct_fields__]
                found.append(" ".join([effect.__struct_config__.tag, *(str(value) for value in values if value)]))
        return found

    def _context(self) -> Context:
        return Context(
            today=self.today,
            tag="t1",
            town="青石镇",
            window="窗口",
            phone="0900-0000000",
            clerk="周同志",
            labels=option_labels(CATALOGUE, words().get),
            cases=lambda: tuple(self.cases),
            earlier=lambda: self.earlier,
            read_place=place_reader(COUNTY, COUNTRY),
            hear=self._listener().hear,
            guide=Guide(CATALOGUE, COUNTY),
            helper=self.helper,
            filed_for_her=self.filed_for_her,
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
        return self._take(said_in_words(text, self._listener()))

    def _listener(self) -> Listener:
        return Listener(self.today, gazetteer_of(COUNTY), towns_of(COUNTY), COUNTRY.mended)

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


#: An answer to every question, by dialog; what another road needs is in `DETOURS`.
ANSWERS = {
    "for_oneself": {
        "consent": "同意",
        "consent_sensitive": "同意",
        "difficulty": "家里的事情说来话长",
        "needs": "1",
        "hardships": "11",
        "name": "李秀英",
        "id_number": "不知道",
        "id_missing": "不在手边",
        "phone": "13000000001",
        "address": "柳沟村二组",
        "which_place": "1",
        "hukou_same": "不是",
        "hukou": "云山县红旗镇",
        "income": "168",
        "members": "儿子",
        "members.0.name": "李建国",
        "members.0.income": "没收入",
        "consent_check": "同意",
    },
    "for_another": {
        "helper": "邻居",
        "helper_name": "刘春燕",
        "name": "王桂兰",
        "agreed": "都同意",
        "proof": "回头补",
        "difficulty": "她家的事情说来话长",
        "needs": "1",
        "hardships": "11",
        "id_number": "不知道",
        "id_missing": "丢了",
        "phone": "13000000002",
        "address": "石桥村三组",
        "which_place": "1",
        "hukou_same": "不是",
        "hukou": "云山县红旗镇",
        "income": "168",
        "members": "儿子",
        "members.0.name": "张建国",
        "members.0.income": "没收入",
    },
}
_FIRST = {
    "for_oneself": "家里欠了一屁股债，日子过不下去",
    "for_another": "我爹瘫床上五年了，没钱看病",
    "for_another:difficulty": "我是协理员，替人报一户",
    "for_another:needs": "我是协理员，替人报一户",
    "for_another:hardships": "我是协理员，替人报一户",
    "for_oneself:for_whom": "我爹瘫床上五年了，没钱看病",
    "for_oneself:difficulty": "我想求助",
}


def spots() -> tuple[str, ...]:
    """Every question of every dialog that has words of its own, as "<dialog>:<slot>"."""
    found = [f"{dialog}:{slot}" for dialog, answers in ANSWERS.items() for slot in (*answers, "review")]
    return (*found, "for_oneself:for_whom")


def slot_of(spot: str) -> str:
    return spot.partition(":")[2]


def talk_at(spot: str) -> Talk:
    """A conversation whose open question is the one of that spot, reached by answering every question before it."""
    if ":" not in spot:
        spot = f"for_oneself:{spot}"
    dialog, slot = spot.split(":")
    talk = Talk()
    if slot in ("needs", "hardships") and dialog == "for_oneself":
        talk.press("start")
        talk.press("apply")
    else:
        talk.hear(_FIRST.get(spot) or _FIRST[dialog])
    for _ in range(40):
        if talk.state.dialog == dialog and talk.state.asking == slot:
            return talk
        if slot == "which_place" and talk.state.asking == "address":
            talk.hear("镇巴双河村")  # there are two
        elif slot.startswith("hukou") and talk.state.asking == "review":  # not asked, only corrected on the card
            lines = asking.card_slots(DIALOGS[dialog], talk.state)
            talk.hear(str(lines.index("hukou_same") + 1))
        elif dialog == "for_another" and talk.state.dialog == "for_oneself" and talk.state.asking != "for_whom":
            talk.hear("不办了")
            talk.hear("是")
            talk.hear("我是协理员，替人报一户")
        elif talk.state.asking == "for_whom":
            talk.hear("替别人家办")
        elif talk.state.asking == "members" and "members.0.relation" in talk.state.answers:
            talk.hear("没有了")
        else:
            talk.hear(ANSWERS[dialog][talk.state.asking])
    raise AssertionError(f"on the way to {spot} the talk stands at {talk.state.asking}")


SLOTS = spots()
