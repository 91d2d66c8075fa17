"""Too many at once: kind words, a time to come again, nothing lost - and a cry for help gets through."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from backend.conversations.tables import Attachment
from backend.inbox.tables import Inbound
from backend.settings import Settings
from backend.web.limits import MOST_KEYS, Limiter, source_of
from tests.desk.households import PIXEL
from tests.edge.browsers import Browser, Edge
from tests.edge.conftest import Open

DANGER = "我爸喝农药了，快来人"


class Watch:
    """Seconds that go forward when told."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_minutes_worth_goes_through_at_once_then_one_at_a_time() -> None:
    watch = Watch()
    limiter = Limiter(Settings(limit_messages_session=6, limit_messages_source=0, limit_messages_service=0), watch)
    assert [limiter.wait("messages", session="a") for _ in range(6)] == [0] * 6
    wait = limiter.wait("messages", session="a")
    assert wait == 11
    assert limiter.wait("messages", session="b") == 0, "nobody else has to wait"
    watch.at += wait
    assert limiter.wait("messages", session="a") == 0
    assert limiter.wait("messages", session="a") > 0


def test_asking_while_one_has_to_wait_makes_the_wait_no_longer() -> None:
    watch = Watch()
    limiter = Limiter(Settings(limit_codes_source=1), watch)
    assert limiter.wait("codes", source="a") == 0
    for _ in range(1000):
        assert limiter.wait("codes", source="a") == 61
    watch.at += 61
    assert limiter.wait("codes", source="a") == 0


def test_nothing_is_no_limit() -> None:
    limiter = Limiter(Settings(limit_messages_session=0, limit_messages_source=0, limit_messages_service=0), Watch())
    assert all(limiter.wait("messages", session="a", source="b") == 0 for _ in range(100_000))


def test_the_whole_service_has_a_limit_and_many_addresses_do_not_fill_the_memory() -> None:
    watch = Watch()
    limiter = Limiter(Settings(limit_codes_service=300_000), watch)
    assert all(limiter.wait("codes", source=str(n)) == 0 for n in range(300_000))
    assert limiter.wait("codes", source="one more") > 0
    assert len(limiter._due) <= MOST_KEYS + 1


@pytest.mark.parametrize(
    ("client", "source"),
    [
        (("203.0.113.9", 1), "203.0.113.9"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::"),
        (("2001:db8:1:2::9", 1), "2001:db8:1:2::"),
        (("::ffff:203.0.113.9", 1), "203.0.113.9"),
        (("fe80::1%eth0", 1), "fe80::"),
        (None, ""),
    ],
)
def test_an_address_of_the_new_kind_counts_as_its_household(client: Any, source: str) -> None:
    assert source_of({"client": client}) == source


def test_a_photo_counts_once_for_everybody(open_edge: Open) -> None:
    edge = open_edge(limit_uploads_service=3)
    statuses = []
    for number in range(4):
        files = {"file": ("a.png", PIXEL, "image/png")}
        answer = edge.browser(f"203.0.113.{number}").post("/api/chat", data={"id": f"photo-{number}"}, files=files)
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 429]


def test_a_form_that_is_no_message_is_told_so_and_makes_nobody(edge: Edge) -> None:
    answer = edge.browser().post("/chat-form", data={"id": "a b", "text": "你好"})
    assert answer.status_code == 400 and "再发一遍" in answer.text
    assert edge.office.all(Inbound) == []


