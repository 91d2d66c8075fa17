"""Few messages: an assistant files a household of three with four at most, who answers one thing at a time needs fourteen.

Counted over thirty households of the fresh table (domain 3.8, 14.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from backend.runtime import Runtime
from tests.judged.people import Household, households, messages_until_filed, old_woman, reports
from tests.judged.service import Chat

ASSISTANT = 4
APPLICANT = 14
#: Of the assistant's 150 reports (measured 0.993), and of the thirty applicants (measured 1.0).
ASSISTANT_FLOOR = 0.98
APPLICANT_FLOOR = 0.96


def _table(counts: Iterable[tuple[int, list[str], str]], goal: int) -> str:
    over = [(sent, asked, name) for sent, asked, name in counts if sent > goal]
    asked = Counter(slot for _, slots, _ in over for slot in slots)
    lines = [f"  {name}: {sent}, asked {' '.join(slots)}" for sent, slots, name in over]
    return "\n".join([f"{len(over)} over {goal}; asked there: {asked.most_common(12)}", *lines])


@pytest.mark.parametrize("wording", range(5))
def test_the_old_woman_and_her_household_are_filed_with_four_messages(wording: int, runtime: Runtime) -> None:
    household = old_woman()
    sent, asked = messages_until_filed(Chat(runtime), household, reports(household)[wording])
    assert sent <= ASSISTANT, asked


def test_an_assistant_needs_four_messages(runtime: Runtime) -> None:
    counts = [
        (*messages_until_filed(Chat(runtime), household, report), f"{household.id}/{wording}")
        for household in households()
        for wording, report in enumerate(reports(household))
    ]
    share = sum(sent <= ASSISTANT for sent, _, _ in counts) / len(counts)
    print(f"\nassistant: {share:.1%} within {ASSISTANT}; {_table(counts, ASSISTANT)}")
    assert share >= ASSISTANT_FLOOR


def test_an_applicant_needs_fourteen_messages(runtime: Runtime) -> None:
    counts = [_alone(runtime, household) for household in households()]
    share = sum(sent <= APPLICANT for sent, _, _ in counts) / len(counts)
    spread = sorted(Counter(sent for sent, _, _ in counts).items())
    print(f"\napplicant: {share:.1%} within {APPLICANT}, {spread}; {_table(counts, APPLICANT)}")
    assert share >= APPLICANT_FLOOR


def _alone(runtime: Runtime, household: Household) -> tuple[int, list[str], str]:
    return *messages_until_filed(Chat(runtime), household, "我想申请救助"), household.id
