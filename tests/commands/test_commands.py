"""Every command explains itself, and ends a mistake with one clear line and a status that is not 0."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from typer.main import get_command

from backend.clock import SystemClock, local_day
from backend.deadlines.tables import Deadline
from backend.errors import YimenError
from backend.runtime import Runtime
from bot.__main__ import app, run
from bot.bench.intake import MESSAGES, text_of
from bot.commands.common import settings
from tests.commands.conftest import Yimen

#: The names that stay (shared interfaces page), as far as they are built.
PROMISED = (
    "serve", "chat", "understand", "locate", "catalogue", "check", "draw", "case", "transfer", "sweep", "emergency", "staff", "key", "verify",
    "doctor", "demo", "bench", "rehearse", "clause",
)  # fmt: skip
ACTS = ("receive", "return", "materials", "extend", "grant", "refuse")


def _paths() -> Iterator[tuple[str, ...]]:
    def walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*path, name))

    yield from walk(get_command(app), ())


def test_the_promised_commands_are_there() -> None:
    paths = set(_paths())
    assert {(name,) for name in PROMISED} <= paths
    assert {("transfer", act) for act in ACTS} <= paths


@pytest.mark.parametrize("path", sorted(_paths()), ids=" ".join)
def test_every_command_explains_itself(yimen: Yimen, path: tuple[str, ...]) -> None:
    done = yimen(*path, "--help")
    assert done.exit_code == 0
    command = get_command(app)
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    assert command.help and command.help.rstrip().endswith("."), "says in a sentence what it does"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nothing", "No such command"),
        ("catalogue nothing", "no item 'nothing'"),
        ("catalogue --on yesterday", "is no day; write it like 2026-11-24"),
        ("chat --as nobody", "say resident or assistant"),
        ("chat --today tomorrow", "is no day"),
        ("case 26-00001", "no such case 26-00001"),
        ("transfer receive ZB1 --promised 2026-11-30", "no such transfer ZB1"),
        ("transfer receive ZB1 --promised soon", "is no day"),
        ("transfer extend ZB1 later", "is no day"),
        ("transfer grant ZB1 --effective now --benefit money", "is no day"),
        ("sweep --at noon", "with its zone, like 2026-11-10T09:00+08:00"),
        ("sweep --at 2026-11-10T09:00", "with its zone"),
        ("staff link nobody", "no such active colleague 'nobody'"),
        ("staff disable nobody", "no such colleague 'nobody'"),
        ("key rotate missing.keys", "is missing"),
        ("serve --role cook", "say all, web, worker"),
        ("bench nothing", "intake"),
    ],
)
def test_a_mistake_ends_with_a_clear_line(
    home: Path, capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    status, out = _run(capsys, *words.split())
    assert status in (1, 2)
    assert told in out
    assert "Traceback" not in out


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The command as the console script runs it: status and everything printed, boxes taken away."""
    with pytest.raises(SystemExit) as ended:
        run(list(words))
    printed = capsys.readouterr()
    lines = (printed.out + printed.err).replace("│", " ").split()
    return int(ended.value.code or 0), " ".join(lines)


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://yimen:pass-word@127.0.0.1:1/yimen", "sqlite:////proc/no/such/folder/y.db"]
)
def test_a_database_that_is_not_there_is_said_without_its_password(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("YIMEN_DATABASE_URL", url)
    status, out = _run(capsys, "verify")
    assert status == 1
    assert "YIMEN_DATABASE_URL" in out
    assert "pass-word" not in out


def test_a_setting_that_is_no_setting_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMEN_PORT", "many")
    status, out = _run(capsys, "check")
    assert status == 1
    assert "YIMEN_PORT" in out


def test_understand_reads_and_writes_json_lines(yimen: Yimen) -> None:
    done = yimen("understand", input='{"id": "1", "text": "老伴住院，没钱看病"}\n\n{"id": "2", "text": ""}\n')
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert [one["id"] for one in answers] == ["1", "2"]
    broken = yimen("understand", input='{"id": "1"\n')
    assert broken.exit_code == 1
    assert "line 1 is no" in broken.output


def test_locate_reads_and_writes_json_lines(yimen: Yimen) -> None:
    lines = (
        '{"id": "1", "text": "取县三板镇神山村", "within": null}\n\n'
        '{"id": 2, "text": "新寨村", "within": "410329"}\n'
        '{"id": "3", "text": "没有地名", "within": "410329"}\n{"id": "4", "text": "新寨村"}\n'
    )
    done = yimen("locate", input=lines)
    assert done.exit_code == 0
    one, two, three, four = (json.loads(line) for line in done.output.splitlines())
    assert one["id"] == "1"
    assert one["candidates"][0]["code"] == "511725118204"
    assert one["candidates"][0]["path"] == ["四川省", "达州市", "渠县", "三板镇", "神山村民委员会"]
    assert two["id"] == 2
    assert {found["code"][:6] for found in two["candidates"]} == {"410329"}
    assert three["candidates"] == []
    assert len(four["candidates"]) == 5
    scores = [found["score"] for found in four["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_locate_tells_what_is_wrong_with_a_line(yimen: Yimen) -> None:
    broken = yimen("locate", input='{"id": "1"\n')
    assert broken.exit_code == 1
    assert "line 1 is no" in broken.output
    nowhere = yimen(
        "locate", input='{"id": "1", "text": "新寨", "within": "77"}\n{"id": "2", "text": "渠县三板镇神山村"}\n'
    )
    assert nowhere.exit_code == 0
    assert "line 1: no division has the code" in nowhere.output
    assert "511725118204" in nowhere.output, "the lines after it are answered"


def test_the_bench_of_locate_ends_with_json(yimen: Yimen) -> None:
    done = yimen("bench", "locate", "--asked", "40")
    assert done.exit_code == 0
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["villages"] == 620573
    assert figures["country"]["first_5"] >= 0.9
    assert figures["county"]["first_5"] >= 0.9


def test_the_catalogue_shows_an_item_as_of_a_day(yimen: Yimen) -> None:
    everything = yimen("catalogue").output
    assert "dibao" in everything
    one = yimen("catalogue", "dibao", "--on", "2026-11-24")
    assert one.exit_code == 0
    assert "低保" in one.output


@pytest.fixture
def case_no(home: Path) -> str:
    """A case filed by chat in this folder."""
    from bot.chat import TerminalChat

    with Runtime(settings()) as runtime:
        chat = TerminalChat(runtime, "resident:default")
        numbers = [chat.say(text_of(1, step))[1] for step in range(len(MESSAGES))]
    assert numbers[-1] is not None
    return numbers[-1]


def test_a_case_goes_its_way_from_a_shell(yimen: Yimen, case_no: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = yimen("case", case_no)
    assert "submitted" in shown.output
    clerk, liaison = "zhou_wenjing", "medical_insurance_liaison"
    assert "accepted" in yimen("case", case_no, "accept", "--as", clerk).output
    plan = yimen("case", case_no, "plan").output
    assert "medical_aid=medical_insurance" in plan
    sent = yimen("case", case_no, "send", "--as", clerk, "--to", "medical_aid=medical_insurance").output
    number = next(word for word in sent.split() if word.startswith("ZB"))
    day = _working_day(3)
    status, out = _run(
        capsys, "transfer", "grant", number, "--as", liaison, "--effective", day, "--benefit", "报销一部分"
    )
    assert status == 1 and "not_possible_now" in out and "这一步现在做不了" in out
    received = yimen(
        "transfer",
        "receive",
        number,
        "--as",
        liaison,
        "--promised",
        day,
        "--handler",
        "李强",
        "--phone",
        "0900-0000207",
    )
    assert f"received  promised {day}" in received.output, received.output
    granted = yimen("transfer", "grant", number, "--as", liaison, "--effective", day, "--benefit", "报销一部分")
    assert "granted" in granted.output
    status, out = _run(capsys, "case", case_no, "accept", "--as", "nobody")
    assert status == 1 and "yimen staff list" in out
    assert yimen("verify", "--all").output == "nothing is broken\n"
    assert yimen("sweep", "--dry-run").exit_code == 0


def _working_day(ahead: int) -> str:
    from backend.deadlines.calendar import load_calendar

    return load_calendar().add_working_days(local_day(SystemClock().now()), ahead).day.isoformat()


def test_verify_ends_with_status_1_and_the_broken_row(yimen: Yimen, case_no: str) -> None:
    with Runtime(settings()) as runtime:
        runtime.writer.run_sync(lambda tx: tx.session.execute(delete(Deadline)))
    done = yimen("verify")
    assert done.exit_code == 1
    assert "I4" in done.output


def test_staff_get_links_and_lose_them(yimen: Yimen) -> None:
    assert "zhou_wenjing" in yimen("staff", "list").output
    link = yimen("staff", "link", "zhou_wenjing").output.strip()
    assert "/desk/enter/" in link
    assert "can sign in no more" in yimen("staff", "disable", "zhou_wenjing").output
    assert isinstance(yimen("staff", "link", "zhou_wenjing").exception, YimenError)


def test_keys_are_made_once_and_rotated(yimen: Yimen, home: Path) -> None:
    file = home / "yimen.keys"
    assert yimen("key", "create", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert yimen("key", "create", str(file)).exit_code == 2
    assert "key 2" in yimen("key", "rotate", str(file)).output


def test_the_console_script_starts_in_a_process_of_its_own(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "catalogue", "nothing"],
        capture_output=True, encoding="utf-8", timeout=60, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_notice_is_printed_for_a_mere_question(yimen: Yimen, home: Path) -> None:
    told = yimen("notice", "--item", "dibao", "--on", "2026-11-21")
    assert told.exit_code == 0, told.output
    for part in ("办什么", "要的东西", "办多久", "怎么走", "什么情况办不成", "在哪儿办", "问谁", "0900-"):
        assert part in told.output
    known = home / "answers.json"
    known.write_text(json.dumps({"members": [{"relation": "self", "age": 71}], "adults": 3}), encoding="utf-8")
    more = yimen("notice", "--item", "dibao", "--item", "medical_aid", "--answers", str(known), "--on", "2026-11-21")
    assert "家里3个大人" in more.output and more.output.count("户口本") == 1
    picture = home / "notice.png"
    assert yimen("notice", "--item", "dibao", "--on", "2026-11-21", "--picture", str(picture)).exit_code == 0
    assert picture.read_bytes()[:4] == b"\x89PNG"
    known.write_text('{"cattle": 3}', encoding="utf-8")
    for wrong in (
        ("--item", "no_such"),
        ("--item", "dibao", "--answers", str(known)),
        ("--item", "dibao", "--answers", "none"),
    ):
        failed = yimen("notice", *wrong)
        assert failed.exit_code != 0 and "Traceback" not in failed.output


def test_an_assistant_in_the_terminal_sends_her_table_and_files_from_it(yimen: Yimen, tmp_path: Path) -> None:
    table = tmp_path / "台账.csv"
    table.write_text(
        "姓名,身份证号,联系电话,住址,困难情况,申请事项,类别,月收入,家庭成员,本人同意\r\n"
        "王桂兰,379901194305120026,13000008012,石桥村3组,看病贵,低保,重度残疾,168,儿子张建国55岁没收入,愿意 录了音\r\n"
        "季兆林,3.79901E+17,,石桥村3组,,,,,,\r\n",
        encoding="gbk",
        newline="",
    )
    done = yimen("chat", "--as", "assistant", "--json", input=f"@{table}\n王桂兰\n都对\n我报的\n")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    said = ["\n".join(one["text"] for one in line["out"]) for line in lines]
    assert "2行里1行收好了" in said[0] and "第3行季兆林" in said[0]
    assert "我念一遍" in said[1]
    assert lines[2]["case_no"]
    assert "王桂兰" in said[3]


def test_an_assistant_is_bound_by_a_code_from_the_shell_and_let_go_again(yimen: Yimen) -> None:
    code = yimen("staff", "link", "liu_chunyan", "--chat").stdout.split()
    digits = next(word for word in code if word.strip("。.").isdecimal() and len(word.strip("。.")) == 6)
    hers = yimen("chat", "--name", "phone", input=f"你好\n绑定 {digits}\n登记簿 三组王奶奶问低保\n")
    assert "绑定好了" in hers.stdout and "来的是谁" in hers.stdout
    assert "1 chat account(s) of liu_chunyan let go" in yimen("staff", "unlink", "liu_chunyan").stdout
    after = yimen("chat", "--name", "phone", input="看登记簿\n")
    assert "登记簿还是空的" not in after.stdout
