"""`yimen rehearse`, as somebody uses it who is about to change a rule: what would be told, sent and due otherwise.

The cases are filed on Tuesday 1 December 2026. Dates are counted by hand on the calendar of that month, which has no
holiday: two working days are the 3rd, one is the 2nd.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialogs.catalogue.load import HERE
from tests.commands.conftest import Yimen, home, yimen

__all__ = ["home", "yimen"]

ROOF = '"needs":["need_house_repair"],"hardships":{"other":"claimed"},"items":["rural_house_repair"]'
ONE = f'{{"town":"02","members":[{{"kin":"self","age":70}}],{ROOF},"accepted":0,"sent":0}}'
SLOW = ONE.replace('"sent":0', '"sent":2')
TWO = (
    '{"count":3,"town":"02","members":[{"kin":"self","age":45}],"needs":["need_house_repair","need_legal"],'
    '"hardships":{"other":"claimed"},"items":["rural_house_repair","legal_aid"],"accepted":0,"sent":0}'
)
URGENT = TWO.replace('"count":3,', "").replace('"needs"', '"emergency":"e2","green":true,"needs"')

Rehearse = Callable[..., dict[str, Any]]


@pytest.fixture
def rehearse(home: Path, yimen: Yimen) -> Rehearse:
    """Rehearse these recorded lines and read the JSON."""

    def run(*lines: str, words: str) -> dict[str, Any]:
        path = home / "cases.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        done = yimen("rehearse", "--json", "--on", "2026-12-01", "--recorded", str(path), *words.split())
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def moved(done: dict[str, Any], part: str) -> dict[str, tuple[Any, Any]]:
    """What becomes what, of one part."""
    return {
        one["what"]: tuple(side and side["value"] for side in (one["before"], one["after"]))
        for one in done["changes"]
        if one["part"] == part
    }


def test_another_document_shows_the_days_that_move_with_both_clauses(rehearse: Rehearse) -> None:
    done = rehearse(ONE, words="--pack licheng_2024")
    assert moved(done, "date")["clk_dispatch"] == ("2026-12-03", "2026-12-02")
    [dispatch] = [one for one in done["changes"] if one["what"] == "clk_dispatch"]
    assert dispatch["before"]["ground"] == "鲁民〔2015〕65号 三(三)2 “在2个工作日内转交相关部门办理”"
    assert dispatch["after"]["ground"] == "济历城民发〔2024〕17号 四 “及时受理转办”，未写天数"
    assert moved(done, "notice")["rule:forms"] == ("application acceptance_slip", "combined_application")
    assert done["differ"] == {"notice": 1, "route": 0, "date": 1}


def test_two_departments_would_wait_for_the_joint_meeting_and_one_would_not(rehearse: Rehearse) -> None:
    """JS 5.4: two working days to bring it in (the 3rd), five to hold it (the 10th), then one to send (the 11th)."""
    done = rehearse(ONE, TWO, words="--pack jiangsu_2021")
    assert done["cases"] == 4 and done["differ"]["route"] == 3
    [way] = [one for one in done["changes"] if one["what"] == "way"]
    assert (way["before"]["value"], way["after"]["value"]) == ("parallel", "joint_plan")
    assert way["cases"] == [2] and way["count"] == 3
    assert moved(done, "date")["clk_meeting_submit"] == (None, "2026-12-03")
    assert moved(done, "date")["clk_meeting_hold"] == (None, "2026-12-10")
    dispatch = {tuple(one["cases"]): one["after"]["value"] for one in done["changes"] if one["what"] == "clk_dispatch"}
    assert dispatch == {(1,): "2026-12-02", (2,): "2026-12-11"}


def test_an_emergency_would_go_out_as_before(rehearse: Rehearse) -> None:
    done = rehearse(URGENT, words="--pack jiangsu_2021")
    assert done["differ"]["route"] == 0
    assert "clk_meeting_hold" not in moved(done, "date")


def test_a_shorter_limit_shows_which_cases_would_have_run_late(rehearse: Rehearse) -> None:
    """It was sent after two working days: in time under 三(三)2, a day late under 及时."""
    done = rehearse(ONE, SLOW, words="--pack licheng_2024")
    late = {one["what"]: one["cases"] for one in done["late"]}
    assert late["clk_dispatch"] == [2]


def test_a_changed_line_of_a_pack_is_tried_before_it_goes_live(rehearse: Rehearse, home: Path) -> None:
    packs = home / "changed" / "packs"
    shutil.copytree(HERE / "packs", packs)
    change(packs / "shandong_2015.toml", 'key = "dispatch_days"\nvalue = 2', 'key = "dispatch_days"\nvalue = 5')
    done = rehearse(ONE, words=f"--files {home / 'changed'}")
    assert moved(done, "notice") == {"rule:dispatch_days": ("2 wd", "5 wd")}
    assert moved(done, "date") == {"clk_dispatch": ("2026-12-03", "2026-12-08")}
    assert moved(done, "route") == {}


def test_a_changed_item_is_tried_too(rehearse: Rehearse, home: Path) -> None:
    changed = home / "changed"
    shutil.copytree(HERE, changed, ignore=shutil.ignore_patterns("*.py", "__pycache__", "packs", "counties"))
    change(changed / "items" / "rural_house_repair.toml", "days = 30", "days = 10")
    done = rehearse(ONE, words=f"--files {changed}")
    assert moved(done, "notice") == {"limit:rural_house_repair": ("30 wd", "10 wd")}
    assert moved(done, "date")["clk_legal:rural_house_repair"][1] == "2026-12-15"
    assert done["late"] == []


def test_nothing_changed_says_so_and_is_no_failure(yimen: Yimen) -> None:
    done = yimen("rehearse", "--on", "2026-12-01")
    assert done.exit_code == 0
    assert "0件的告知单会变，0件的走法会变，0件的日子会变" in done.stdout


def test_the_text_can_be_read_by_who_decides(yimen: Yimen) -> None:
    done = yimen("rehearse", "--on", "2026-12-01", "--pack", "jiangsu_2021")
    assert done.exit_code == 0
    for words in (
        "预演：云山县，当作12月1日（周二）来申请",
        "现在照：鲁民〔2015〕65号",
        "改照：江苏省地方标准《社会救助联动工作规范》",
        "几天转出去: 2个工作日 → 1个工作日",
        "要几个部门办：同时分头转。 → 要几个部门办：先提请会商，方案定了再转。",
        "新加的期限",
        "比如2026-12-03 → 2026-12-02",
        "三(三)2 “在2个工作日内转交相关部门办理” → ",
    ):
        assert words in done.stdout
    codes = ("clk_", "dispatch_days", "joint_plan", "need_", "mat_", "{", "None")
    assert [code for code in codes if code in done.stdout] == []


def test_it_speaks_english_where_the_deployment_does(yimen: Yimen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_LANGUAGE", "en")
    done = yimen("rehearse", "--on", "2026-12-01", "--pack", "licheng_2024")
    assert "days to send it on: 2 working days → 1 working days" in done.stdout


def test_nothing_is_stored(home: Path, yimen: Yimen) -> None:
    assert yimen("rehearse", "--on", "2026-12-01", "--pack", "henan_2018").exit_code == 0
    assert list(home.iterdir()) == []


def test_a_day_nobody_covered_names_value_day_and_file(home: Path, yimen: Yimen) -> None:
    packs = home / "changed" / "packs"
    shutil.copytree(HERE / "packs", packs)
    change(
        packs / "shandong_2015.toml",
        'key = "dispatch_days"\nvalue = 2',
        'key = "dispatch_days"\nuntil = 2026-06-30\nvalue = 2',
    )
    done = yimen("rehearse", "--on", "2026-12-01", "--files", str(home / "changed"))
    assert done.exit_code != 0 and done.stdout == ""
    said = " ".join(done.stderr.replace("│", " ").split())
    assert "value 'dispatch_days' has no value on 2026-12-01" in said and "packs/shandong_2015.toml" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--pack atlantis_1999", "known: henan_2018, jiangsu_2021, licheng_2024, mengguji_2023, shandong_2015"),
        ("--on 2014-01-01", "has no value on 2014-01-01"),
        ("--on soon", "is no day; write it like 2026-11-24"),
        ("--files nowhere", "lay changed files out as in catalogue/"),
    ],
)
def test_a_mistake_is_one_clear_sentence(yimen: Yimen, words: str, said: str) -> None:
    done = yimen("rehearse", *words.split())
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_county_without_recorded_cases_is_told_how_to_get_some(
    home: Path, yimen: Yimen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("backend.rehearsal.records.RECORDED", tmp_path / "none")
    done = yimen("rehearse", "--on", "2026-12-01")
    assert done.exit_code == 2
    assert "write some with --record" in " ".join(done.stderr.replace("│", " ").split())


def test_the_cases_of_a_database_are_recorded_and_replayed(home: Path, yimen: Yimen) -> None:
    assert yimen("demo", "--cases", "3", "--days", "3").exit_code == 0
    done = yimen("rehearse", "--record", "mine.jsonl")
    assert done.exit_code == 0 and "3 cases" in done.stdout
    again = yimen("rehearse", "--recorded", "mine.jsonl", "--on", "2026-12-01", "--pack", "licheng_2024", "--json")
    assert json.loads(again.stdout)["cases"] == 3


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
