"""Kinds of answer: how each is read, offered, shown back, and what is taken when it cannot be read.

`read` and `read_option` give a value (plain JSON) or a `Problem`. An `Answer` may be given where the kind knows more.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Final

import msgspec

from dialogs.context import Context
from dialogs.hearing import money_value
from dialogs.said import Said
from dialogs.state import Answer, Value
from dialogs.terms import Line, Param, Term, Terms
from dialogs.understanding.choices import Option, read_choices
from dialogs.understanding.clean import fold, level
from dialogs.understanding.dates import read_date
from dialogs.understanding.digits import find_id_numbers
from dialogs.understanding.id_number import FEWEST, missing_reason, read_id_number
from dialogs.understanding.kinship import read_relation, read_role, word_pattern
from dialogs.understanding.lexicon import load
from dialogs.understanding.money import Money as Amount
from dialogs.understanding.money import read_money
from dialogs.understanding.names import is_called, may_be_a_name, read_name
from dialogs.understanding.phone import read_phone
from dialogs.understanding.problems import Problem

#: (option code, label key, label parameters)
Offered = tuple[str, str, dict[str, Param]]


class Asked:
    """What everything that can be asked shares: it is offered, looked past and read back."""

    def options(self) -> tuple[Offered, ...]:
        """The buttons, in order."""
        return ()

    def given(self, answers: Mapping[str, Answer]) -> Asked:
        """The same in the light of what was answered before; itself where nothing hangs on that."""
        return self

    def read_files(self, said: Said) -> Value | None:
        """The answer that files are without words; None when they are only kept."""
        return None

    def names_an_option(self, said: Said, ctx: Context) -> bool:
        """Whether the words are an option's own label, so that they are no command."""
        return False

    def assumed(self) -> Answer:
        """A stand-in answer, to look ahead along the way."""
        return Answer(None, how="assumed")

    def show(self, answer: Answer) -> Param:
        """The answer as it is read back."""
        if answer.value is None:
            return answer.raw if answer.doubtful and answer.raw else Line("card.unknown")
        return str(answer.value)


class Kind(Asked, ABC):
    """A kind of answer: it says how words and buttons are read.

    Attributes:
        may_stay_open: when nothing could be read for the third time, it stays open for the window to ask.
    """

    may_stay_open = False

    @abstractmethod
    def read(self, said: Said, ctx: Context) -> Value | Problem | Answer:
        """The value in a message's words."""

    def read_option(self, option: str, said: Said, ctx: Context) -> Value | Problem | Answer:
        """The value of a button of this kind."""
        return Problem("no_such_option")

    def take_as_is(self, said: Said) -> Value | None:
        """What is written down the third time, for the window to look at; None when that cannot be."""
        return None


_CLAUSE = re.compile(r"[\s,，、。;；:：]+")


def _words(said: Said) -> str:
    return said.text or ""


class YesNo(Kind):
    """Yes or no; `way` names the words on the buttons ("agree", "agree_check")."""

    def __init__(self, way: str = "yes") -> None:
        self._yes, self._no = {
            "yes": ("option.yes", "option.no"),
            "agree": ("option.agree", "option.disagree"),
            "agree_check": ("option.agree_check", "option.disagree_check"),
        }[way]
        self._way = way

    def options(self) -> tuple[Offered, ...]:
        return (("yes", self._yes, {}), ("no", self._no, {}))

    def read(self, said: Said, ctx: Context) -> bool | Problem:
        own = self._own(said)
        if own is not None:
            return own
        if _CLAUSE.sub("", fold(_words(said))) in load("yes_no")["neither"].get(self._way, ()):
            return Problem("yes_or_no")  # nothing is refused, and nothing deleted, by "there is none"
        if said.heard is not None and said.heard.yes is not None:
            return said.heard.yes
        picked = read_choices(_words(said), (Option("yes"), Option("no")))
        if isinstance(picked, Problem):
            return Problem("yes_or_no_plain" if self._way == "yes" else "yes_or_no")
        return picked[0] == "yes"

    def _own(self, said: Said) -> bool | None:
        """Answers in the question's own verb: "look, then" when asked whether one may look."""
        words = _CLAUSE.sub("", fold(_words(said)))
        book = load("yes_no")["ways"].get(self._way, {})
        return next((answer == "yes" for answer, known in book.items() if words in known), None)

    def names_an_option(self, said: Said, ctx: Context) -> bool:
        return self._own(said) is not None

    def read_option(self, option: str, said: Said, ctx: Context) -> bool | Problem:
        return {"yes": True, "no": False}[option] if option in ("yes", "no") else Problem("no_such_option")

    def assumed(self) -> Answer:
        return Answer(True, how="assumed")

    def show(self, answer: Answer) -> Param:
        if answer.value is None:
            return Line("card.unknown")
        pair = ("card.yes", "card.no") if self._way == "yes" else ("card.agreed", "card.not_agreed")
        return Line(pair[0] if answer.value else pair[1])


