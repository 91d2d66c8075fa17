"""MG 6(2) 一次性告知, LC 3(2) 一次告知、一表申请, LC 3(3) 免提交: the list is complete, and each thing is on it once.

The table was written from the service list (material dictionary, items, common additions), not from the code.
"""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from dialogs.catalogue import (
    CatalogueMistake,
    Facts,
    Member,
    NotCovered,
    UnknownCode,
    load_catalogue,
    load_county,
)
from dialogs.notice import SUPPLIES, build_notice, content_hash, materials_for, revised, with_pulled_in

CATALOGUE = load_catalogue()
COUNTY = load_county("yunshan")
DAY = dt.date(2026, 11, 3)


def me(age: int | None = None, **known: object) -> Member:
    return msgspec.convert({"relation": "self", "age": age, **known}, Member)


def kin(relation: str, age: int | None = None, **known: object) -> Member:
    return msgspec.convert({"relation": relation, "age": age, **known}, Member)


def home(*members: Member, **known: object) -> Facts:
    sets = {key: frozenset(str(value).split()) if isinstance(value, str) else value for key, value in known.items()}
    return msgspec.structs.replace(Facts(members=members), **sets)


LI_XIUYING = home(
    me(69), kin("spouse", 71, serious_illness=True), needs="need_medical_fee need_living", hardships="other"
)
WANG_GUILAN = home(
    me(83),
    kin("son", 55, disability=True, disability_grade=2),
    kin("grandson", 16, student=True),
    proxy=True,
    hardships="severe_disability",
    needs="need_living need_medical_fee need_tuition need_house_repair",
)

