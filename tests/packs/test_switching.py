"""A county changes the document it follows: its clocks, what it tells and the clause beside each date change with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from backend.cases.acts import accept
from backend.cases.tables import Case
from backend.deadlines.clocks import config_units
from backend.deadlines.service import due_of, rules_of
from dialogs.catalogue import CatalogueMistake, NotCovered, load_county
from dialogs.catalogue import load as loading
from dialogs.catalogue.check_packs import pack_problems
from dialogs.catalogue.grounds import cite
from dialogs.catalogue.packs import PACKS, Pack, load_pack, pack_names
from tests.builders import Office
from tests.packs.ask import At, county_of, due, env_of

AMOUNTS = {key.removeprefix("cfg."): unit for key, unit in config_units().items()}
DAY = dt.date(2026, 11, 4)


def test_five_documents_are_there_and_nothing_is_wrong_with_them() -> None:
    assert pack_names() == ("henan_2018", "jiangsu_2021", "licheng_2024", "mengguji_2023", "shandong_2015")
    assert [pack_problems(load_pack(name), AMOUNTS, DAY) for name in pack_names()] == [[]] * 5


def test_the_same_acceptance_runs_out_on_other_days() -> None:
    days = {name: due(name, "clk_dispatch", "2026-11-04 周三") for name in pack_names()}
    assert days == {
        "henan_2018": "2026-11-06",
        "shandong_2015": "2026-11-06",
        "jiangsu_2021": "2026-11-05",
        "licheng_2024": "2026-11-05",
        "mengguji_2023": "2026-11-05",
    }


@pytest.mark.parametrize(
    ("pack", "day", "clause"),
    [
        ("shandong_2015", dt.date(2026, 11, 6), "鲁民〔2015〕65号 三(三)2 “在2个工作日内转交相关部门办理”"),
        ("mengguji_2023", dt.date(2026, 11, 5), "孟政发〔2023〕34号 二(一) “及时通过平台转办”，未写天数"),
    ],
)
def test_a_case_accepted_carries_the_day_and_the_clause_to_the_desk(
    office: Office, pack: str, day: dt.date, clause: str
) -> None:
    office.env = replace(office.env, county=county_of(pack))
    case = office.submitted()
    office.act(accept, office.clerk, case.id, items=("medical_aid", "rural_house_repair"))
    dispatch = office.deadline(case.id, "clk_dispatch")
    assert dispatch.due_day == day
    assert cite(dispatch.source_clause, office.env.county.rules) == clause
    assert dispatch.confidence == ("seed" if pack == "shandong_2015" else "default")


def test_a_county_file_names_its_pack(tmp_path: Path) -> None:
    text = (loading.HERE / "counties" / "yunshan.toml").read_text(encoding="utf-8")
    (tmp_path / "haibin.toml").write_text(text.replace("shandong_2015", "jiangsu_2021"), encoding="utf-8")
    assert load_county("haibin", tmp_path).text("multi_dept_mode", DAY) == "joint_plan"
    (tmp_path / "huxi.toml").write_text(text.replace("shandong_2015", "atlantis_1999"), encoding="utf-8")
    with pytest.raises(CatalogueMistake, match=r"'atlantis_1999'.*known: henan_2018"):
        load_county("huxi", tmp_path)


def test_what_the_county_settled_for_itself_goes_before_the_pack() -> None:
    county = county_of("jiangsu_2021")
    own = msgspec.structs.replace(
        county.setting("objection_days", DAY), key="dispatch_days", value=3, source="县办〔2026〕3号"
    )
    county = msgspec.structs.replace(county, settings=(*county.settings, own))
    env = replace(env_of("jiangsu_2021", "2026-11-04 周三"), county=county)
    assert due_of(env, "clk_dispatch", env.now).day == dt.date(2026, 11, 9)
    assert rules_of(env).grounds["cfg.dispatch_days"] == ("县办〔2026〕3号", own.confidence)


def test_on_a_day_nobody_covered_the_clock_names_the_value_and_others_still_run() -> None:
    pack = load_pack("licheng_2024")
    env = env_of("licheng_2024", "2024-10-17 周四")
    with pytest.raises(NotCovered, match=r"dispatch_days.*2024-10-17.*licheng_2024"):
        due_of(env, "clk_dispatch", env.now)
    assert due_of(env, "clk_emergency_ack", env.now, "e1").at == At("2024-10-17 周四").at + dt.timedelta(minutes=5)
    ended = _changed(pack, "dispatch_days", until=dt.date(2025, 12, 31))
    assert ended.value("dispatch_days", dt.date(2025, 12, 31)) is not None
    with pytest.raises(NotCovered, match=r"dispatch_days.*2026-01-01"):
        ended.value("dispatch_days", dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source_clause": " "}, "'dispatch_days' from 2024-10-18 has no source_clause"),
        ({"value": "two"}, "write a whole number"),
        ({"value": -1}, "write a whole number"),
        ({"unit": "nd"}, "its clock counts in 'wd'"),
        ({"until": dt.date(2024, 1, 1)}, "ends on 2024-01-01 before it begins"),
        ({"until": dt.date(2025, 1, 1)}, "'dispatch_days' has no value on 2026-11-04"),
        ({"key": "patience"}, "'patience' is nothing a pack can say"),
        ({"key": "feedback_days"}, "'feedback_days' has two answers on 2024-10-18"),
        ({"key": "multi_dept_mode"}, "use one of direct_parallel, joint_plan"),
        ({"key": "forms", "value": ["poem"]}, "list some of"),
        ({"key": "dibao_delegated"}, "write true or false"),
    ],
)
def test_the_check_says_what_is_wrong_with_a_pack(change: dict[str, object], said: str) -> None:
    found = pack_problems(_changed(load_pack("licheng_2024"), "dispatch_days", **change), AMOUNTS, DAY)
    assert any(said in line for line in found), found
    assert all(line.startswith("packs/licheng_2024.toml: ") for line in found)


def test_the_check_says_so_weeks_before_a_value_ends_without_another() -> None:
    ending = _changed(load_pack("licheng_2024"), "dispatch_days", until=dt.date(2026, 12, 31))
    assert pack_problems(ending, AMOUNTS, dt.date(2026, 10, 1)) == []
    assert pack_problems(ending, AMOUNTS, dt.date(2026, 11, 4)) == [
        "packs/licheng_2024.toml: value 'dispatch_days' ends on 2026-12-31 and none follows; add what holds from the next day"
    ]


def test_without_a_value_nothing_is_filed_by_half_but_an_emergency_is_taken_in(office: Office) -> None:
    """A day nobody covered is an error that names the value; help in danger does not wait for a file."""
    lapsed = _changed(load_pack("licheng_2024"), "acceptance_days", until=dt.date(2026, 6, 30))
    office.env = replace(office.env, county=load_county("yunshan").following(lapsed))
    with pytest.raises(NotCovered, match=r"acceptance_days.*2026-11-04.*licheng_2024"):
        office.submitted()
    assert office.all(Case) == []
    case = office.submitted(emergency_level="e1", green_channel=True)
    assert case.status == "submitted" and "clk_acceptance_review" not in office.running(case.id)


def test_a_second_value_follows_the_first_without_a_gap() -> None:
    pack = _changed(load_pack("licheng_2024"), "dispatch_days", until=dt.date(2025, 12, 31))
    [first] = pack.by_key["dispatch_days"]
    second = msgspec.structs.replace(first, value=3, start=dt.date(2026, 1, 1), until=None)
    both = msgspec.structs.replace(pack, values=(*pack.values, second))
    assert pack_problems(both, AMOUNTS, DAY) == []
    values = [both.value("dispatch_days", day) for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))]
    assert [row.value for row in values if row is not None] == [1, 3]


def test_a_pack_file_with_a_typing_mistake_is_named(tmp_path: Path) -> None:
    text = (PACKS / "licheng_2024.toml").read_text(encoding="utf-8")
    (tmp_path / "typo.toml").write_text(text.replace("source_clause", "clause", 1), encoding="utf-8")
    with pytest.raises(CatalogueMistake, match=r"typo.toml: \[\[value\]\] 1 \(acceptance_days\) has a field 'clause'"):
        load_pack("typo", tmp_path)


def _changed(pack: Pack, key: str, /, **change: object) -> Pack:
    rows = tuple(msgspec.structs.replace(row, **change) if row.key == key else row for row in pack.values)
    return msgspec.structs.replace(pack, values=rows)
