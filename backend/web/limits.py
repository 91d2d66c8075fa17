"""How much one session, one address and everybody together may ask of this process in a minute.

A refusal costs nothing and is counted nowhere, so whoever waits is let in again. Each limit lets a minute's worth
through at once: people write in bursts.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from backend.settings import Settings

Kind = Literal["messages", "uploads", "codes", "sign_in", "danger"]
#: Keys remembered before those that are at rest are let go.
MOST_KEYS: Final = 200_000


class Limiter:
    """Counts for one process (generic cell rate algorithm: one number a key).

    Args:
        now: seconds that only go forward.
    """

    def __init__(self, settings: Settings, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._due: dict[tuple[str, str, str], float] = {}
        self._limits = _limits(settings)

    def wait(self, kind: Kind, *, session: str = "", source: str = "", again: bool = False) -> int:
        """0 when it may go on, and then it is counted; else after how many whole seconds to come again.

        Args:
            again: the same request was counted for everybody already, before it was known whose it is.
        """
        now, longest = self._now(), 0.0
        taken: list[tuple[tuple[str, str, str], float]] = []
        for by, key in (("session", session), ("source", source), ("service", "" if again else "all")):
            a_minute = self._limits.get((kind, by), 0)
            if not a_minute or not key:
                continue
            place = (kind, by, key)
            due = max(self._due.get(place, now), now) + 60 / a_minute
            longest = max(longest, due - now - 60)
            taken.append((place, due))
        if longest > 1e-6:
            return int(longest) + 1
        self._due.update(taken)
        if len(self._due) > MOST_KEYS:
            self._let_go(now)
        return 0

    def _let_go(self, now: float) -> None:
        self._due = {place: due for place, due in self._due.items() if due > now}
        if len(self._due) > MOST_KEYS:  # a flood from everywhere: the limit of the whole service holds it
            self._due = {place: due for place, due in self._due.items() if place[1] == "service"}


def _limits(settings: Settings) -> dict[tuple[str, str], int]:
    found = {
        ("messages", "session"): settings.limit_messages_session,
        ("messages", "source"): settings.limit_messages_source,
        ("messages", "service"): settings.limit_messages_service,
        ("uploads", "session"): settings.limit_uploads_session,
        ("uploads", "source"): settings.limit_uploads_source,
        ("uploads", "service"): settings.limit_uploads_service,
        ("codes", "source"): settings.limit_codes_source,
        ("codes", "service"): settings.limit_codes_service,
        ("sign_in", "source"): settings.limit_sign_in_source,
        ("sign_in", "service"): settings.limit_sign_in_service,
    }
    danger = {
        ("danger", by): found[("messages", by)] * settings.limit_danger_times for by in ("session", "source", "service")
    }
    return found | danger


def source_of(scope: Mapping[str, Any]) -> str:
    """The address a request came from; of IPv6 the network of one household, for each of them has many addresses."""
    client = scope.get("client")
    host = str(client[0]) if client else ""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