# who, items, household, supply -> materials without "mat_"
HOUSEHOLDS: list[tuple[str, str, Facts, dict[str, str]]] = [
    (
        "14.1 李秀英，老伴住院花了五万多，三件事一份清单",
        "rigid_expense temp_relief_expense medical_aid",
        LI_XIUYING,
        {
            "we_fetch": "id_card household_register bank_account low_income_cert marriage_doc",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment",
            "photo": "diagnosis medical_bill",
        },
    ),
    (
        "14.2 王桂兰，83岁，儿子二级残，孙子高一，协理员代办四件事",
        "dibao medical_aid education_aid rural_house_repair",
        WANG_GUILAN,
        {
            "we_fetch": "id_card household_register bank_account disability_cert low_income_cert school_proof",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment mandate",
            "photo": "medical_bill diagnosis house_photo",
        },
    ),
    (
        "一个人的低保，什么病残都没有",
        "dibao",
        home(me(58)),
        {
            "we_fetch": "id_card household_register bank_account",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment",
        },
    ),
    (
        "低保，外地户口，居住证去查，不让拿",
        "dibao",
        home(me(40), non_local_hukou=True),
        {
            "we_fetch": "id_card household_register bank_account residence_permit",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment",
        },
    ),
    (
        "低保，老父亲有退休金，要看退休金信息",
        "dibao",
        home(me(45), kin("father", 74, retired=True)),
        {
            "we_fetch": "id_card household_register bank_account retirement_info",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment",
        },
    ),
    (
        "低保差一点没批，接着办边缘户，材料跟低保一样",
        "dibao dibao_marginal",
        home(me(47), kin("spouse", 45), kin("son", 15, student=True)),
        {
            "we_fetch": "id_card household_register bank_account marriage_doc",
            "say_it": "application_form income_statement property_statement support_statement",
            "sign": "check_authorization honesty_commitment",
        },
    ),
    (
        "老五保，72岁一个人，自理能力有人上门看",
        "tekun",
        home(me(72)),
        {
            "we_fetch": "id_card bank_account self_care",
            "say_it": "application_form support_statement income_statement property_statement",
            "sign": "check_authorization honesty_commitment",
        },
    ),
    (
        "特困，三级智力残疾，邻居代办",
        "tekun",
        home(me(38, disability=True, disability_grade=3), proxy=True),
        {
            "we_fetch": "id_card bank_account self_care disability_cert",
            "say_it": "application_form support_statement income_statement property_statement",
            "sign": "check_authorization honesty_commitment mandate",
        },
    ),
    (
        "着火了，外地户口：先救，手续后补，居住证不要",
        "temp_relief_emergency",
        home(me(41), kin("spouse", 39), emergency=True, non_local_hukou=True),
        {
            "we_fetch": "id_card bank_account",
            "say_it": "difficulty_note",
            "photo": "accident_proof diagnosis medical_bill",
        },
    ),
    (
        "孩子考上大学，没人生病：要学费单，不要病历",
        "temp_relief_expense",
        home(me(45), kin("daughter", 18, student=True), needs="need_tuition"),
        {
            "we_fetch": "id_card bank_account",
            "say_it": "application_form",
            "sign": "check_authorization",
            "photo": "tuition_bill",
        },
    ),
    (
        "看病又上学，结算单和学费单有一样就行",
        "temp_relief_expense",
        home(me(45), needs="need_tuition need_medical_fee"),
        {
            "we_fetch": "id_card bank_account",
            "say_it": "application_form",
            "sign": "check_authorization",
            "photo": "medical_bill tuition_bill diagnosis",
        },
    ),
    (
        "81岁低保老人，能照料自己，什么都不用拿",
        "elderly_subsidy",
        home(me(81), hardships="subsistence_allowance"),
        {"we_fetch": "id_card low_income_cert bank_account", "say_it": "application_form"},
    ),
    (
        "卧床的低保老人，多一次上门评估",
        "elderly_subsidy",
        home(me(76, needs_care=True), hardships="subsistence_allowance"),
        {"we_fetch": "id_card low_income_cert bank_account self_care", "say_it": "application_form"},
    ),
    (
        "LC 二.5 没有失业登记，一并办，不让跑两趟",
        "employment_difficulty",
        home(me(52), unemployment_registered=False),
        {"we_fetch": "id_card unemployment_record low_income_cert"},
    ),
    (
        "残疾人，已登记失业",
        "employment_difficulty",
        home(me(35, disability=True), unemployment_registered=True),
        {"we_fetch": "id_card unemployment_record disability_cert"},
    ),
    (
        "低保户住院，医院直接算，不用申请",
        "medical_aid",
        home(me(58, serious_illness=True), hardships="subsistence_allowance"),
        {"we_fetch": "id_card low_income_cert"},
    ),
    (
        "不是低保户的，依申请",
        "medical_aid",
        home(me(58, serious_illness=True), needs="need_medical_fee"),
        {
            "we_fetch": "id_card low_income_cert bank_account",
            "sign": "check_authorization",
            "photo": "medical_bill diagnosis",
        },
    ),
    (
        "孩子上学，奶奶代办",
        "education_aid",
        home(me(10, student=True), kin("grandmother", 66), proxy=True, needs="need_tuition"),
        {"we_fetch": "low_income_cert school_proof", "say_it": "application_form", "sign": "mandate"},
    ),
    (
        "屋顶漏雨，鉴定由住建组织，不在要的东西里",
        "rural_house_repair",
        home(me(83), needs="need_house_repair"),
        {"we_fetch": "household_register low_income_cert", "photo": "house_photo"},
    ),
    (
        "卡查不到才请拍照，身份证已经拍过",
        "elderly_subsidy",
        home(me(70), held="mat_id_card", not_found="mat_bank_account"),
        {
            "already_held": "id_card",
            "we_fetch": "low_income_cert",
            "say_it": "application_form",
            "photo": "bank_account",
        },
    ),
    (
        "两项残补一起办",
        "disability_living_subsidy disability_care_subsidy",
        home(me(55, disability=True, disability_grade=2), hardships="subsistence_allowance severe_disability"),
        {"we_fetch": "id_card disability_cert low_income_cert bank_account", "say_it": "application_form"},
    ),
    (
        "爷爷带着没爹没妈的孩子",
        "orphan_support",
        home(me(9, student=True), kin("grandfather", 70), proxy=True, hardships="orphan"),
        {
            "we_fetch": "parent_status death_cert household_register bank_account portrait birth_cert",
            "say_it": "application_form",
            "sign": "mandate",
            "photo": "guardian_proof",
        },
    ),
    (
        "爸坐牢妈没音信，不让孩子自己开证明",
        "unattended_child",
        home(me(12), kin("grandmother", 66), proxy=True),
        {
            "we_fetch": "parent_status household_register bank_account birth_cert",
            "say_it": "application_form",
            "sign": "mandate",
            "photo": "guardian_proof",
        },
    ),
    (
        "大水冲坏房子，鉴定不用自己花钱",
        "disaster_relief",
        home(me(50), needs="need_disaster need_house_repair"),
        {
            "we_fetch": "disaster_photo household_register bank_account house_appraisal",
            "photo": "house_photo",
        },
    ),
    (
        "孤独症孩子没残疾证，诊断就行",
        "disabled_rehab",
        home(me(6), kin("mother", 33), proxy=True),
        {"we_fetch": "household_register low_income_cert", "sign": "mandate", "photo": "diagnosis"},
    ),
    ("流落在外，零材料", "vagrant_relief", home(me(48), non_local_hukou=True, proxy=True), {}),
]


