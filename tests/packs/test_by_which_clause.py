"""Every clock, message and refusal answers "by which clause?", in the words of the document the county follows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from backend.cases import acts
from backend.clock import SetClock
from backend.db import Database
from backend.deadlines import clocks
from backend.deadlines.service import clause_of
from backend.errors import RefusedAct
from backend.messages import ANSWERED, MESSAGES
from bot.__main__ import why_refused
from bot.check import ground_problems
from dialogs.catalogue import NotCovered, load_catalogue
from dialogs.catalogue.grounds import cite, declined_ground, grounds, message_ground, refusal_ground
from dialogs.catalogue.packs import load_pack, pack_names
from tests.builders import Office
from tests.commands.conftest import Yimen, home, yimen
from tests.desk.twin import Twin, running, text_of
from tests.packs.ask import county_of, env_of
from tests.words.spoken import codes_of

__all__ = ["home", "yimen"]

DAY = dt.date(2026, 11, 4)
SHORT = re.compile(r"(?<![A-Za-z])(?:HN|SD|JS|LC|MG)(?![A-Za-z])")


def foreign(text: str, pack: str) -> bool:
    """Whether a ground names a document of another place, or one by our own short code."""
    others = (load_pack(name) for name in pack_names() if name != pack)
    return bool(SHORT.search(text)) or any(other.document in text for other in others)


@pytest.mark.parametrize("pack", pack_names())
def test_every_message_has_a_ground_that_holds_here(pack: str) -> None:
    county = county_of(pack)
    for key in (*MESSAGES, *ANSWERED):
        found = message_ground(key, county, DAY)
        assert found is not None and found.text and not foreign(found.text, pack), key


@pytest.mark.parametrize("pack", pack_names())
def test_every_refused_act_has_a_ground_or_is_a_mere_slip(pack: str) -> None:
    county, slips = county_of(pack), set(grounds().slips.codes)
    for code in codes_of("RefusedAct"):
        found = refusal_ground(code, county, DAY)
        assert (found is None) == (code in slips), f"name what {code} rests on in dialogs/catalogue/grounds.toml"
        assert found is None or (found.text and not foreign(found.text, pack)), code


@pytest.mark.parametrize("pack", pack_names())
def test_every_clock_of_the_window_has_a_clause_of_the_document_or_of_a_law(pack: str) -> None:
    """The way of a case through the window (domain 4.2); others may say that no clause gives a number."""
    env = env_of(pack, "2026-11-04 周三")
    for clock in clocks.clocks():
        found = cite(clause_of(env, clock)[0], env.county.rules)
        assert not foreign(found, pack), clock
    for clock in (
        "clk_acceptance_review",
        "clk_dispatch",
        "clk_dept_receive",
        "clk_dept_feedback",
        "clk_window_feedback",
    ):
        assert load_pack(pack).document in cite(clause_of(env, clock)[0], env.county.rules), clock


@pytest.mark.parametrize(
    ("pack", "clause"),
    [
        ("shandong_2015", "鲁民〔2015〕65号 三(三)3 “书面通知申请人并说明理由”"),
        ("jiangsu_2021", "江苏省地方标准《社会救助联动工作规范》 5.2 “及时告知申请人并说明理由”"),
        ("henan_2018", "社会救助法 第45条"),  # says nothing of refusals in its text
        ("licheng_2024", "社会救助法 第45条"),
        ("mengguji_2023", "社会救助法 第45条"),
    ],
)
def test_who_is_not_taken_in_reads_by_which_clause(office: Office, pack: str, clause: str) -> None:
    office.env = replace(office.env, county=county_of(pack))
    case = office.submitted()
    office.act(
        acts.decline_accept, office.clerk, case.id, reason_code="not_social_assistance",
        reason="这件事是邻里纠纷，归村里调解", where="石桥村村委会", phone="0900-0001001",
    )  # fmt: skip
    key, params = office.heard(case.id)[-1]
    assert key == "msg.not_accepted" and params["basis"] == clause


def test_a_reason_of_the_law_is_told_with_its_own_article() -> None:
    reason = load_catalogue().reasons["no_consent"]
    assert declined_ground(reason, county_of("shandong_2015"), DAY).text == "社会救助法 第37条"


def test_a_refusal_in_the_shell_names_its_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "依据：社会救助法 第62条" in why_refused(RefusedAct("material_held", material="x"))
    assert "依据" not in why_refused(RefusedAct("missing"))


def test_short_codes_become_the_countys_document_and_nothing_else() -> None:
    henan, shandong = load_pack("henan_2018"), load_pack("shandong_2015")
    source = "急难第一时间反应·SD 三(五)；突发紧急第一时间上报·MG；社会救助法39【默】"
    assert cite(source, shandong) == "急难第一时间反应·鲁民〔2015〕65号 三(五)；社会救助法39"
    assert cite(source, henan) == "社会救助法39"
    assert cite("主动发现 SD、MG", shandong) == "主动发现 鲁民〔2015〕65号"
    assert cite("SD 三(三)", None) == ""


def test_before_the_document_held_nothing_is_made_up() -> None:
    with pytest.raises(NotCovered, match=r"dispatch_days.*2024-10-17.*licheng_2024"):
        message_ground("msg.dispatched", county_of("licheng_2024"), dt.date(2024, 10, 17))


def test_the_check_finds_a_message_without_a_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ground_problems() == []
    monkeypatch.setitem(MESSAGES, "msg.brand_new", ())
    assert ground_problems() == ["message 'msg.brand_new' has no ground; name it in dialogs/catalogue/grounds.toml"]


# --- on the desk


@pytest.fixture
def jiangsu(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[Twin]:
    """A desk in a county that follows the standard of Jiangsu."""
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        runtime.env = replace(runtime.env, county=county_of("jiangsu_2021"))
        yield Twin(runtime)


def test_the_case_page_tells_the_clause_of_its_clocks_of_the_way_and_of_what_was_said(jiangsu: Twin) -> None:
    clerk = jiangsu.as_("zhou_wenjing")
    case = jiangsu.office.submitted(needs=["need_medical_fee", "need_house_repair"])
    page = f"/desk/cases/{case.id}"
    clerk.press(page, f"{page}/accept", items=["medical_aid", "rural_house_repair"])
    text = text_of(clerk.get(page).text)
    standard = "江苏省地方标准《社会救助联动工作规范》"
    assert f"依据：{standard} 6.2.2 “应及时处理申请诉求”；5.3 派单未写天数" in text, "the clock to send it on"
    assert "先提请会商，方案定了再转" in text and f"依据：{standard} 5.4 “由社会救助联席会议办公室牵头" in text
    assert f"依据：{standard} 5.2 “不符合救助条件的应及时告知申请人并说明理由”，未写天数" in text, "the receipt she got"


def test_a_refused_press_tells_its_clause_beside_the_button(jiangsu: Twin) -> None:
    clerk = jiangsu.as_("zhou_wenjing")
    case = jiangsu.office.submitted(needs=["need_medical_fee", "need_house_repair"])
    page = f"/desk/cases/{case.id}"
    clerk.press(page, f"{page}/accept", items=["medical_aid", "rural_house_repair"])
    answer = clerk.press(
        page, f"{page}/send", send=["medical_aid", "rural_house_repair"],
        dept__medical_aid="medical_insurance", dept__rural_house_repair="housing",
    )  # fmt: skip
    problem = re.search(r'<p class="problem".*?</p>', answer.text, re.S)
    assert problem is not None
    told = text_of(problem[0])
    assert "先由联席会议定方案" in told and "5.4 “由社会救助联席会议办公室牵头" in told


def test_a_department_sees_what_each_reason_to_refuse_rests_on(twin: Twin) -> None:
    _, (sent,) = twin.office.received(("medical_aid", "medical_insurance"))
    text = text_of(twin.as_("medical_insurance_liaison").get(f"/desk/transfers/{sent.id}").text)
    assert "（社会救助法 第45条；民发〔2021〕57号）" in text


@pytest.fixture
def twin(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[Twin]:
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield Twin(runtime)


def test_the_desk_names_the_value_that_no_day_covers_and_the_case_stays_readable(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    pack = load_pack("shandong_2015")
    rows = tuple(
        msgspec.structs.replace(row, until=dt.date(2026, 6, 30)) if row.key == "multi_dept_mode" else row
        for row in pack.values
    )
    lapsed = county_of("shandong_2015").following(msgspec.structs.replace(pack, values=rows))
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        twin = Twin(runtime)
        case = twin.office.accepted(needs=["need_medical_fee", "need_house_repair"])
        runtime.env = replace(runtime.env, county=lapsed)
        clerk = Twin(runtime).as_("zhou_wenjing")
        page = f"/desk/cases/{case.id}"
        assert clerk.get(page).status_code == 200
        answer = clerk.press(
            page, f"{page}/send", send=["medical_aid", "rural_house_repair"],
            dept__medical_aid="medical_insurance", dept__rural_house_repair="housing",
        )  # fmt: skip
    assert answer.status_code == 409
    told = text_of(answer.text)
    assert "'multi_dept_mode' has no value on 2026-11-04" in told and "packs/shandong_2015.toml" in told


# --- in the shell


def asked(yimen: Yimen, *words: str) -> dict[str, list[str]]:
    done = yimen("clause", *words)
    assert done.exit_code == 0, done.output
    return {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}


def test_the_shell_answers_for_a_clock_a_message_a_refusal_and_a_setting(home: Path, yimen: Yimen) -> None:
    told = asked(yimen, "clk_dispatch", "msg.dispatched", "material_held", "multi_dept_mode", "--on", "2026-11-04")
    clause = "鲁民〔2015〕65号 三(三)2 “在2个工作日内转交相关部门办理”"
    assert told["clk_dispatch"] == ["2 wd", clause, "seed"]
    assert told["msg.dispatched"] == ["-", clause, "seed"]
    assert told["material_held"] == ["-", "社会救助法 第62条", "verified"]
    assert told["multi_dept_mode"][0] == "direct_parallel"


def test_the_shell_answers_for_another_document(home: Path, yimen: Yimen) -> None:
    told = asked(yimen, "clk_dispatch", "joint_plan_first", "--pack", "jiangsu_2021", "--on", "2026-11-04")
    assert told["clk_dispatch"][0] == "1 wd" and told["clk_dispatch"][2] == "default"
    assert " 5.4 " in told["joint_plan_first"][1]


def test_the_shell_answers_for_everything_at_once(home: Path, yimen: Yimen) -> None:
    told = asked(yimen, "--on", "2026-11-04")
    assert {*clocks.clocks(), *MESSAGES, *codes_of("RefusedAct")} <= set(told)
    nothing = {name for name, (_, clause, _) in told.items() if clause == "-" and not name.startswith("default_")}
    assert {name for name in nothing if name.startswith(("clk_", "msg."))} == {"clk_draft_reminder"}, "ours alone"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("clk_patience", "no clock, message, refusal or setting 'clk_patience'"),
        ("clk_dispatch --on 2015-12-31", "'dispatch_days' has no value on 2015-12-31"),
        ("clk_dispatch --pack atlantis_1999", "known: henan_2018"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(home: Path, yimen: Yimen, words: str, said: str) -> None:
    done = yimen("clause", *words.split())
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_case_in_the_shell_shows_the_clause_of_its_clocks(home: Path, yimen: Yimen) -> None:
    assert yimen("demo", "--cases", "2", "--days", "2").exit_code == 0
    shown = yimen("case", "26-00001")
    assert shown.exit_code == 0
    clocks_shown = [line for line in shown.stdout.splitlines() if line.strip().startswith("clk_")]
    assert clocks_shown and all("  by " in line for line in clocks_shown)
