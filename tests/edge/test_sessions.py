"""A session is there before the first message, stands in no address, and is nobody else's to give."""

from __future__ import annotations

import asyncio
import re
import secrets
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from backend.inbox.tables import Contact, Inbound
from tests.edge.browsers import Edge
from tests.edge.conftest import Open

CHAT = {"text": "我家房子漏雨了", "choice": None}


def test_the_page_brings_a_session_that_no_script_can_read(edge: Edge) -> None:
    browser = edge.browser()
    given = browser.get("/").headers["set-cookie"]
    assert re.fullmatch(r"chat=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=7776000; Path=/; SameSite=Lax", given)
    assert "set-cookie" not in browser.get("/").headers, "the same browser keeps its session"
    first = browser.says("你好").json()["session"]
    assert first == browser.cookies["chat"] == browser.says("在吗").json()["session"]
    assert len(edge.office.all(Contact)) == 1


def test_behind_https_the_cookie_is_for_this_host_and_https_alone(open_edge: Open) -> None:
    edge = open_edge(base_url="https://help.example")
    page = edge.browser(base="https://help.example").get("/")
    given = page.headers["set-cookie"]
    assert given.startswith("__Host-chat=") and given.endswith("; Secure")
    assert page.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize("way", ["nonce", "drawn id", "uuid"])
def test_a_first_message_sent_twice_without_cookies_is_one_person_with_one_answer(edge: Edge, way: str) -> None:
    body = {"session": None, **CHAT} | {
        "nonce": {"id": "1", "nonce": secrets.token_hex(16)},
        "drawn id": {"id": f"w-{secrets.token_hex(16)}"},
        "uuid": {"id": "0b8f3a52-5c0e-4b52-9a53-0f54a4c0f6d1"},
    }[way]

    async def twice() -> list[str]:
        transport = ASGITransport(edge.app, client=("203.0.113.9", 1))
        async with (
            AsyncClient(transport=transport, base_url="http://a") as one,
            AsyncClient(transport=transport, base_url="http://a") as two,
        ):
            answers = await asyncio.gather(*(client.post("/api/chat", json=body) for client in (one, two, two)))
        return [answer.text for answer in answers]

    answers = asyncio.run(twice())
    assert len(set(answers)) == 1
    assert len(edge.office.all(Contact)) == len(edge.office.all(Inbound)) == 1
    elsewhere = edge.browser("198.51.100.1").post("/api/chat", json=body).json()["session"]
    assert (elsewhere in answers[0]) == (way == "nonce"), "a message id alone gives nobody else her session"


def test_two_people_whose_programs_count_from_one_are_two(edge: Edge) -> None:
    sessions = {
        edge.browser().post("/api/chat", json={"session": None, "id": "m1", **CHAT}).json()["session"] for _ in range(3)
    }
    assert len(sessions) == 3


def test_a_session_in_an_address_opens_nothing(edge: Edge) -> None:
    browser = edge.browser()
    browser.get("/")
    session = browser.says("我家房子漏雨了").json()["session"]
    stranger = edge.browser()
    for path in ("history", "pending"):
        assert "漏雨" not in stranger.get(f"/api/chat/{path}?session={session}").text
    assert stranger.get(f"/api/chat/events?session={session}").status_code == 204
    assert "漏雨" in browser.get("/api/chat/history").text
    told = stranger.get("/api/chat/history", headers={"authorization": f"Bearer {session}"})
    assert "漏雨" in told.text and f"chat={session}" in told.headers["set-cookie"]


def test_another_site_can_neither_speak_for_her_nor_read_nor_give_her_its_session(edge: Edge) -> None:
    browser = edge.browser()
    browser.get("/")
    browser.says("我家房子漏雨了")
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = browser.post(
            "/api/chat", content=b'{"id":"x1","text":"\xe4\xb8\x8d\xe5\x8a\x9e\xe4\xba\x86"}', headers=headers
        )
        assert refused.status_code == 403 and "set-cookie" not in refused.headers
        assert browser.get("/api/chat/history", headers=headers).json() == {"messages": []}
        assert browser.post("/chat-form", data={"id": "x2", "text": "不办了"}, headers=headers).status_code == 404
    assert len(edge.office.all(Inbound)) == 1


def test_leaving_takes_the_session_from_the_browser(edge: Edge) -> None:
    browser = edge.browser()
    browser.get("/")
    browser.says("我家房子漏雨了")
    assert "Max-Age=0" in browser.get("/leave").headers["set-cookie"]
    assert "chat" not in browser.cookies
    browser.get("/")
    assert browser.get("/api/chat/history").json() == {"messages": []}


def test_no_page_and_no_script_of_ours_puts_a_session_into_an_address() -> None:
    pages = Path(__file__).parents[2] / "bot" / "channels" / "web" / "pages"
    for file in pages.rglob("*"):
        if file.suffix in (".html", ".js"):
            assert "session=" not in file.read_text(encoding="utf-8"), file.name
