"""`yimen check` names everything that must be mended, in one clear line each; `doctor` says how things stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from backend.settings import Settings
from bot import check
from dialogs.catalogue import load
from dialogs.catalogue.county import County
from dialogs.catalogue.load import load_county
from locales.words import words
from tests.commands.conftest import Yimen

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{home}/yimen.db", media_dir=home / "media")


def test_the_deployment_as_it_comes_has_nothing_to_mend(settings: Settings, yimen: Yimen) -> None:
    assert check.problems(settings, TODAY) == []
    lines = yimen("check").output.splitlines()
    assert lines == ["nothing to mend"] or all("are not loaded" in line for line in lines), "but for next year's days"


def test_a_county_without_a_file_is_named(settings: Settings) -> None:
    [problem] = check.problems(settings.model_copy(update={"county": "nowhere"}), TODAY)
    assert "nowhere" in problem


def test_a_language_without_a_folder_is_named(settings: Settings) -> None:
    [problem] = check.problems(settings.model_copy(update={"language": "xx"}), TODAY)
    assert problem == "YIMEN_LANGUAGE=xx: locales/ has no words for conversations in it"


def test_a_missing_current_year_is_a_problem(settings: Settings) -> None:
    found = check.problems(settings, dt.date(2031, 3, 3))
    assert any("2031 are not loaded" in one and "add 2031.toml" in one for one in found)


@pytest.mark.parametrize(("day", "wanted"), [("2026-11-30 周一", False), ("2026-12-01 周二", True)])
def test_the_next_year_is_wanted_from_the_first_of_december_on(settings: Settings, day: str, wanted: bool) -> None:
    date, weekday = dt.date.fromisoformat(day[:10]), day[11:]
    assert "周" + "一二三四五六日"[date.weekday()] == weekday
    found = [one for one in check.problems(settings, date) if "2027" in one]
    assert bool(found) is wanted


def test_a_broken_holiday_file_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text("year = 2027\nholidays = [\n", encoding="utf-8")
    broken = settings.model_copy(update={"holidays_dir": tmp_path})
    assert any("2027" in one for one in check.problems(broken, TODAY))


def test_missing_words_and_wrong_parameters_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = words()
    left = {key: known.template(key) for key in known if key != "ask.for_oneself.phone"}
    left["msg.withdrawn"] = "编号{number}"
    monkeypatch.setattr(known, "_catalogue", left)
    assert check.word_problems(known) == [
        "no words for 'ask.for_oneself.phone'",
        "'msg.withdrawn' wants {number}, which is never given",
    ]


def test_check_ends_with_status_1_when_something_is_to_mend(
    yimen: Yimen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "2027.toml").write_text("nonsense", encoding="utf-8")
    monkeypatch.setenv("YIMEN_HOLIDAYS_DIR", str(tmp_path))
    done = yimen("check")
    assert done.exit_code == 1
    assert "2027.toml" in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), "a list, no trace"


def test_doctor_says_what_is_off_and_what_it_lacks_without_a_secret(
    yimen: Yimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMEN_TELEGRAM_TOKEN", "123456:very-secret-token")
    done = yimen("doctor")
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert any(line.split()[:3] == ["channel", "web", "on"] for line in lines)
    assert any("wechat" in line and "off" in line and "YIMEN_WECHAT_TOKEN" in line for line in lines)
    assert any("working days" in line and "2027 is missing" in line for line in lines)
    assert any(line.startswith("database") and "not made yet" in line for line in lines)
    assert "very-secret-token" not in done.output


def test_doctor_knows_the_tables_and_the_key_of_a_running_deployment(yimen: Yimen) -> None:
    assert yimen("verify").output == "nothing is broken\n"  # starts it once
    lines = yimen("doctor").output.splitlines()
    [database] = [line for line in lines if line.startswith("database ")]
    made, wanted = database.split("tables at ")[1].split(", code wants ")
    assert made == wanted
    assert any(line.startswith("key file") and "sealing key" in line for line in lines)


def _without(monkeypatch: pytest.MonkeyPatch, *gone: str, **more: str) -> list[str]:
    known = words()
    left = {key: known.template(key) for key in known if key not in gone}
    monkeypatch.setattr(known, "_catalogue", left | {key.replace("__", "."): text for key, text in more.items()})
    return check.word_problems(known)


@pytest.mark.parametrize(
    "key",
    [
        "status.joint_meeting", "transfer_status.returned", "progress.next.decided", "progress.part.granted",
        "msg.staff_new_case", "msg.staff_addition", "msg.staff_wants_human", "msg.alert_emergency", "msg.submitted",
        "clock.clk_legal",
    ],
)  # fmt: skip
def test_a_status_a_clock_or_a_message_without_words_is_named(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert _without(monkeypatch, key) == [f"no words for {key!r}"]


def test_words_of_a_message_that_nobody_sends_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    [problem] = _without(monkeypatch, msg__forgotten="有人吗")
    assert problem.startswith("'msg.forgotten' has words, but is no message")


def test_a_parameter_of_a_staff_alert_that_is_never_given_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _without(monkeypatch, msg__staff_new_case="{short} {name}")
    assert found == ["'msg.staff_new_case' wants {name}, which is never given"]


def _county(tmp_path: Path, change: tuple[str, str]) -> County:
    """The sample county with one change in its file."""
    text = (load.HERE / "counties" / "yunshan.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "elsewhere.toml").write_text(text.replace(*change, 1), encoding="utf-8")
    return load_county("elsewhere", tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('key = "archive_days"\nvalue = 10', 'key = "dispatch_days"\nvalue = -2'), "cfg.dispatch_days = -2"),
        (('key = "archive_days"\nvalue = 10', 'key = "dispatch_days"\nvalue = "2"'), "cfg.dispatch_days = '2'"),
        (('key = "fast_small_days"\n', 'key = "dispatch_day"\n'), "cfg.dispatch_day is no amount of the clock table"),
        (('key = "fast_small_days"\n', 'key = "ladder_o1_days"\n'), "do not rise"),
        (('key = "archive_days"\nvalue = 10', 'key = "ladder_o2_days"\nvalue = "2"'), "cfg.ladder_o2_days = '2'"),
    ],
)
def test_an_amount_of_a_county_that_no_clock_can_use_is_named(
    tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    [problem] = check.clock_problems(_county(tmp_path, change))
    assert named in problem


def test_every_county_file_is_looked_at_whichever_is_in_use(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _county(tmp_path, ('key = "archive_days"\nvalue = 10', 'key = "dispatch_days"\nvalue = -2'))
    (tmp_path / "broken.toml").write_text("nonsense", encoding="utf-8")
    monkeypatch.setattr(check, "county_names", lambda: ("broken", "elsewhere"))
    monkeypatch.setattr(check, "load_county", lambda name: load_county(name, None if name == "yunshan" else tmp_path))
    broken, amount = check.problems(settings, TODAY)
    assert "broken.toml" in broken
    assert "counties/elsewhere.toml: cfg.dispatch_days = -2" in amount


def test_a_move_the_database_does_not_know_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = check.case_pairs()
    monkeypatch.setattr(check, "case_pairs", lambda: pairs - {("draft", "submitted")} | {("withdrawn", "submitted")})
    added, dropped = check.trigger_problems()
    assert "case: the code moves withdrawn to submitted, the database's trigger refuses it" in added
    assert "case: the database's trigger lets draft move to submitted, the code never does" in dropped
