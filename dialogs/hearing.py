"""One message heard whole, before the conversation is looked at: everything in it that a dialog can use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from dialogs.state import Value
from dialogs.understanding.clean import fold
from dialogs.understanding.commands import Correction, read_command
from dialogs.understanding.corrections import number_in
from dialogs.understanding.digits import find_case_no, find_id_numbers
from dialogs.understanding.hardships import Hardship
from dialogs.understanding.id_number import read_id_number
from dialogs.understanding.lexicon import HAN, alternation, load, words
from dialogs.understanding.meaning import Found, Meaning
from dialogs.understanding.members import Member
from dialogs.understanding.money import Money, read_money
from dialogs.understanding.names import is_called, read_name, surname_pattern
from dialogs.understanding.phone import MOBILE, read_phone
from dialogs.understanding.places import Address, Gazetteer, read_address
from dialogs.understanding.problems import Problem
from dialogs.understanding.read import members_seen_by_speaker, understand
from dialogs.understanding.yes_no import read_yes_no


class Danger(msgspec.Struct, frozen=True):
    """Somebody may be in danger: the code and level of domain 8.2, and which safety text comes first."""

    code: str
    level: str
    safety: str


class Heard(msgspec.Struct, frozen=True):
    """What the words of one message hold.

    Attributes:
        intent: what the message is for (apply, query_progress, …; understanding guidelines, section 1).
        plain: the intent is beyond doubt, so that a form may be left aside for it.
        command: an order to the conversation (back, skip, unknown, cancel, restart, human, progress, menu, help,
            submit).
        orders: the same for each clause of a short message ("no more of it, delete it").
        yes: True or False when the message says yes or no.
        leans: the same where it is less sure; enough where nothing hangs on it.
        no_more: it says that there is nobody or nothing else.
        told: values by field, as the kinds give them: name, called, age, id_number, phone, address, income,
            household_size, hukou_same (only that it is elsewhere).
        members: people of the household of whom help is asked for, as `dialogs.kinds.MembersRead.entries`.
        members_of_hers: the same when the speaker is asked about her own household, so that "my father" is her father.
        hardships, needs: codes.
        danger: the most pressing emergency.
        worry: code of what only sounds like one: worth a caring question, never an alarm.
        in_danger: she says that there is danger now, in answer to that question.
        corrected: fields whose value was said to be wrong and given anew.
        corrections: every correction said in words, with the relation, the old and the new words; what was said of
            somebody of the house is only here.
        fix_line, fix_field: what she wants to change, by number on the card or by name.
        drop_line: whom to take out, by number on the card.
        go_on: she wants to go on with what was laid aside.
        objects: she does not agree with what was decided or done.
        asks_how_far: a short question how far her matter is.
        check_consent: what she says about looking into the income, where she says it in so many words.
        agrees: what is said of the yes of the one help is asked for: all, no_check, cannot_say, no.
        proof: how that yes is shown: voice, signature, witness, later.
        next_person: the next resident's turn has come.
        by_helper: the speaker says that she is a village assistant.
        helper_name: the name she gives herself with it.
        for_named: help is asked for somebody who is named, not for kin of the speaker.
        adds: she says that something belongs to what she handed in.
        erases: she wants what is kept of her deleted.
        for_self: she says that it is for herself this time.
        wants_help: a short message that asks for help without saying what for.
        kin: what the one help is asked for is to the speaker, where she says so ("for my mother").
        says_for_whom: a short message that says that the form is for kin of the speaker or somebody she names.
        case_no, query_code: for a question about progress.
    """

    intent: str = "other"
    plain: bool = False
    command: str | None = None
    orders: tuple[str, ...] = ()
    yes: bool | None = None
    leans: bool | None = None
    no_more: bool = False
    told: dict[str, Value] = {}
    members: tuple[dict[str, Value], ...] = ()
    members_of_hers: tuple[dict[str, Value], ...] = ()
    hardships: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    danger: Danger | None = None
    worry: str | None = None
    in_danger: bool = False
    corrected: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    fix_line: int | None = None
    fix_field: str | None = None
    drop_line: int | None = None
    go_on: bool = False
    objects: bool = False
    asks_how_far: bool = False
    check_consent: bool | None = None
    agrees: str | None = None
    proof: str | None = None
    next_person: bool = False
    by_helper: bool = False
    helper_name: str | None = None
    for_named: bool = False
    for_self: bool = False
    adds: bool = False
    erases: bool = False
    wants_help: bool = False
    says_for_whom: bool = False
    kin: str | None = None
    case_no: str | None = None
    query_code: str | None = None


class Listener:
    """Hears messages of one day in one county.

    Short answers are the same for everybody ("yes", "no more", a village and its group), so what they hold is
    remembered; nothing with a digit is, and nothing long enough to be a name with a story.

    Args:
        today: the day in China.
        gazetteer: the places of the county.
        towns: village code to the two digits of its town.
        mended: adds to an address what the country's index knows of it (`dialogs.places.country`).
    """

    REMEMBERED = 2000
    SHORT = 6  # characters

    def __init__(
        self,
        today: dt.date,
        gazetteer: Gazetteer | None = None,
        towns: Mapping[str, str] | None = None,
        mended: Callable[[dict[str, Value]], dict[str, Value]] = dict,
    ) -> None:
        self.today = today
        self.gazetteer = gazetteer
        self.towns = towns or {}
        self.mended = mended
        self._short: dict[str, Heard] = {}

    def hear(self, text: str) -> Heard:
        """What a message holds."""
        if is_bare_number(text):
            return hear_number(text, self)
        if len(text) > self.SHORT or not text.isalpha():
            return hear(text, self)
        known = self._short.get(text)
        if known is None:
            if len(self._short) >= self.REMEMBERED:
                self._short.clear()
            known = self._short[text] = hear(text, self)
        return known


def is_thanks(text: str) -> bool:
    """Whether a message thanks and says nothing else."""
    return len(text) <= 12 and words("review", "thanks").search(fold(text)) is not None


_BARE = re.compile(r"[1-9][0-9]{16}[0-9xX]|1[3-9][0-9]{9}", re.ASCII)


def is_bare_number(text: str) -> bool:
    """Whether a message is one identity number or mobile telephone and nothing else."""
    return _BARE.fullmatch(text) is not None


def hear_number(text: str, listener: Listener) -> Heard:
    """`hear` for a bare identity number or telephone, which cannot hold a story: the same, without looking for one."""
    told: dict[str, Value] = {}
    if MOBILE.fullmatch(text):
        return Heard(told={"phone": text})
    ids = find_id_numbers(text.lower())
    if not ids:
        case_no = find_case_no(text, ids)
        return Heard() if case_no is None else Heard(case_no=case_no.value)
    number = read_id_number(text, listener.today)
    if isinstance(number, Problem):
        return Heard()  # it cannot be right: asked for when its turn comes, and no story either
    told["id_number"] = number.value18
    return Heard(intent="apply", told=told, needs=("need_unknown",))


#: Below this a yes or no is asked again (domain 10: what is not sure is not taken silently).
SURE = 0.7


def hear(text: str, listener: Listener) -> Heard:
    """Everything one message holds. Never raises; may be slow only for long stories (some milliseconds)."""
    meaning = understand(text, today=listener.today, gazetteer=listener.gazetteer)
    danger = next((one.value for one in meaning.emergency if one.value.sure), None)
    worry = next((one.value.code for one in meaning.emergency if danger is None), None)
    commands = {command.code for command in meaning.commands}
    yes = meaning.yes_no
    told = _told(meaning, listener)
    members = tuple(_member(found.value) for found in meaning.members)
    corrected, fix_line, fix_field = _corrections(meaning, told, listener)
    says = _Wordings(meaning.text)
    if says("hukou_elsewhere"):
        told["hukou_same"] = False
    agrees = _her_yes(says)
    return Heard(
        intent=meaning.intent.value,
        plain=meaning.intent.confidence >= SURE,
        command=next((_COMMANDS.get(one.code, one.code) for one in meaning.commands if one.code != "done"), None)
        or _hands_in(meaning.text),
        orders=_orders(meaning),
        yes=None if yes is None or yes.confidence < SURE or yes.value is None else yes.value == "yes",
        leans=None if yes is None or yes.value is None else yes.value == "yes",
        no_more="done" in commands or (bool(meaning.members) and _ends_the_list(meaning.text)),
        told=told,
        members=members,
        members_of_hers=tuple(_member(one) for one in members_seen_by_speaker(text)) if meaning.for_other else members,
        hardships=tuple(
            dict.fromkeys(found.value.code for found in meaning.hardships if not _asked_anyway(meaning, found))
        ),
        needs=tuple(dict.fromkeys(found.value.code for found in meaning.needs if found.value.code not in _NO_NEED)),
        danger=None if danger is None else Danger(danger.code, danger.level, danger.safety),
        corrected=corrected,
        corrections=tuple(found.value for found in meaning.corrections),
        fix_line=fix_line,
        fix_field=fix_field,
        drop_line=_dropped(meaning.text, says.folded),
        go_on=says("go_on", 8),
        objects=meaning.intent.value == "complaint" or says("objects", 30),
        asks_how_far=says("asks_how_far", 20),
        check_consent=False if says("no_check", 10) else True if says("check", 10) else None,
        agrees=agrees,
        # Told in a long report it is meant so where her yes is told with it; elsewhere "a signature" may be anything.
        proof=next((code for code in _PROOFS if says(f"proof_{code}", 60 if agrees is None else None)), None),
        next_person=says("next_person"),
        by_helper=says("by_helper"),
        helper_name=_helper_name(meaning.text),
        for_named=meaning.for_other and meaning.name is not None and meaning.pivot is None,
        for_self=says("for_self", 30),
        worry=worry,
        in_danger=says("in_danger", 20),
        adds=says("adds", 60),
        erases=says("erases", 30) and not says("erases_not"),
        wants_help=says("wants_help", 16),
        says_for_whom=meaning.for_other and len(meaning.text) <= 12,
        kin=meaning.pivot if meaning.for_other else None,
        case_no=meaning.case_no.value if meaning.case_no is not None else None,
        query_code=_query_code(meaning),
    )


#: Characters up to which "trouble of no class" is no answer yet: the dialog asks which it is.
_PLAIN = 12


def _asked_anyway(meaning: Meaning, found: Found[Hardship]) -> bool:
    return found.value.code == "other" and len(meaning.text) <= _PLAIN


@cache
def _helpers() -> re.Pattern[str]:
    book = load("review")
    name = f"(?P<name>{surname_pattern()}[{HAN}]{{1,2}}?)"
    return re.compile(
        f"(?:{alternation(book['helper_title'])}){name}(?=[\\s,，。.:：;；]|$|{alternation(book['helper_then'])})"
    )


def _helper_name(text: str) -> str | None:
    """The name that follows "assistant", where she says who she is."""
    match = _helpers().search(text[:200])
    return match["name"] if match and not is_called(match["name"]) else None


_LAST_CLAUSE = re.compile(r"[^\s,，。.!！;；、~～…]+(?=[\s,，。.!！;；、~～…]*\Z)")


def _ends_the_list(text: str) -> bool:
    """Whether a message that names people ends with saying that these are all."""
    last = _LAST_CLAUSE.search(text[-40:])
    if last is None or len(last[0]) < 3:  # two characters after a name may say that somebody died
        return False
    command = read_command(last[0])
    return command is not None and command.code == "done"


#: Characters of a message that may be an assent and an order at once.
_ORDER = 20
_CLAUSES = re.compile(r"[^\s,，。.!！;；、~～…]+")


def _hands_in(text: str) -> str | None:
    """`submit` where a short message says yes in so many clauses and ends with that order ("right, send it")."""
    clauses = _CLAUSES.findall(text) if len(text) <= _ORDER else []
    if len(clauses) < 2 or _command(clauses[-1]) != "submit":
        return None
    return "submit" if all(_command(one) in ("submit", "done") or _assents(one) for one in clauses[:-1]) else None


def _orders(meaning: Meaning) -> tuple[str, ...]:
    codes: list[str] = [one.code for one in meaning.commands]
    if not codes and len(meaning.text) <= _ORDER:
        codes = [code for clause in _CLAUSES.findall(meaning.text) if (code := _command(clause)) is not None]
    return tuple(_COMMANDS.get(code, code) for code in codes)


def _command(clause: str) -> str | None:
    found = read_command(clause)
    return None if found is None else found.code


def _assents(clause: str) -> bool:
    found = read_yes_no(clause)
    return found.value == "yes" and found.confidence >= SURE


_COMMANDS = {"erase": "cancel"}
#: Wishes for the trade union's help are no need of domain 7: the type of hardship leads there (domain 6.4).
_NO_NEED = frozenset({"need_worker"})


class _Wordings:
    """Whether a message of at most so many characters holds one of the words of a list in `review.toml`.

    Most messages hold none of any list, which one look tells.
    """

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self._length = len(text)
        self._any = _every_word().search(self.folded) is not None

    def __call__(self, name: str, longest: int | None = None) -> bool:
        if not self._any or (longest is not None and self._length > longest):
            return False
        return words("review", name).search(self.folded) is not None


@cache
def _every_word() -> re.Pattern[str]:
    return re.compile(alternation(word for listed in load("review").values() for word in listed))


_PROOFS = ("later", "voice", "signature", "witness")  # a signature that comes later is not there yet


def _her_yes(says: _Wordings) -> str | None:
    """What a message says of the yes of the one help is asked for; the more careful reading goes first."""
    for code in ("no", "cannot_say", "all"):
        if says(f"her_{code}"):
            return "no_check" if code == "all" and says("no_check", 60) else code
    return None


def _told(meaning: Meaning, listener: Listener) -> dict[str, Value]:
    told: dict[str, Value] = {}
    for field, found in (
        ("name", meaning.name),
        ("called", meaning.called_name),
        ("age", meaning.age),
        ("id_number", meaning.id_number),
        ("phone", meaning.phone),
        ("household_size", meaning.household_size),
    ):
        if found is not None:
            told[field] = found.value
    if isinstance(told.get("name"), str):
        told["name"] = _one_way(told["name"])
    if isinstance(told.get("id_number"), str):
        number = read_id_number(told["id_number"], listener.today)
        if isinstance(number, Problem):
            del told["id_number"]  # a number that cannot be right is asked for, not written down unasked
        else:
            told["id_number"] = number.value18
    if meaning.address is not None:
        address = meaning.address.value
        value = place_value(address, listener.towns)
        value["text"] = meaning.text[meaning.address.start : meaning.address.end] or value["text"]
        # "the village head", "in the village": a word about villages, and no village
        other_word = meaning.text[meaning.address.end :].startswith(tuple(load("places")["goes_on"]))
        if value.get("village") or not other_word:
            told["address"] = listener.mended(value)
    if meaning.money is not None:
        told["income"] = money_value(meaning.money.value)
    return told


def _one_way(name: str) -> str:
    """A name written the one way names are kept (the dot of a minority name, domain 10.3)."""
    found = read_name(name)
    return name if isinstance(found, Problem) else found.value


def _member(member: Member) -> dict[str, Value]:
    entry: dict[str, Value] = {"relation": member.relation}
    for field, value in (
        ("name", member.name),
        ("age", member.age),
        ("id_number", member.id_number),
        ("condition", member.condition),
    ):
        if value is not None:
            entry[field] = _one_way(str(value)) if field == "name" else value
    if member.income is not None:
        entry["income"] = money_value(member.income)
    return entry


def _corrections(
    meaning: Meaning, told: dict[str, Value], listener: Listener
) -> tuple[tuple[str, ...], int | None, str | None]:
    corrected: list[str] = []
    line, field = None, None
    for found in meaning.corrections:
        one = found.value
        if one.relation is not None:
            field = "members"  # which of them and what is in `corrections`
            told.pop(one.field or "", None)  # it is not the speaker's own
            continue
        if one.field is None or one.new is None:
            line, field = one.number or line, one.field or field
            continue
        value = _read_again(one.field, one.new, listener)
        if value is not None:
            told[one.field] = value
        if one.field in told:
            corrected.append(one.field)
        else:
            field = one.field
    return tuple(corrected), line, field


def _read_again(field: str, words: str, listener: Listener) -> Value | None:
    """The new value of a correction, read as its field is."""
    match field:
        case "name":
            name = read_name(words)
            return None if isinstance(name, Problem) else name.value
        case "phone":
            phone = read_phone(words)
            return None if isinstance(phone, Problem) else phone.value
        case "id_number":
            number = read_id_number(words, listener.today)
            return None if isinstance(number, Problem) else number.value18
        case "age" | "household_size":
            return number_in(words)
        case "income":
            money = read_money(words)
            return None if isinstance(money, Problem) else money_value(money)
        case "address":
            address = read_address(words, listener.gazetteer)
            return None if isinstance(address, Problem) else listener.mended(place_value(address, listener.towns))
    return None


def place_value(address: Address, towns: Mapping[str, str]) -> dict[str, Value]:
    """What is kept of an address: her words, and the village and town it lies in where they are known."""
    value: dict[str, Value] = {"text": address.raw[:120]}
    if address.place is not None and address.place.code:
        value["village"] = address.place.code
        value["town"] = towns.get(address.place.code)
    return value


def money_value(found: Money) -> dict[str, Value]:
    """What is kept of an income: the month's amount as text, and her own words."""
    return {"monthly": str(found.monthly), "raw": found.raw}


@cache
def _drop_words() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(load('review')['drop'])})[^0-9]{{0,2}}([0-9]{{1,2}})(?![0-9])")


def _dropped(text: str, folded: str) -> int | None:
    match = _drop_words().search(folded) if len(text) <= 20 else None
    return int(match[1]) if match else None


_CODE = re.compile(r"(?<![0-9-])[2-9][0-9]{3}-?[0-9]{4}-?[0-9]{5}(?![0-9-])")  # as `Sealer.query_code` gives it
_OTHER_DASHES = re.compile("[\u2010-\u2015\u2212\u2500]+(?=[0-9])")


def _query_code(meaning: Meaning) -> str | None:
    if meaning.case_no is None:
        return None
    rest = meaning.text[: meaning.case_no.start] + " " + meaning.text[meaning.case_no.end :]
    match = _CODE.search(_OTHER_DASHES.sub("-", fold(rest)))
    return match[0] if match else None