@pytest.mark.parametrize(("who", "items", "facts", "expected"), HOUSEHOLDS, ids=[row[0] for row in HOUSEHOLDS])
def test_mg_6_2_lists_exactly_the_materials_this_household_needs(
    who: str, items: str, facts: Facts, expected: dict[str, str]
) -> None:
    told = materials_for(items.split(), facts, CATALOGUE, COUNTY, DAY)
    assert len({material.code for material in told}) == len(told), "each material once"
    by_supply = {supply: {m.code.removeprefix("mat_") for m in told if m.supply == supply} for supply in SUPPLIES}
    assert {k: v for k, v in by_supply.items() if v} == {k: set(v.split()) for k, v in expected.items()}


def test_lc_3_2_a_material_wanted_by_three_items_is_listed_once_and_names_all_three() -> None:
    told = {m.code: m for m in materials_for(HOUSEHOLDS[0][1].split(), LI_XIUYING, CATALOGUE, COUNTY, DAY)}
    assert told["mat_check_authorization"].items == ("rigid_expense", "temp_relief_expense", "medical_aid")
    assert told["mat_medical_bill"].items == ("rigid_expense", "temp_relief_expense", "medical_aid")


@pytest.mark.parametrize(
    ("facts", "signatures"),
    [
        (WANG_GUILAN, 2),
        (LI_XIUYING, 2),
        (home(me(30), kin("spouse", 29), kin("son", 17), kin("father", None)), 3),
        (home(me(12)), 1),
        (home(me(40), adults=4), 4),
        (Facts(), 1),
    ],
)
def test_art_40_every_adult_signs_for_himself(facts: Facts, signatures: int) -> None:
    notice = build_notice(["dibao"], facts, CATALOGUE, COUNTY, DAY)
    signed = {m.code: m.signatures for m in notice.materials if m.supply == "sign"}
    assert signed["mat_check_authorization"] == signatures
    assert signed["mat_honesty_commitment"] == 1


def test_tekun_legal_supporters_outside_the_household_sign_too() -> None:
    facts = home(me(72), supporters=2)
    signed = {m.code: m.signatures for m in materials_for(["tekun"], facts, CATALOGUE, COUNTY, DAY)}
    assert signed["mat_check_authorization"] == 3
    dibao = {m.code: m.signatures for m in materials_for(["dibao"], facts, CATALOGUE, COUNTY, DAY)}
    assert dibao["mat_check_authorization"] == 1


def test_mg_6_2_has_all_six_elements_for_every_item() -> None:
    for code in CATALOGUE.open_items():
        notice = build_notice([code], Facts(), CATALOGUE, COUNTY, DAY)
        item = notice.items[0]
        assert item.basis and item.eligible and item.steps and item.time.days > 0 and item.refusals, code
        assert all(refusal.plain for refusal in notice.refusals)
        assert notice.place.phone and notice.place.hours and notice.place.supervision_phone
        assert notice.departments[0].phone


def test_0_2_shows_only_grounds_that_are_seed_verified_or_confirmed_here() -> None:
    shown = build_notice(["disability_certificate"], Facts(), CATALOGUE, COUNTY, DAY).items[0].basis
    assert [basis.text for basis in shown] == [
        "《关于加快建立社会救助“一门受理、协同办理”工作机制的意见》（鲁民〔2015〕65号）"
    ]


def test_the_2026_law_is_cited_from_the_day_it_is_in_force() -> None:
    def laws(day: dt.date) -> list[str]:
        return [b.text for b in build_notice(["dibao"], Facts(), CATALOGUE, COUNTY, day).items[0].basis]

    assert "《中华人民共和国社会救助法》" not in laws(dt.date(2026, 6, 30))
    assert "《中华人民共和国社会救助法》" in laws(dt.date(2026, 7, 1))


def test_lc_2_5_unemployment_registration_comes_along_only_when_it_is_missing() -> None:
    def items(registered: bool | None) -> tuple[str, ...]:
        facts = home(me(50), unemployment_registered=registered)
        return with_pulled_in(["employment_difficulty"], facts, CATALOGUE)

    assert items(None) == ("employment_difficulty", "unemployment_registration")
    assert items(False) == ("employment_difficulty", "unemployment_registration")
    assert items(True) == ("employment_difficulty",)
    notice = build_notice(["employment_difficulty"], home(me(50)), CATALOGUE, COUNTY, DAY)
    assert [(item.code, item.pulled_in) for item in notice.items] == [
        ("employment_difficulty", False),
        ("unemployment_registration", True),
    ]


def test_in_an_emergency_everything_may_follow_later() -> None:
    facts = home(me(41), emergency=True, proxy=True)
    told = materials_for(["temp_relief_emergency"], facts, CATALOGUE, COUNTY, DAY)
    assert told and all(material.later for material in told)
    both = materials_for(["temp_relief_emergency", "dibao"], facts, CATALOGUE, COUNTY, DAY)
    assert not next(m for m in both if m.code == "mat_id_card").later, "dibao wants it in time"


