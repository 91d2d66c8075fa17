"""A holiday file with a mistake is refused, with what to mend; a county's own file takes a year's place."""

from pathlib import Path

import pytest

from backend.deadlines.calendar import SHIPPED, CalendarError, load_calendar, read_year
from tests.deadlines.days import day

GOOD = (SHIPPED / "2026.toml").read_text(encoding="utf-8")


def refused(folder: Path, text: str, name: str = "2026.toml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        load_calendar(folder)
    assert all(name in problem for problem in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ("year = 2026", "year = 2025", "says year = 2025; correct it to 2026 or rename the file"),
        ("year = 2026\n", "", "missing required field `year`"),
        ("year = 2026", "year = '2026'", "Expected `int`"),
        ("2026-10-01", "2026-02-30", "a day that does not exist"),
        ("2026-10-01", "2026-13-01", "a day that does not exist"),
        ("2026-10-01", "2026-10-01T08:00:00", "Expected `date`, got `datetime`"),
        ("2026-10-01", "2027-10-01", "2027-10-01 lies outside 2026; move it to 2027.toml"),
        ("2026-10-01", "2026-10-02", "2026-10-02 is listed 2 times"),
        ("2026-10-01", "2026-10-10", "2026-10-10 is listed 2 times"),
        ("2026-10-01", "2026-10-03", "2026-10-03 under off is a Saturday, which rests anyway; remove it"),
        ("2026-10-10", "2026-10-09", "2026-10-09 under work is a Friday, which is worked anyway; remove it"),
        ("2026-10-01, ", "", "below the 13 the law gives"),
        ('name = "元旦"', 'name = ""', "an empty name"),
        ('name = "元旦"', 'name = "元旦"\nnote = "?"', "unknown field `note`"),
        ("[[off]]", "[[rest]]", "unknown field `rest`"),
        ("[[off]]", "[[off]", "not valid TOML"),
    ],
)
def test_a_mistake_is_refused_with_what_to_mend(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    assert right in GOOD
    said = refused(tmp_path, GOOD.replace(right, wrong))
    assert reason in said


def test_a_year_half_listed_does_not_pass_for_known(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        "year = 2027\nsource = ['通知']\n[[off]]\nname = '元旦'\ndays = [2027-01-01]\n",
        "2027.toml",
    )
    assert "list the whole year, or remove the file and the year counts as missing" in said


def test_a_file_without_a_source_is_refused(tmp_path: Path) -> None:
    assert "source is empty" in refused(
        tmp_path, GOOD.replace(GOOD[GOOD.index("source") : GOOD.index("]\n") + 2], "source = []\n")
    )


def test_a_file_is_named_after_its_year(tmp_path: Path) -> None:
    assert "name the file after its year" in refused(tmp_path, GOOD, "holidays.toml")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(CalendarError, match=r"2026\.toml: cannot be read"):
        load_calendar(tmp_path)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(GOOD.replace("2026-10-01", "2026-10-03"), encoding="utf-8")
    (tmp_path / "2025.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        load_calendar(tmp_path)
    assert {problem.partition(".toml")[0][-4:] for problem in caught.value.problems} == {"2025", "2026"}
    with pytest.raises(CalendarError, match="Saturday"):
        read_year(tmp_path / "2026.toml")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="nowhere: no such folder"):
        load_calendar(tmp_path / "nowhere")


def test_a_countys_file_takes_the_place_of_the_shipped_year_and_leaves_the_others(tmp_path: Path) -> None:
    festival = '\n[[off]]\nname = "古尔邦节"\ndays = [2026-05-27]\n'
    (tmp_path / "2026.toml").write_text(GOOD + festival, encoding="utf-8")
    (tmp_path / ".2026.toml").write_text("an editor's leavings", encoding="utf-8")
    county = load_calendar(tmp_path)
    assert county.holiday_name(day("2026-05-27 周三")) == "古尔邦节"
    assert county.add_working_days(day("2026-05-26 周二"), 1).day == day("2026-05-28 周四")
    assert county.add_working_days(day("2025-01-24 周五"), 3).day == day("2025-02-05 周三")
    assert load_calendar().is_working_day(day("2026-05-27 周三"))
