"""A voice in the browser: taken with the message, answered later on the same page, shown once, with its buttons."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.db import Database
from tests.desk.twin import running, text_of
from tests.edge.browsers import STORY, Browser, Edge
from tests.journeys.people import County
from tests.voice.conftest import Listener
from tests.voice.platform import Platform
from tests.voice.test_heard_by_a_machine import voice


@pytest.fixture
def edge(county: County) -> Edge:
    """The web process of the county."""
    return Edge(county.runtime)


def speaks(browser: Browser) -> list[str]:
    """She sends a recording from the page; what it is answered with at once."""
    answer = browser.post(
        "/api/chat", data={"id": f"w-{secrets.token_hex(8)}"}, files={"file": ("语音.ogg", voice(), "audio/ogg")}
    )
    assert answer.status_code == 200, answer.text
    return [one["text"] for one in answer.json()["replies"]]


def test_the_answer_reaches_the_open_page_with_its_buttons(edge: Edge, ear: Listener, server: Platform) -> None:
    browser = edge.browser()
    browser.get("/")
    server.says(STORY)
    [told] = speaks(browser)
    assert "语音收到了" in told
    ear.listens()
    pushed = browser.get("/api/chat/pending").json()["replies"]
    assert pushed[0]["text"].startswith("我听到的是")
    assert [one["label"] for one in pushed[-1]["choices"]], "what may be pressed now"
    choice = pushed[-1]["choices"][0]["id"]
    answer = browser.post("/api/chat", json={"session": None, "id": "w-1", "text": None, "choice": choice})
    assert answer.status_code == 200
    assert "听不懂" not in answer.text


def test_a_page_loaded_again_shows_each_line_once(edge: Edge, ear: Listener, server: Platform) -> None:
    browser = edge.browser()
    browser.get("/")
    server.says(STORY)
    speaks(browser)
    ear.listens()
    ids = [one["id"] for one in browser.get("/api/chat/pending").json()["replies"]]
    browser.post("/api/chat/seen", json={"ids": ids})
    shown = [one["text"] for one in browser.get("/api/chat/history").json()["messages"]]
    assert sum("我听到的是" in one for one in shown) == 1
    assert len(shown) == len(set(shown))


def test_without_script_a_recording_goes_with_the_form(edge: Edge, ear: Listener, server: Platform) -> None:
    browser = edge.browser()
    browser.get("/chat-form")
    server.says(STORY)
    files = [("file", ("", b"", "application/octet-stream")), ("file", ("a.amr", b"#!AMR\n1234", "audio/amr"))]
    browser.post("/chat-form", data={"id": "w-2", "text": ""}, files=files)
    assert "语音收到了" in text_of(browser.get("/chat-form").text)
    ear.listens()
    assert "我听到的是" in text_of(browser.get("/chat-form").text)


def test_who_sends_under_the_name_of_heard_words_is_refused(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        answer = Edge(runtime).browser().says("你好", id="w-1 voice 0")
    assert answer.status_code == 400
