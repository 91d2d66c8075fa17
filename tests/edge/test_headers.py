"""Every answer leaves with the headers, and what only we may read is closed to others."""

from __future__ import annotations

import re

import pytest

from tests.edge.browsers import Edge
from tests.edge.conftest import Open

PATHS = (
    "/", "/kiosk", "/p", "/leave", "/chat-form", "/n/none", "/none", "/static/none", "/desk", "/desk/none", "/a/none",
    "/desk/enter/none", "/api/chat/history", "/api/chat/pending", "/api/chat/events", "/healthz", "/readyz",
    "/metrics", "/api/chat",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_every_answer_carries_the_headers(edge: Edge, path: str, method: str) -> None:
    answer = edge.browser().send(method, path)
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'self'", "base-uri 'none'", "object-src 'none'", "form-action 'self'",
                 "frame-ancestors 'none'"):  # fmt: skip
        assert part in policy
    assert "unsafe" not in policy and "data:" not in policy and "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers, "this one is not behind https"
    assert not [name for name in ("server", "x-powered-by") if name in answer.headers]
    assert len(answer.headers.get_list("content-security-policy")) == 1


def test_only_the_chat_may_hear_her(edge: Edge) -> None:
    for path in PATHS:
        policy = edge.browser().get(path).headers["permissions-policy"]
        assert ("microphone=(self)" in policy) == (path in ("/", "/kiosk")), path


def test_what_never_changes_may_be_kept_and_is_not_guessed_at(edge: Edge) -> None:
    page = edge.browser().get("/").text
    for path in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
        answer = edge.browser().get(path)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_pages_hold_nothing_the_policy_would_stop(edge: Edge) -> None:
    browser = edge.browser()
    for path in ("/", "/p", "/leave", "/chat-form", "/n/none", "/desk", "/a/none"):
        html = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son[a-z]+=|javascript:", html), path


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 404),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, 404),
        ("203.0.113.9", {"authorization": "Bearer "}, 404),
    ],
)
def test_without_a_token_the_figures_are_for_this_machine(
    edge: Edge, address: str, headers: dict[str, str], status: int
) -> None:
    assert edge.browser(address).get("/metrics", headers=headers).status_code == status


def test_with_a_token_the_figures_are_for_whoever_has_it(open_edge: Open) -> None:
    edge = open_edge(metrics_token="s3cret-token")
    asked = edge.browser("203.0.113.9")
    assert asked.get("/metrics", headers={"authorization": "Bearer s3cret-token"}).status_code == 200
    assert asked.get("/metrics", headers={"authorization": "Bearer s3cret-toke"}).status_code == 404
    assert edge.browser("127.0.0.1").get("/metrics").status_code == 404
    assert asked.get("/metrics").text == asked.get("/none").text