def test_alternatives_are_one_group_until_one_of_them_is_wanted_anyway() -> None:
    facts = home(me(45), needs="need_tuition need_medical_fee")
    alone = {m.code: m for m in materials_for(["temp_relief_expense"], facts, CATALOGUE, COUNTY, DAY)}
    assert alone["mat_medical_bill"].one_of == alone["mat_tuition_bill"].one_of == "expense_bill"
    assert not alone["mat_medical_bill"].optional
    both = ["temp_relief_expense", "medical_aid"]
    together = {m.code: m for m in materials_for(both, facts, CATALOGUE, COUNTY, DAY)}
    assert together["mat_medical_bill"].one_of == "" and not together["mat_medical_bill"].optional
    assert together["mat_tuition_bill"].optional


def test_an_alternative_we_can_fetch_makes_the_photo_optional() -> None:
    facts = home(me(58, disability=True))
    told = {m.code: m for m in materials_for(["disabled_rehab"], facts, CATALOGUE, COUNTY, DAY)}
    assert told["mat_diagnosis"].optional and not told["mat_disability_cert"].optional
    missing = msgspec.structs.replace(facts, not_found=frozenset({"mat_disability_cert"}))
    told = {m.code: m for m in materials_for(["disabled_rehab"], missing, CATALOGUE, COUNTY, DAY)}
    assert not told["mat_diagnosis"].optional and told["mat_disability_cert"].supply == "photo"


def test_js_5_4_a_department_that_wants_originals_gets_them_by_the_county_file() -> None:
    carrying = msgspec.structs.replace(
        COUNTY,
        settings=(
            *COUNTY.settings,
            msgspec.structs.replace(COUNTY.setting("materials_mode", DAY), value="carry"),
        ),
    )
    rows = [row for row in carrying.settings if row.key != "materials_mode" or row.value == "carry"]
    carrying = msgspec.structs.replace(carrying, settings=tuple(rows))
    told = {m.code: m.supply for m in materials_for(["rural_house_repair"], Facts(), CATALOGUE, carrying, DAY)}
    assert told["mat_house_photo"] == "original"
    assert told["mat_household_register"] == "we_fetch", "art. 62: never what can be looked up"


def test_the_hash_is_the_content_not_the_day() -> None:
    one = build_notice(["dibao"], WANG_GUILAN, CATALOGUE, COUNTY, dt.date(2026, 11, 3))
    two = build_notice(["dibao"], WANG_GUILAN, CATALOGUE, COUNTY, dt.date(2026, 11, 4), version=9)
    other = build_notice(["dibao"], LI_XIUYING, CATALOGUE, COUNTY, dt.date(2026, 11, 3))
    assert one.hash == two.hash == content_hash(one) and len(one.hash) == 64
    assert other.hash != one.hash


def test_a_notice_gets_the_next_number_only_when_something_changed() -> None:
    first = revised(None, build_notice(["dibao"], WANG_GUILAN, CATALOGUE, COUNTY, DAY))
    same = revised(first, build_notice(["dibao"], WANG_GUILAN, CATALOGUE, COUNTY, dt.date(2026, 11, 5)))
    more = revised(same, build_notice(["dibao", "medical_aid"], WANG_GUILAN, CATALOGUE, COUNTY, DAY))
    assert (first.version, same.version, more.version) == (1, 1, 2)


def test_it_names_the_village_assistant_and_the_window() -> None:
    notice = build_notice(["dibao"], WANG_GUILAN, CATALOGUE, COUNTY, DAY, village="379901102201")
    assert [one.name for one in notice.assistants] == ["刘大姐"]
    assert notice.place.clerk == "周同志" and notice.place.phone == "0900-0000000"


def test_an_item_nobody_offers_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownCode, match="'bread'"):
        build_notice(["bread"], Facts(), CATALOGUE, COUNTY, DAY)
    closed = msgspec.structs.replace(COUNTY, disabled_items=("heating_aid",))
    with pytest.raises(CatalogueMistake, match="heating_aid"):
        build_notice(["heating_aid"], Facts(), CATALOGUE, closed, DAY)


def test_a_day_nobody_covered_is_an_error_that_names_value_day_and_file() -> None:
    with pytest.raises(NotCovered) as caught:
        build_notice(["dibao"], Facts(), CATALOGUE, COUNTY, dt.date(2020, 1, 1))
    assert "dibao" in str(caught.value) and "2020-01-01" in str(caught.value)
    assert "items/dibao.toml" in str(caught.value)
