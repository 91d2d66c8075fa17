"""The staff group board as a channel: what is posted there is read from the outbox, so sending is having written it."""

from __future__ import annotations

from backend.ports import Delivery


class Board:
    """Takes everything for `board`; the page `/desk/alerts` shows the rows themselves."""

    name = "board"

    def reachable(self) -> None:
        """Every group and every colleague, always."""
        return

    async def send(self, delivery: Delivery) -> None:
        """Nothing is carried: the row is on the board already."""