class Choice(Kind):
    """One of a few; labels are `option.<question>.<code>` or the catalogue's own names (`term`)."""

    many = False

    def __init__(self, codes: tuple[str, ...], *, term: str | None = None, prefix: str = "") -> None:
        self.codes = codes
        self._term = term
        self._prefix = prefix
        self._group = term or prefix

    def label(self, code: str) -> tuple[str, dict[str, Param]]:
        if self._term is not None:
            return "option.term", {"what": Term(self._term, code)}
        return f"option.{self._prefix}.{code}", {}

    def options(self) -> tuple[Offered, ...]:
        return tuple((code, *self.label(code)) for code in self.codes)

    def read(self, said: Said, ctx: Context) -> Value | Problem | Answer:
        offered = [Option(code, ctx.labels(self._group, code)) for code in self.codes]
        picked = read_choices(_words(said), offered, many=self.many, none_id="other" if "other" in self.codes else None)
        if isinstance(picked, Problem):
            return picked
        return list(picked) if self.many else picked[0]

    def take_as_is(self, said: Said) -> str | None:
        return "other" if "other" in self.codes and self._prefix == "helper" else None

    def names_an_option(self, said: Said, ctx: Context) -> bool:
        words = fold(_words(said))
        return any(words == fold(label) for code in self.codes for label in ctx.labels(self._group, code))

    def assumed(self) -> Answer:
        return Answer([self.codes[0]] if self.many else self.codes[0], how="assumed")

    def read_option(self, option: str, said: Said, ctx: Context) -> Value | Problem:
        if option not in self.codes:
            return Problem("no_such_option")
        return [option] if self.many else option

    def show(self, answer: Answer) -> Param:
        if answer.value is None:
            return Line("card.unknown")
        key, params = self.label(str(answer.value))
        return Line(key, params)


#: What kin the speaker is to somebody, as the form has it, by what she calls herself ("his daughter", "her nephew").
_HELPER_OF_OWN: Mapping[str, str] = {
    **dict.fromkeys(("son", "daughter", "child", "adopted_child", "step_child"), "child"),
    **dict.fromkeys(("brother", "sister"), "sibling"),
    "spouse": "spouse",
}
#: The same by what she calls the other ("my mother").
_HELPER_TO: Mapping[str, str] = {
    **dict.fromkeys(("father", "mother"), "child"),
    **dict.fromkeys(("brother", "sister"), "sibling"),
    "spouse": "spouse",
}


class HelperKin(Choice):
    """What the speaker is to the one help is asked for; any word for kin will do."""

    def read(self, said: Said, ctx: Context) -> Value | Problem | Answer:
        picked = super().read(said, ctx)
        if not isinstance(picked, Problem):
            return picked
        stands = next((role for one in _CLAUSE.split(_words(said)) if (role := read_role(one)) is not None), None)
        if stands is None:
            return picked
        kin, hers = stands
        return helper_of(kin.code) if hers else _HELPER_OF_OWN.get(kin.code, "relative")


