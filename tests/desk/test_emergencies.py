"""A danger told in the chat is on the desk at once, before there is any case."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from backend.clock import SetClock
from backend.ports import Arrived
from bot.channels.web.hook import said_in_words
from tests.desk.twin import Twin, text_of


def says(twin: Twin, person: str, *texts: str) -> None:
    for number, text in enumerate(texts):
        said = said_in_words(text, twin.runtime.listener())
        message = Arrived("web", "web", person, f"{person}-{number}-{text}", json.dumps({"text": text}).encode(), said)
        twin.runtime.receive_sync(message)


def clock_of(twin: Twin) -> SetClock:
    clock = twin.runtime.env.clock
    assert isinstance(clock, SetClock)
    return clock


def urgent(seat: Any) -> str:
    html = seat.get("/desk").text
    section = re.search(r'<section class="queue is-urgent".*?</section>', html, re.S)
    return section[0] if section else ""


def test_it_is_there_at_once_with_what_since_when_and_where(twin: Twin) -> None:
    clerk = twin.as_("zhou_wenjing")
    assert urgent(clerk) == ""
    says(twin, "a", "你好", "我家着火了，我叫李秀英")
    section = urgent(clerk)
    words = text_of(section)
    assert "着火" in words and "马上" in words and "青石镇" in words and "起" in words
    assert "急事 1 件" in words
    assert "李秀英" not in section and "我家着火了" not in section
    assert "我来处理" in words
    assert 'class="alarm"' in clerk.get("/desk/part").text, "the page that keeps itself fresh has it too"


def test_the_oldest_stands_first_and_one_who_repeats_herself_stands_there_once(twin: Twin) -> None:
    clock = clock_of(twin)
    says(twin, "a", "我家着火了")
    clock.at += dt.timedelta(minutes=3)
    says(twin, "b", "锅揭不开了，一粒米都没有")
    clock.at += dt.timedelta(minutes=3)
    says(twin, "a", "火更大了，着火了")
    section = urgent(twin.as_("zhou_wenjing"))
    assert section.count('class="alarm"') == 2
    assert section.index("着火") < section.index("断粮")


def test_who_takes_it_is_named_and_it_goes_away_when_help_has_arrived(twin: Twin) -> None:
    says(twin, "a", "我家着火了")
    clerk = twin.as_("zhou_wenjing")
    action = re.search(r'action="(/desk/talks/[^"]+)/take"', urgent(clerk))
    assert action is not None
    page = clerk.press("/desk", f"{action[1]}/take")
    assert "我家着火了" in page.text, "she goes on in the conversation"
    section = urgent(twin.as_("wang_lili"))
    assert "周文静 在处理" in text_of(section) and "我来处理" not in section
    assert 'queue is-people"' not in clerk.get("/desk").text, "nobody else is asked to call"
    clock_of(twin).at += dt.timedelta(hours=2)
    clerk = twin.as_("zhou_wenjing")
    assert clerk.press(action[1], f"{action[1]}/close", outcome="").status_code == 422, "what was done is wanted"
    assert "我来处理" not in urgent(clerk) and urgent(clerk) != "", "it stays until then"
    clerk.press(action[1], f"{action[1]}/close", outcome="村里的人到了，火灭了，人住到侄子家")
    assert urgent(twin.as_("zhou_wenjing")) == ""


def test_nobody_takes_it_and_it_stays(twin: Twin) -> None:
    says(twin, "a", "我家着火了")
    clock_of(twin).at += dt.timedelta(days=2)
    assert "我来处理" in urgent(twin.as_("zhou_wenjing"))
