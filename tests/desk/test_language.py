"""The desk speaks Chinese, and English to whoever asks for it."""

from __future__ import annotations

import re

import pytest

from tests.desk.twin import Twin, text_of


def test_it_is_chinese_whatever_the_browser_was_set_to(twin: Twin) -> None:
    html = twin.as_("zhou_wenjing").get("/desk", headers={"accept-language": "en-US,en;q=0.9"}).text
    assert '<html lang="zh-CN">' in html and "待办" in text_of(html)


def test_who_asks_for_english_gets_it_from_then_on_and_can_go_back(twin: Twin) -> None:
    case = twin.office.submitted()
    clerk = twin.as_("zhou_wenjing")
    link = re.search(r'href="(\?lang=[^"]+)"', clerk.get("/desk").text)
    assert link is not None and link[1] == "?lang=en"
    asked = clerk.get(f"/desk{link[1]}").text
    assert '<html lang="en">' in asked and "To do" in text_of(asked) and "待办" not in text_of(asked)
    page = clerk.get(f"/desk/cases/{case.id}").text
    words = text_of(page)
    assert '<html lang="en">' in page and "Take in for these" in words and "What happened" in words
    assert "desk." not in words, "no key shows"
    assert '<html lang="zh-CN">' in clerk.get("/desk?lang=zh_CN").text
    assert '<html lang="zh-CN">' in clerk.get(f"/desk/cases/{case.id}").text


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("asked", ["xx", "../en", "", "zh_TW"])
def test_a_language_there_is_not_changes_nothing(twin: Twin, asked: str, kind: str) -> None:
    answer = twin.as_("zhou_wenjing").get(f"/desk?lang={asked}")
    assert '<html lang="zh-CN">' in answer.text and "lang=" not in answer.headers.get("set-cookie", "")