def helper_of(kin: str) -> str:
    """What the speaker is to somebody she calls so."""
    return _HELPER_TO.get(kin, "relative")


class WhyNoNumber(Choice):
    """Why somebody has no identity number (domain 10.1); the words that refused the number may have said it already."""

    _CODES: Mapping[str, str] = {"not_made": "never_made"}

    def told(self, said: Said) -> str | None:
        """The reason in words that were meant for another question."""
        reason = missing_reason(_words(said))
        code = self._CODES.get(reason or "", reason)
        return code if code in self.codes else None

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        return self.told(said) or super().read(said, ctx)

    def names_an_option(self, said: Said, ctx: Context) -> bool:
        return self.told(said) is not None or super().names_an_option(said, ctx)


class Agreed(Choice):
    """Whether the one who needs help wants it, lets it be written down and the income looked at (个保法 第29条).

    Her own yes, told by the helper. Not being able to say is an answer too: then the village goes and sees.
    """

    def __init__(self) -> None:
        super().__init__(("all", "no_check", "cannot_say", "no"), prefix="agreed")

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        heard = said.heard
        if heard is not None and heard.agrees is not None:
            return heard.agrees
        refuses_nothing = heard is not None and heard.no_more  # "that is all"
        if heard is not None and heard.yes is not None and not refuses_nothing and not self.names_an_option(said, ctx):
            return ("no_check" if heard.check_consent is False else "all") if heard.yes else "no"
        picked = super().read(said, ctx)
        if not isinstance(picked, Problem):
            return picked
        return "no_check" if heard is not None and heard.check_consent is False else Problem("agreed")


class Proof(Choice):
    """How her yes is shown: her voice, a signature on a photo, a witness, or later (domain 12.3).

    A file that comes instead of words is the proof itself.
    """

    def __init__(self) -> None:
        super().__init__(("voice", "signature", "witness", "later"), prefix="proof")

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        heard = said.heard
        if heard is not None and heard.proof is not None:
            return heard.proof
        picked = super().read(said, ctx)
        if isinstance(picked, Problem) and heard is not None and heard.leans is False:
            return "later"
        return picked

    def read_files(self, said: Said) -> Value | None:
        kinds = [file.media_type for file in said.files]
        return (
            None
            if not kinds
            else "voice"
            if any(kind.startswith(("audio/", "video/")) for kind in kinds)
            else "signature"
        )


#: Characters of a message that picks by words from a list.
_BARE_PICK = 14


class Several(Choice):
    """Several of many. Codes beyond the buttons come from the words (there are thirty needs and eight buttons)."""

    many = True

    def read(self, said: Said, ctx: Context) -> Value | Problem | Answer:
        heard = said.heard
        # A word of a label in a longer sentence may be what she does not want, or what her neighbour has.
        bare = len(_words(said)) <= _BARE_PICK or any(map(str.isdigit, _words(said)))
        picked = super().read(said, ctx) if bare else Problem("choice_missing")
        if not isinstance(picked, Problem):
            return picked or Problem("choice_missing")
        told = () if heard is None else (heard.needs if self._term == "need" else heard.hardships)
        return Answer(list(told), _words(said), "inferred") if told else picked

    def show(self, answer: Answer) -> Param:
        if not answer.value:
            return Line("card.unknown")
        return Terms(self._term or "word", tuple(answer.value))


class Story(Kind):
    """Her own words, kept as they are; a few more are asked for when there are almost none.

    Args:
        shortest, longest: characters.
    """

    def __init__(self, shortest: int, longest: int) -> None:
        self._shortest = shortest
        self._longest = longest

    def read(self, said: Said, ctx: Context) -> str | Problem:
        text = _words(said).strip()
        letters = sum(map(str.isalpha, text))  # a number is no story
        return text[: self._longest] if min(len(text), letters + 2) >= self._shortest else Problem("story_too_short")

    def take_as_is(self, said: Said) -> str | None:
        return _words(said).strip() or None

    def show(self, answer: Answer) -> Param:
        """Her words, without the identity numbers in them (domain 12.5)."""
        text = str(answer.value or "")
        for run in reversed(find_id_numbers(level(text))):
            text = text[: run.start] + masked(run.value) + text[run.end :]
        return text


