"""A household files and follows its case in English; only names, places and examples stand in Chinese."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.clock import SetClock
from backend.db import Database
from backend.verify import verify_all
from bot.app import App
from tests.desk.twin import running
from tests.journeys.people import County, Person

STORY = "My husband was in hospital and we owe twenty thousand yuan, and the roof leaks"
HER_NAMES = (
    "李秀英",
    "赵玉柱",
    "孙立军",
    "柳沟村二组",
    "柳沟村",
    "青石镇",
    "周同志",
    "周文静",
    "孙",
    "云山县人民政府",
    "云山县人民法院",
    "云山县",
)
HAN = re.compile(r"[\u3400-\u9fff]+")


@pytest.fixture
def english(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[County]:
    """The county, spoken to in English."""
    url = database.url.render_as_string(hide_password=False)
    with running(url, tmp_path, clock, language="en") as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


class Reader(Person):
    """Somebody who looks for words she was not told in English."""

    def reads_english(self) -> bool:
        """Whether all on her screen but names, places and examples is English; what is not when it is not."""
        text = "\n".join([*self.looks(), *(words for _, words in self._choices)])
        foreign = HAN.findall(_without_names(re.sub("“[^”]*”", "", text)))
        assert not foreign, f"{foreign} in:\n{text}"
        return True


def _without_names(text: str) -> str:
    for name in HER_NAMES:
        text = text.replace(name, "")
    return text


HER_WORDS = (
    STORY, "@For my own family", "@I agree", "I agree", "1, 2", "李秀英", "379901195709200043", "13000000001",
    "柳沟村二组", "168", "老伴赵玉柱，71岁，没收入", "nobody else", "@Yes, look it up",
)  # fmt: skip


def files(reader: Reader) -> None:
    """She answers every question, in words or with a button, and hands it in."""
    for step in (*HER_WORDS, "@All right, hand it in"):
        if step.startswith("@"):
            reader.presses(step[1:])
        else:
            reader.says(step)
        assert reader.reads_english()


def test_a_case_is_filed_taken_in_and_decided_in_english(english: County) -> None:
    reader = Reader(english, "li")
    files(reader)
    assert reader.hears("Handed in!", "within 1 working day", "How it goes, all at once")
    case = reader.case()
    assert english.group_heard("town:02")[-1].startswith("[New]")

    english.window.accepts(case)
    assert reader.hears("Taken in!", "not that it is granted", "Wednesday, 4 November")
    assert reader.reads_english()
    [roof, hospital] = english.window.sends(
        case, ("rural_house_repair", "housing"), ("medical_aid", "medical_insurance")
    )
    housing, insurance = english.department("housing"), english.department("medical_insurance")
    housing.signs(roof, until="2026-11-18", handler="孙立军")
    reader.says("progress")
    assert reader.hears("How far your case is", "孙立军", "before Wednesday, 18 November", "help to repair a house")
    assert reader.reads_english()

    insurance.signs(hospital, until="2026-11-10", handler="孙立军")
    insurance.refuses(hospital, reason="The costs are below this year's line", policy_basis="Medical aid rules, article 8",
                      reapply="with new bills at the end of the year")  # fmt: skip
    assert reader.hears("Not granted this time", "within 60 days", "云山县人民政府", "with new bills")
    housing.grants(roof, benefit="repair of the roof", amount="12000 yuan")
    assert reader.hears("Good news", "repair of the roof", "12000 yuan")
    assert reader.reads_english()
    reader.says("progress")
    assert reader.hears("granted, from", "you were told why")
    assert reader.reads_english()


def test_danger_is_answered_in_english_with_what_each_number_is(english: County) -> None:
    reader = Reader(english, "li")
    reader.says("家里着火了")
    assert reader.hears("119, the fire service")
    assert reader.reads_english()


def test_her_pages_say_that_they_are_english(english: County) -> None:
    reader = Reader(english, "li")
    files(reader)

    async def pages() -> list[str]:
        transport = httpx.ASGITransport(App(english.runtime, "web"))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as phone:
            number = {"number": reader.case().short_no, "code": reader.query_code or ""}
            answers = [await phone.get("/"), await phone.post("/p", data=number), await phone.get("/n/nothing")]
            return [answer.text for answer in answers]

    for page in asyncio.run(pages()):
        assert '<html lang="en">' in page
        assert HAN.findall(_without_names(re.sub("“[^”]*”", "", page))) == []


def test_what_the_english_words_tell_her_to_reply_is_understood(english: County) -> None:
    reader = Reader(english, "li")
    reader.says(STORY)
    reader.presses("For my own family")
    reader.says("menu")
    assert reader.reads_english()
    reader.says("go on")
    assert reader.hears("If you agree, I go on")
    reader.says("human")
    assert reader.hears("I ask 周同志 to contact you")
    reader.says("stop")
    assert reader.hears("Do you want to stop?")
    reader.says("no", "back")
    assert reader.reads_english()
