"""The open pages of this process: a push to a contact goes to every page she has open here."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from backend.outbox.deliver import SendError
from backend.ports import Delivery
from bot.render import Renderer, Reply

#: Pages one contact may have open; the oldest is closed for a further one.
MOST_PAGES = 3


class Page:
    """One open event stream."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Reply | None] = asyncio.Queue(maxsize=200)

    def close(self) -> None:
        try:
            self.queue.put_nowait(None)
        except asyncio.QueueFull:
            self.queue.get_nowait()
            self.queue.put_nowait(None)


class WebHub:
    """The web chat as a channel of the outbox."""

    name = "web"

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._pages: dict[str, list[Page]] = {}

    def reachable(self) -> Collection[str]:
        return tuple(self._pages)

    def open(self, contact_id: str) -> Page:
        page = Page()
        pages = self._pages.setdefault(contact_id, [])
        pages.append(page)
        while len(pages) > MOST_PAGES:
            pages.pop(0).close()
        return page

    def close(self, contact_id: str, page: Page) -> None:
        pages = self._pages.get(contact_id, [])
        if page in pages:
            pages.remove(page)
        if not pages:
            self._pages.pop(contact_id, None)

    def close_all(self) -> None:
        for pages in list(self._pages.values()):
            for page in pages:
                page.close()

    async def send(self, delivery: Delivery) -> None:
        pages = self._pages.get(delivery.contact_id or "", [])
        if not pages:
            raise SendError("page_closed", again=True)
        reply = self._renderer.reply(delivery.id, delivery.say)
        taken = 0
        for page in pages:
            try:
                page.queue.put_nowait(reply)
                taken += 1
            except asyncio.QueueFull:
                page.close()
        if not taken:
            raise SendError("page_stuck", again=True)