#: Characters beyond which an answer to "your name" is a sentence, and no name with odd letters.
LONGEST_NAME: Final = 8


class PersonName(Kind):
    """A name as on the identity card; a form of address is remembered, and the name asked for (domain 10.3)."""

    may_stay_open = True

    def read(self, said: Said, ctx: Context) -> str | Problem:
        if said.heard is not None and (said.heard.yes is not None or said.heard.no_more):
            return Problem("name_missing")
        if said.heard is not None and "name" in said.heard.told and len(_words(said)) > 6:
            return str(said.heard.told["name"])
        found = read_name(_words(said))
        if isinstance(found, Problem) and said.heard is not None and "name" in said.heard.told:
            return str(said.heard.told["name"])
        if isinstance(found, Problem):
            sentence = len(_words(said).strip()) > LONGEST_NAME and found.code == "name_characters"
            return _name_in_first_clause(_words(said)) or (Problem("name_missing") if sentence else found)
        return found.value if may_be_a_name(found.value) and not _tells_else(said) else Problem("name_missing")

    def take_as_is(self, said: Said) -> str | None:
        text, heard = _words(said).strip(), said.heard
        if heard is not None and (heard.leans is not None or heard.no_more or heard.command is not None):
            return None  # "yes", "no more" and "go back" are nobody's name, however often said
        if any(map(str.isdigit, fold(text))) or _tells_else(said):
            return None  # nor is a place or a number
        return text[:30] if text and (is_called(text) or (len(text) <= 30 and may_be_a_name(text))) else None


def _tells_else(said: Said) -> bool:
    """Whether the words tell of a place or of people, and no name was heard in them."""
    heard = said.heard
    return heard is not None and ("address" in heard.told or (bool(heard.members) and "name" not in heard.members[0]))


class HelperName(PersonName):
    """The name of who speaks for another; a name with an age or a number is the other's."""

    def read(self, said: Said, ctx: Context) -> str | Problem:
        told = {} if said.heard is None else said.heard.told
        if "name" in told and ("age" in told or "id_number" in told):
            return Problem("name_missing")
        return super().read(said, ctx)


def _name_in_first_clause(text: str) -> str | None:
    """The name where more was said than asked ("my wife Zhao Yulan, 66, no income")."""
    clauses = _CLAUSE.split(text.strip(), maxsplit=1)
    if len(clauses) < 2:
        return None
    found = read_name(_kin_words().sub("", clauses[0]))
    return None if isinstance(found, Problem) or not may_be_a_name(found.value) else found.value


@cache
def _kin_words() -> re.Pattern[str]:
    return re.compile(f"^(?:{word_pattern()})")


def _may_be_a_number(text: str) -> bool:
    """Whether what cannot be read holds digits enough to be somebody's number; "line 8 is wrong" holds none."""
    return sum(map(str.isdigit, fold(text))) >= FEWEST


def holds_wrong_number(said: Said, today: dt.date) -> bool:
    """Whether words hold an identity number that cannot be right, and no other."""
    if said.heard is not None and "id_number" in said.heard.told:
        return False
    return any(isinstance(read_id_number(run.value, today), Problem) for run in find_id_numbers(level(_words(said))))


class IdNumber(Kind):
    """An identity number (GB 11643-1999, domain 10.1). Not having one is an answer too."""

    def read(self, said: Said, ctx: Context) -> str | Problem | Answer:
        if said.heard is not None and "id_number" in said.heard.told:
            return str(said.heard.told["id_number"])
        has_digits = sum(map(str.isdigit, _words(said))) > 6
        none_said = missing_reason(_words(said)) is not None or (said.heard is not None and said.heard.leans is False)
        if none_said and not has_digits:
            return Answer(None, _words(said))
        found = read_id_number(_words(said), ctx.today)
        if isinstance(found, Problem):
            return found
        return Answer(found.value18, _words(said), doubtful=found.needs_confirm)

    def is_named(self, said: Said) -> bool:
        """Whether the words name the card and hold no number: they say what a photo is."""
        text = fold(_words(said))
        return not any(map(str.isdigit, text)) and any(label in text for label in load("id_number")["card"])

    def take_as_is(self, said: Said) -> str | None:
        text = "".join(_words(said).split())
        return text[:40] if _may_be_a_number(text) else None  # words are no number, however often said

    def show(self, answer: Answer) -> Param:
        return masked(str(answer.value)) if answer.value else Line("card.unknown")


