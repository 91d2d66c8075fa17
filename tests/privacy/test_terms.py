"""What is kept no longer than its term: recordings, pictures of children, files of what was withdrawn (domain 12.6)."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from backend.cases import acts
from backend.cases.tables import Case
from backend.clock import SetClock
from backend.conversations.tables import Attachment
from backend.db import Database
from backend.journal.tables import JournalEntry
from backend.privacy.purge import Purged, purge
from backend.verify import verify_all
from backend.voice.tables import Voice
from tests.desk.households import PIXEL
from tests.desk.twin import running
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS
from tests.voice.test_heard_by_a_machine import voice


@pytest.fixture
def county(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[County]:
    """With a speech server somewhere; what it hears the test says."""
    url = database.url.render_as_string(hide_password=False)
    with running(url, tmp_path, clock, speech_url="http://127.0.0.1:9/v1") as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


def purged(county: County, *, dry_run: bool = False) -> Purged:
    return purge(county.runtime.writer, county.runtime.database, county.runtime.env, dry_run=dry_run)


def heard(county: County, words: str) -> None:
    """The machine hears the only voice that waits."""
    [row] = county.office.all(Voice, Voice.status == "waiting")
    asyncio.run(county.runtime.hear_voice(row.id, words))


def files(county: County) -> list[str]:
    return [row.media_type for row in county.office.all(Attachment)]


def filed_by_voice(county: County, person: Person) -> Case:
    """She tells her trouble by voice and hands in."""
    person.sends(voice(), "a.ogg")
    heard(county, HER_WORDS[0])
    county.clock.at += dt.timedelta(minutes=1)
    person.says(*HER_WORDS[1:])
    person.presses("都对，交上去")
    return person.case()


def close(county: County, person: Person) -> None:
    """She takes it back."""
    person.says("我不办了", "对，撤吧")
    assert person.case().status == "withdrawn"


def test_a_recording_goes_after_its_term_and_what_was_said_in_it_stays(county: County) -> None:
    li = county.somebody("li")
    case = filed_by_voice(county, li)
    began = county.clock.at
    county.clock.at = began + dt.timedelta(days=179)
    assert purged(county).voices == 0
    county.clock.at = began + dt.timedelta(days=181)
    assert purged(county, dry_run=True).voices == 1
    assert files(county) == ["audio/ogg"], "a dry run deletes nothing"
    assert purged(county).voices == 1
    assert files(county) == []
    assert not [path for path in county.runtime.settings.media_dir.glob("*/*") if path.is_file()]
    assert purged(county).voices == 0
    assert case.get(county.runtime.env.sealer, "difficulty") == HER_WORDS[0]
    with county.runtime.database.read() as db:
        [entry] = db.exec(select(JournalEntry).where(JournalEntry.event == "files_over")).all()
    assert (entry.chain, entry.data) == (case.id, {"clock": "clk_voice_original", "files": 1})


def test_a_recording_nobody_has_heard_is_kept(county: County) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS)
    li.presses("都对，交上去")
    li.sends(voice(), "a.ogg")
    county.clock.at += dt.timedelta(days=400)
    assert purged(county).voices == 0


def test_what_she_never_answered_to_is_not_confirmed(county: County) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS)
    li.presses("都对，交上去")
    li.sends(voice(), "a.ogg")
    heard(county, "出院小结我明天送来")
    county.clock.at += dt.timedelta(days=200)
    assert purged(county).voices == 0
    li.says("进度")
    assert purged(county).voices == 1


def test_nothing_goes_while_an_emergency_is_open(county: County) -> None:
    li = county.somebody("li")
    filed_by_voice(county, li)
    li.says("老伴喘不上气，脸都紫了")
    county.clock.at += dt.timedelta(days=200)
    assert purged(county).voices == 0


def test_the_files_of_what_was_withdrawn_go_after_a_year(county: County) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:3])
    li.sends(PIXEL, "单子.png")
    li.says(*HER_WORDS[3:])
    li.presses("都对，交上去")
    close(county, li)
    closed = county.clock.at
    county.clock.at = closed + dt.timedelta(days=364)
    assert purged(county).shorter == 0
    county.clock.at = closed + dt.timedelta(days=367)
    assert purged(county).shorter == 1
    assert files(county) == []


@pytest.mark.parametrize(
    ("line", "child"), [("孙子赵小虎，9岁，一个月168", True), ("儿子赵大虎，40岁，一个月168", False)]
)
def test_pictures_of_a_household_with_a_child_go_five_years_after_the_end(
    county: County, line: str, child: bool
) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:3])
    li.sends(PIXEL, "单子.png")
    li.says(*HER_WORDS[3:9], line, *HER_WORDS[9:])
    li.presses("都对，交上去")
    county.office.act(
        acts.decline_accept, county.office.clerk, li.case().id, reason_code="not_social_assistance",
        reason="这是邻里的地界纠纷，不是救助", where="村里的调解委员会", phone="0900-0000301",
    )  # fmt: skip
    closed = county.clock.at
    county.clock.at = closed + dt.timedelta(days=5 * 365)
    assert purged(county, dry_run=True).pictures == 0
    county.clock.at = closed + dt.timedelta(days=5 * 366)
    assert purged(county).pictures == int(child)
    assert files(county) == ([] if child else ["image/png"])
