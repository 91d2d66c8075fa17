"""Words that the document a county follows wants written on its papers, exactly as they stand there (HN annex 6)."""

from __future__ import annotations

import datetime as dt

from dialogs.catalogue.county import County
from dialogs.catalogue.mistakes import NotCovered


def slip_words(county: County, days: int, day: dt.date) -> tuple[str, ...]:
    """What is printed on the slip of an application that was taken in on that day; () when nothing is prescribed.

    Args:
        days: working days until she is answered; 0 when there is no such day.
    """
    found = []
    for key in ("wording_acceptance", "wording_slip_note"):
        try:
            rule = county.says(key, day)
        except NotCovered:  # the slip was given under another document
            continue
        if rule is not None and (days or "{days}" not in str(rule.value)):
            found.append(str(rule.value).replace("{days}", str(days)))
    return tuple(found)


__all__ = ["slip_words"]