class Phone(Kind):
    """A number one can call (domain 10.2). Having none is an answer too (reliability B043)."""

    def read(self, said: Said, ctx: Context) -> str | Problem | Answer:
        if said.heard is not None and said.heard.leans is False and not any(map(str.isdigit, _words(said))):
            return Answer(None, _words(said))
        found = read_phone(_words(said))
        if isinstance(found, Problem) and said.heard is not None and "phone" in said.heard.told:
            return str(said.heard.told["phone"])
        if isinstance(found, Problem) and found.code == "phone_none":
            return Answer(None, _words(said))
        return found if isinstance(found, Problem) else found.value

    def take_as_is(self, said: Said) -> str | None:
        text = _words(said).strip()
        return text[:40] if _may_be_a_number(text) else None


def _is_number(said: Said, raw: str) -> bool:
    """Whether words read as money are the telephone or identity number the message tells."""
    told = () if said.heard is None else (said.heard.told.get(field) for field in ("phone", "id_number"))
    return any(isinstance(one, str) and one in raw for one in told)


class Money(Kind):
    """An income, brought to a month (domain 10.5): {"monthly": "166.67", "raw": "…", "none": false}."""

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        found = read_money(_words(said))
        if isinstance(found, Amount) and _is_number(said, found.raw):
            return Problem("money_missing")  # a telephone is no income
        bare_no = said.heard is not None and said.heard.leans is False
        if isinstance(found, Problem) and found.code == "money_missing" and bare_no:
            return {"monthly": "0", "raw": _words(said).strip()}
        return found if isinstance(found, Problem) else money_value(found)

    def take_as_is(self, said: Said) -> Value | None:
        """Her words, where they speak of money at all: a question or another thing is no income."""
        text = _words(said).strip()
        speaks = any(map(str.isdigit, fold(text))) or any(word in text for word in load("money")["speaks"])
        return {"monthly": None, "raw": text[:60]} if speaks else None

    def show(self, answer: Answer) -> Param:
        return show_money(answer)


def show_money(answer: Answer) -> Param:
    """An income read back, always with what it comes to in a month."""
    value = answer.value
    if not isinstance(value, dict):
        return Line("card.unknown")
    if value.get("monthly") is None:
        return Line("card.money.said", {"raw": str(value.get("raw", ""))})
    amount = Decimal(value["monthly"])
    if amount == 0:
        return Line("card.money.none")
    return Line("card.money", {"amount": f"{amount:.0f}"})  # "about" so much: nobody speaks of fen


class Place(Kind):
    """Where somebody lives: {"text": her words, "village": code or None, "town": …, "group": …} (domain 10.7).

    Where the county's own places do not hold it: "division": {"code": 12 digits, "place": its name in full}, or
    "may_be" with several of these.

    Args:
        anywhere: any place in the country will do; otherwise a village is wanted.
    """

    def __init__(self, *, anywhere: bool = False) -> None:
        self._anywhere = anywhere

    def read(self, said: Said, ctx: Context) -> Value | Problem:
        text = _words(said).strip()
        if self._anywhere:
            return {"text": text[:120]} if len(text) >= 2 else Problem("place_missing")
        return ctx.read_place(text)

    def take_as_is(self, said: Said) -> Value:
        return {"text": _words(said).strip()[:120]}

    def show(self, answer: Answer) -> Param:
        if not isinstance(answer.value, dict):
            return Line("card.unknown")
        text, village = str(answer.value["text"]), answer.value.get("village")
        division = answer.value.get("division")
        if isinstance(division, dict):
            return Line("card.place_elsewhere", {"text": text, "place": str(division["place"])})
        # With the village it was taken for, so that she sees a wrong one.
        return Line("card.place", {"text": text, "village": Term("village", str(village))}) if village else text


