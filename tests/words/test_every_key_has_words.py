"""Whatever the code can say has words, the words want nothing that is not given, and no words lie around unused."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from backend.cases.status import CASE_STATUSES
from backend.conversations.progress import timeline
from backend.messages import MESSAGES
from backend.objections.status import OBJECTION_STATUSES, OBJECTION_TYPES
from backend.objections.status import OUTCOMES as OUTCOMES_OF_OBJECTIONS
from backend.transfers.status import TRANSFER_STATUSES
from bot.check import TEMPLATES, catalogue_names, keys, other_words, page_problems, word_problems
from dialogs.after_asking import YES_NO
from dialogs.aftercare import GRADES
from dialogs.amending import FIELDS as AMENDED
from dialogs.catalogue.load import load_catalogue
from dialogs.catalogue.model import Applicant, Counter
from dialogs.danger import FACTS
from dialogs.flows.station import OUTCOMES
from dialogs.leaflet import CONTENTS, COURSE, GROUPS
from dialogs.menu import MENU
from dialogs.notice import SUPPLIES
from dialogs.papers.seen import Look
from dialogs.station import MENU as STATION_MENU
from dialogs.station import PAGES as STATION_PAGES
from dialogs.understanding.lexicon import load
from locales.templates import template_keys
from locales.words import Words, conversation_languages, languages, words
from tests.words.spoken import codes_of, written_out

KNOWN = words()

#: Ends of keys that code puts together, with the place that does it.
FAMILIES: dict[str, tuple[str, ...]] = {
    "problem": (
        *sorted(codes_of("Problem")),
        "file_empty",
        "file_too_big",
        "file_type",  # media.keep_file
        "sheet_no_heading",
        "sheet_no_rows",  # dialogs/sheet_reading.py
        "sheet_too_big",
        "sheet_locked",
        "sheet_unreadable",  # backend/station/sheets.py
        "sheet_one",  # bot/channels/uploads.py
    ),
    "sheet": ("bad",),
    "sheet.why": (*sorted(codes_of("_Unreadable")), "in_progress"),
    "refused": tuple(sorted(codes_of("RefusedAct"))),  # backend/web/desk.py
    "remedy": (*load_catalogue().remedies, "service"),
    "relation": (*load("kinship"), "other"),  # "other": Members.take_as_is
    "level": ("e1", "e2", "e3"),
    "emergency": tuple(rule["code"] for rule in load("emergency")["rule"]),
    "progress": ("not_accepted", "withdrawn"),
    "progress.step": ("not_accepted", "withdrawn"),
    "label": ("called",),  # asking.labels of what was kept unasked
    "green": ("yes", "no"),
    "reference": ("talk",),  # backend/outbox/groups.py
    "human": ("asked", "unwilling", "policy", "objects", "failed", "withdraw"),
    "option.after.erase": YES_NO,  # dialogs/erasing.py
    "option.after.withdraw": YES_NO,  # dialogs/after_asking.py
    "option.after.grade": GRADES,
    "ask.after.new": AMENDED,
    "after": ("whose", "new_member"),  # backend/cases/changes.py
    "after.changed": (*AMENDED, "age", "condition"),
    "objection": tuple(OBJECTION_TYPES),
    "objection_status": OBJECTION_STATUSES,
    "objection_result": tuple(
        f"{what}_{end}" for what in ("decision", "service_complaint", "low_rating") for end in OUTCOMES_OF_OBJECTIONS
    ),
    "lead": ("others", "service"),  # backend/objections/leads.py
    "confirm": ("cancel", "restart"),
    "ask.danger": FACTS,
    "safety": ("worry", "worry_heart"),
    "option": ("yes_cancel", "yes_restart"),
    "option.menu": (*MENU, *CONTENTS),
    "class": GROUPS,
    "applicant": get_args(Applicant),
    "counter": get_args(Counter),
    "notice.apply": ("nobody", "hospital"),
    "leaflet.step": tuple(stage for stage, _ in COURSE),
    "leaflet.days": ("wd", "nd", "h"),
    "leaflet.posted": ("wd", "nd"),
    "weekday": tuple("1234567"),
    "month": tuple(str(number) for number in range(1, 13)),
    "notice.time": ("wd", "nd", "h"),
    "notice.days": ("wd", "nd", "h"),
    "notice.material": tuple(one for one in SUPPLIES if one != "already_held"),  # told together with we_fetch
    "notice.how": ("already_held", *SUPPLIES),
    "photo.look": tuple(look for look in get_args(Look) if look),  # dialogs/photo_talk.py
    "option.photo": ("yes", "no", "of", "new", "nobody"),  # dialogs/photos.py
    "option.station": STATION_MENU,
    "tell.registered": OUTCOMES,
    "tell.reported": ("change", "death", "several"),
    "tell.page": tuple(f"{name}{end}" for name in STATION_PAGES for end in ("", ".none")),  # backend/station/pages.py
    "station": ("case", "entry", "visit", "lead", "recheck", "resident", "helper"),
    "report": ("change", "death"),
    "card.member": ("relation", "name", "age", "id_number", "income", "condition"),
}
TERMS = (
    "item", "dept", "need", "hardship", "material", "village", "town", "green", "human", "reason", "return_reason",
    "meeting_reason", "second_ask", "clock", "status", "transfer_status", "relation", "word", "level", "emergency",
    "reference", "report", "class", "applicant", "counter", "refusal", "after", "opening",
    "objection", "objection_status", "objection_result", "lead",
)  # fmt: skip
#: Words that wait for their part of the service.
WAITING: frozenset[str] = frozenset()


def _families() -> set[str]:
    found = {f"{head}.{end}" for head, ends in FAMILIES.items() for end in ends}
    found |= {f"{kind}.@other" for kind in TERMS}
    return found | {"day", "item.special", "item.case"}


def _said() -> set[str]:
    on_pages = {key for folder in TEMPLATES for key, _ in template_keys(folder)}
    said = {one.key for one in written_out()} | _families() | set(keys()) | on_pages
    return said | {f"{key}.again" for key in said if key.startswith("ask.")}


def test_a_question_put_again_wants_nothing_the_first_did_not_have() -> None:
    given = {"them", "who"}
    for key in (key for key in KNOWN if key.startswith("ask.") and key.endswith(".again")):
        assert KNOWN.placeholders(key) <= KNOWN.placeholders(key.removesuffix(".again")) | given, key


def test_every_language_has_words_for_all_that_is_defined() -> None:
    for language in conversation_languages():
        assert word_problems(words(language)) == []


def test_every_page_has_words_in_every_language() -> None:
    assert set(languages()) >= set(conversation_languages()) >= {"zh_CN", "en"}
    for language in languages():
        assert page_problems(words(language)) == []


@pytest.mark.parametrize("language", sorted(set(languages()) - {KNOWN.language}))
def test_another_language_says_what_the_default_says_and_names_the_catalogue(language: str) -> None:
    known = words(language)
    assert other_words(known) == []
    assert set(known) - set(KNOWN) == set(catalogue_names())


class Changed(Words):
    """English with some words put otherwise, or taken out."""

    def __init__(self, **changed: str | None) -> None:
        super().__init__("en")
        for name, text in changed.items():
            key = name.replace("__", ".")
            self._catalogue.pop(key, None)
            if text is not None:
                self._catalogue[key] = text


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"tell__help": None}, "no words for 'tell.help'"),
        ({"tell__nowhere": "Good."}, "'tell.nowhere' is said in no other language"),
        ({"tell__help": "Call us."}, "'tell.help' has other placeholders than in zh_CN"),
        ({"item__dibao": None}, "no name for 'item.dibao' of the catalogue"),
    ],
)
def test_what_another_language_lacks_or_has_too_much_is_found(changed: dict[str, str | None], found: str) -> None:
    assert other_words(Changed(**changed)) == [found]


def test_a_page_that_says_a_key_without_words_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.html").write_text("<p>{{ _('desk.never_written') }}</p>", encoding="utf-8")
    monkeypatch.setattr("bot.check.TEMPLATES", (tmp_path,))
    assert page_problems(KNOWN) == ["no words for 'desk.never_written' at new.html:1"]


def test_every_key_written_out_in_the_code_has_words() -> None:
    missing = [f"{one.key} at {one.at}" for one in written_out() if one.key not in KNOWN and not _head(one.key)]
    assert missing == []


def _head(key: str) -> bool:
    """Half a key, that code completes ("progress.part" and the status)."""
    return any(other.startswith((f"{key}.", key) if key.endswith("_") else f"{key}.") for other in KNOWN)


def test_every_key_put_together_by_the_code_has_words() -> None:
    assert sorted(key for key in _families() if key not in KNOWN) == []


def test_words_want_only_what_is_given() -> None:
    wrong = []
    for one in written_out():
        if one.params is None or one.key not in KNOWN or one.key in MESSAGES:
            continue
        wrong += [f"{one.key} at {one.at} wants {name}" for name in KNOWN.placeholders(one.key) - one.params]
    assert wrong == []


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_messages_of_a_case_want_only_what_is_given(key: str) -> None:
    assert KNOWN.placeholders(key) <= set(MESSAGES[key])


def test_no_words_lie_around_unused() -> None:
    said = _said()
    unused = [
        key for key in KNOWN
        if key not in said and key not in WAITING
        and not (key.startswith(("notice.material.", "notice.how.")) and key.rpartition(".")[0] in said)
    ]  # fmt: skip
    assert unused == []


def test_the_timeline_knows_every_status_it_may_meet() -> None:
    """A case she asks about is never a draft, and a part called off is not shown (backend/conversations/progress.py)."""
    assert timeline.__doc__ is not None
    for status in (one for one in CASE_STATUSES if one != "draft"):
        assert KNOWN.placeholders(f"progress.next.{status}") <= {"clerk", "phone"}
    for status in (*(one for one in TRANSFER_STATUSES if one != "cancelled"), "late"):
        given = {"dept", "item", "since", "until", "from", "handler", "phone"}
        assert KNOWN.placeholders(f"progress.part.{status}") <= given
