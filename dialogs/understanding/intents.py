"""What a message is for: one of the guidelines' seventeen, decided in their order (understanding, section 1)."""

import re
from functools import cache

import msgspec

from dialogs.understanding.commands import Command
from dialogs.understanding.emergency import Emergency
from dialogs.understanding.hardships import has_difficulty
from dialogs.understanding.lexicon import compiled, load
from dialogs.understanding.meaning import Intent
from dialogs.understanding.scene import news
from dialogs.understanding.yes_no import YesNo


class Signs(msgspec.Struct, frozen=True):
    """What else is known of a message when its purpose is decided."""

    said: str
    emergency: tuple[Emergency, ...] = ()
    commands: tuple[Command, ...] = ()
    yes_no: YesNo | None = None
    needs: bool = False
    hardship: bool = False
    has_id: bool = False
    has_case_no: bool = False
    members: bool = False
    urgent: bool = False


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return compiled("|".join(load("intents")[name]))


def _has(name: str, said: str) -> bool:
    return _pattern(name).search(said) is not None


def for_somebody_else(said: str) -> bool:
    """Whether help is asked for a person who is not the speaker nor of the speaker's own filing."""
    return _has("other_person", said) or (_has("other_weak", said) and not _has("self_strong", said))


def find_intent(signs: Signs) -> tuple[Intent, float]:
    """The purpose and how sure it is. The order is the guidelines': danger, death, applying, the rest."""
    said = signs.said.strip()
    if short := _short(said, signs):
        return short
    if signs.emergency:
        if signs.emergency[0].code == "em_death" and _has("death_report", said):
            return "report_change", 0.8
        return "report_emergency", 0.85
    if news(said) and not signs.has_id:
        return ("ask_policy", 0.6) if _has("ask_policy", said) and signs.needs else ("other", 0.7)
    for name in ("rate", "withdraw", "correct", "report_change", "supplement", "complaint", "query_progress"):
        if verdict := _by_name(name, said, signs):
            return verdict
    return _asking(said, signs)


def _short(said: str, signs: Signs) -> tuple[Intent, float] | None:
    if signs.yes_no and signs.yes_no.value and signs.yes_no.confidence >= 0.7 and not signs.emergency:
        return ("confirm" if signs.yes_no.value == "yes" else "deny"), signs.yes_no.confidence
    if _has("greeting", said):
        return "greeting", 0.9
    if len(said) <= 2 and not any(character.isalnum() for character in said):
        return ("confirm", 0.5) if signs.yes_no and signs.yes_no.value == "yes" else ("other", 0.5)
    if signs.commands and not signs.emergency:
        code = signs.commands[0].code
        table: dict[str, Intent] = {
            "human": "human", "cancel": "cancel", "restart": "cancel", "erase": "withdraw",
            "progress": "query_progress", "submit": "confirm", "done": "deny", "correct": "correct",
            "help": "ask_policy",
        }  # fmt: skip
        if code in table and not (code == "cancel" and signs.has_case_no):
            return table[code], 0.9
    if len(said) <= 40 and not signs.emergency and not signs.has_id:
        if _has("human", said) and not signs.hardship:
            return "human", 0.8
        if len(said) <= 30 and _has("cancel", said) and not signs.has_case_no:
            return "cancel", 0.75
    return None


def _by_name(name: str, said: str, signs: Signs) -> tuple[Intent, float] | None:
    asks = _has("request", said)
    told = signs.hardship and signs.members
    story = len(said) > 45 and (signs.has_id or told)
    if not _has(name, said):
        return None
    if name == "rate":
        return ("rate", 0.8) if len(said) <= 40 else None
    if name == "withdraw":
        return None if story else ("withdraw", 0.75)
    if name == "correct":
        return ("correct", 0.75) if len(said) <= 40 and not story else None
    if name == "report_change":
        return ("report_change", 0.7) if len(said) <= 70 and not (story and asks) else None
    if name == "supplement":
        return ("supplement", 0.75) if len(said) <= 70 and not signs.members else None
    if name == "complaint":
        return ("complaint", 0.7) if not story else None
    if name == "query_progress":
        return ("query_progress", 0.75) if len(said) <= 70 and not (signs.hardship and asks and story) else None
    return None


def _asking(said: str, signs: Signs) -> tuple[Intent, float]:
    asks = _has("request", said)
    question = _has("ask_policy", said)
    other_person = for_somebody_else(said)
    trouble = has_difficulty(said)
    own = _has("self_person", said)
    if _has("no_trouble", said) and not signs.needs:
        return "other", 0.7
    concrete = signs.hardship or signs.members or signs.has_id or (trouble and own and len(said) > 20)
    if question and not concrete and not (other_person and trouble):
        wish = _has("plain_wish", said)
        if not wish:
            return ("ask_policy", 0.7) if signs.needs or len(said) > 6 else ("other", 0.5)
    if other_person and (signs.needs or asks or trouble):
        return "apply_for_other", 0.75
    if signs.needs or (asks and len(said) > 4) or concrete or (trouble and len(said) > 8):
        return "apply", 0.7
    return "other", 0.5
