"""A complaint from a shell: seen by the supervisor alone, taken and answered."""

from __future__ import annotations

from tests.commands.conftest import Yimen
from tests.journeys.test_whole_road import HER_WORDS

COMPLAINT = "我要投诉，窗口的人态度太差，一直拖着不给我办"


def test_from_a_shell_a_complaint_is_seen_taken_and_answered(yimen: Yimen) -> None:
    yimen("chat", "--json", input="\n".join((*HER_WORDS, "对", COMPLAINT)) + "\n")
    [line] = yimen("objection", "list", "--as", "yan_zheng").output.splitlines()
    number, kind, status, *_ = line.split("\t")
    assert (kind, status) == ("service_complaint", "filed")
    assert yimen("objection", "list", "--as", "zhou_wenjing").output == ""
    assert yimen("objection", "take", number, "--as", "zhou_wenjing").exit_code != 0
    assert yimen("objection", "take", number, "--as", "yan_zheng").exit_code == 0
    answer = ("objection", "answer", number, "overturned", "--as", "yan_zheng", "--reason")
    assert yimen(*answer, "不").exit_code != 0
    assert yimen(*answer, "查了录音，是窗口不对，已经批评").exit_code == 0
    assert yimen("objection", "list", "--as", "yan_zheng").output == ""