def test_one_who_sends_too_fast_is_told_kindly_and_when_to_come_again(open_edge: Open) -> None:
    edge = open_edge(limit_messages_session=3)
    browser = edge.browser()
    browser.get("/")
    assert [browser.says("你好").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = browser.says("你好")
    assert refused.json()["error"] == "problem.busy"
    assert "没收下" in refused.json()["text"] and "0900-" in refused.json()["text"]
    assert 0 < int(refused.headers["retry-after"]) <= 21
    assert f"{refused.headers['retry-after']}秒" in refused.json()["text"]
    assert len(edge.office.all(Inbound)) == 3
    assert edge.browser().says("你好").status_code == 200, "another session at the same address goes on"


def test_many_sessions_of_one_address_are_held_and_another_address_is_not(open_edge: Open) -> None:
    edge = open_edge(limit_messages_source=3)
    assert [edge.browser("203.0.113.9").says("你好").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert edge.browser("203.0.113.10").says("你好").status_code == 200


def test_words_of_danger_pass_up_to_a_much_higher_bound(open_edge: Open) -> None:
    edge = open_edge(limit_messages_session=2, limit_danger_times=5)
    browser = edge.browser()
    browser.get("/")
    assert [browser.says("你好").status_code for _ in range(3)] == [200, 200, 429]
    helped = browser.says(DANGER)
    assert helped.status_code == 200
    assert "120" in helped.text and "urgent" in helped.text
    assert "msg.alert_emergency" in edge.office.told("town:02")
    later = [browser.says(DANGER).status_code for _ in range(20)]
    assert later.count(200) >= 5 and later[-1] == 429, "the bound is high, but it is one"


def test_a_photo_too_many_is_refused_unless_it_comes_with_words_of_danger(open_edge: Open) -> None:
    edge = open_edge(limit_uploads_session=2)
    browser = edge.browser()
    browser.get("/")

    def photo(number: int, text: str = "") -> int:
        return browser.post(
            "/api/chat",
            data={"id": f"photo-{number}", **({"text": text} if text else {})},
            files={"file": ("a.png", PIXEL + bytes([number]), "image/png")},
        ).status_code

    assert [photo(number) for number in range(3)] == [200, 200, 429]
    assert len(list(edge.runtime.settings.media_dir.rglob("*.*"))) <= 2, "what is refused is not kept"
    assert photo(4, DANGER) == 200
    assert len(edge.office.all(Attachment)) == 3


def test_without_script_what_she_wrote_stands_in_the_box_again(open_edge: Open) -> None:
    edge = open_edge(limit_messages_session=1)
    browser = edge.browser()
    browser.get("/")
    assert browser.post("/chat-form", data={"id": "one", "text": "你好"}).status_code == 303
    refused = browser.post("/chat-form", data={"id": "two", "text": "家里房子漏雨了"})
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert "没收下" in refused.text and "家里房子漏雨了</textarea>" in refused.text
    assert len(edge.office.all(Inbound)) == 1


def test_codes_and_signing_in_are_held_for_each_address(open_edge: Open) -> None:
    edge = open_edge(limit_codes_source=2, limit_sign_in_source=2)

    def codes(browser: Browser) -> list[int]:
        return [browser.post("/p", data={"number": f"26-{n:05d}", "code": "1"}).status_code for n in range(3)]

    def doors(browser: Browser) -> list[int]:
        return [browser.get(f"/desk/enter/{'A' * 42}{n}").status_code for n in range(3)]

    for act, calm in ((codes, 200), (doors, 404)):
        assert act(edge.browser("203.0.113.9")) == [calm, calm, 429]
        assert act(edge.browser("203.0.113.10")) == [calm, calm, 429]
    last = edge.browser("203.0.113.9").post("/p", data={"number": "1", "code": "1"})
    assert int(last.headers["retry-after"]) > 0 and "0900-" in last.text


def test_a_flood_of_a_thousand_loses_nothing_that_was_answered(open_edge: Open) -> None:
    edge = open_edge(limit_messages_session=0, limit_messages_source=100)

    async def flood() -> list[int]:
        transport = ASGITransport(edge.app, client=("203.0.113.9", 1))
        async with AsyncClient(transport=transport, base_url="http://chat") as client:
            answers = await asyncio.gather(
                *(
                    client.post("/api/chat", json={"session": "s" * 43, "id": f"m{n}", "text": "你好"})
                    for n in range(1000)
                )
            )
        return [answer.status_code for answer in answers]

    statuses = asyncio.run(flood())
    assert set(statuses) == {200, 429}
    assert statuses.count(200) == len(edge.office.all(Inbound)) >= 100