class Day(Kind):
    """A day, kept as an ISO date; one said by the lunar calendar or only roughly is taken for the window to look at."""

    def read(self, said: Said, ctx: Context) -> Value | Problem | Answer:
        found = read_date(_words(said), ctx.today)
        if isinstance(found, Problem):
            return found
        if found.value is None:
            return Answer({"text": found.raw}, _words(said), doubtful=True)
        return Answer(found.value.isoformat(), _words(said), doubtful=found.needs_confirm)

    def take_as_is(self, said: Said) -> Value:
        return {"text": _words(said).strip()[:40]}

    def show(self, answer: Answer) -> Param:
        if isinstance(answer.value, dict):
            return str(answer.value["text"])
        return Term("day", str(answer.value)) if answer.value else Line("card.unknown")


class Kinship(Kind):
    """What somebody is to her (domain 10.4)."""

    def read(self, said: Said, ctx: Context) -> str | Problem:
        found = read_relation(_words(said))
        return found.code if found is not None else Problem("relation_unknown")

    def take_as_is(self, said: Said) -> str:
        return "other"

    def show(self, answer: Answer) -> Param:
        return Term("relation", str(answer.value)) if answer.value else Line("card.unknown")


class MembersRead(msgspec.Struct, frozen=True):
    """People named in one message.

    Attributes:
        entries: one map per person: relation, name, age, id_number, income, condition, as far as said.
        done: she said that there is nobody else.
        size: how many live there, herself included, if she said so.
    """

    entries: tuple[dict[str, Value], ...] = ()
    done: bool = False
    size: int | None = None


class Members(Kind):
    """Who else lives in the household, one or several people a message, until there is nobody else."""

    def options(self) -> tuple[Offered, ...]:
        return (("done", "option.no_more", {}),)

    def read(self, said: Said, ctx: Context) -> MembersRead | Problem:
        heard = said.heard
        if heard is None:
            return Problem("member_unclear")
        if heard.members_of_hers:
            return MembersRead(heard.members_of_hers, heard.no_more, heard.told.get("household_size"))
        if heard.no_more or heard.yes is False or heard.told.get("household_size") == 1:
            return MembersRead(done=True)
        alone = read_relation(_words(said)) if len(_words(said)) <= 6 else None
        return MembersRead(({"relation": alone.code},)) if alone is not None else Problem("member_unclear")

    def read_option(self, option: str, said: Said, ctx: Context) -> MembersRead | Problem:
        return MembersRead(done=True) if option == "done" else Problem("no_such_option")

    def take_as_is(self, said: Said) -> MembersRead | None:
        text = _words(said).strip()
        if said.heard is not None and said.heard.yes is not None:
            return MembersRead(done=True)  # a bare yes names nobody
        if re.search(word_pattern(), level(text)) is None:
            return MembersRead(done=True)  # neither does what speaks of nobody: no person is made of it
        return MembersRead(({"relation": "other", "condition": text[:120]},)) if text else None


class Review(Asked):
    """The card: no answer is read from what is said to it; what may be said is in `dialogs.review`."""


def masked(id_number: str) -> str:
    """An identity number as it is read back: first six and last four (domain 12.5)."""
    if len(id_number) < 12:
        return id_number
    return id_number[:6] + "*" * (len(id_number) - 10) + id_number[-4:]


#: How the parts of a household member are read back on one line.
SHOW: Mapping[str, Callable[[Answer], Param]] = {
    "relation": Kinship().show,
    "name": PersonName().show,
    "age": PersonName().show,
    "id_number": IdNumber().show,
    "income": show_money,
    "condition": PersonName().show,
}
