"""One Chromium for the run, a fresh phone and a fresh twin for every test; nothing may leave 127.0.0.1."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chat_twin import ChatTwin

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(__file__).parent / "shots"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"there is no Chromium at {CHROMIUM}: `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def twin() -> Iterator[ChatTwin]:
    twin = ChatTwin()
    twin.start()
    yield twin
    twin.stop()


class Phone:
    """A browser context that writes down what it asked for and what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.asked: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._heard)
        self.page: Page = context.new_page()

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def make(width: int = 360, height: int = 640, **more: Any) -> Phone:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=more.pop("has_touch", True),
            **more,
        )
        context.set_default_timeout(15_000)
        made.append(Phone(context))
        return made[-1]

    yield make
    asked = [url for one in made for url in one.asked]
    errors = [error for one in made for error in one.errors]
    for one in made:
        one.context.close()
    away = [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
    assert away == [], "the page asked outside 127.0.0.1"
    assert errors == [], "the page had an error of its own"


@pytest.fixture
def shot() -> Callable[..., None]:
    def take(page: Page, name: str, full: bool = False) -> None:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=full)

    return take
