"""An assistant sends the table she keeps anyway: good rows wait to be filed, the others come back with the reason."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from backend.inbox.tables import Contact
from backend.privacy.purge import purge
from backend.staff.chat import unbind
from backend.station import sheets
from backend.station.tables import SheetRow
from backend.station.waiting import AHEAD
from tests.journeys.people import County
from tests.journeys.test_station import BRIDGE, WILLOW, assistant_of, at_work
from tests.judged.people import number_of

HEADING = ("姓名", "身份证号", "联系电话", "住址", "困难情况", "申请事项", "月收入", "家庭成员", "本人同意")
GUILAN = "379901194305120026"
WANG = (
    "王桂兰",
    GUILAN,
    "13000008012",
    "石桥村3组17号",
    "屋里漏雨，看病也贵",
    "低保",
    168,
    "儿子张建国55，肢体二级残证，没收入",
    "愿意，录了音",
)
_GIVEN = "一乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
_SURNAMES = "赵钱孙李周吴郑王冯陈楮卫蒋沈韩杨朱秦尤许"


def xlsx(*rows: Sequence[Any], text: bool = True, formats: dict[int, str] | None = None) -> bytes:
    """A workbook with one sheet; numbers stay numbers, as table programs keep them."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), day)
            elif isinstance(cell, str) and cell.startswith("=") and not cell.startswith('="'):
                sheet.write_formula(at, column, *cell.split("|"))
            elif isinstance(cell, str):
                sheet.write_string(at, column, cell)
            else:
                sheet.write(at, column, cell)
    book.close()
    return data.getvalue()


def residents(count: int, village: str = "石桥村") -> list[tuple[Any, ...]]:
    """Rows of people nobody is, with the columns name, number and home."""
    names = [surname + given for surname in _SURNAMES for given in _GIVEN if surname + given != "孙子"]
    names += [name + "兰" for name in names]
    return [(names[at], number_of(40 + at % 50, at // 50), f"{village}{at % 6 + 1}组") for at in range(count)]


def waiting(county: County) -> int:
    return len(county.office.all(SheetRow))


# --- what she gains by it


def test_a_resident_told_whole_in_a_row_is_only_read_back(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(HEADING, WANG), "台账.xlsx")
    assert helper.hears("1行里1行收好了", "先报这几户：王桂兰")
    helper.says("王桂兰")
    assert helper.hears("【王桂兰】", "我念一遍", "低保")
    helper.says("都对")
    case = helper.case()
    assert (case.channel_in, case.proxy_filed, case.village) == ("bot_assistant", True, BRIDGE)
    assert "need_living" in case.needs
    assert waiting(county) == 0


def test_columns_stand_in_any_order_under_a_title_and_by_the_names_villages_use(county: County) -> None:
    helper = at_work(county)
    table = xlsx(
        ("石桥村困难群众台账", "", "", "", "", ""),
        ("填表日期：2026年11月", "", "", "", "", ""),
        ("序号", "组别", "身份证号码（18位）", "户主姓名*", "备 注", "政治面貌"),
        (1, 3, GUILAN, "王桂兰", "屋里漏雨，看病也贵", "群众"),
        ("", "", "", "", "", ""),
        ("合计", "", "", "1户", "", ""),
    )
    helper.sends(table, "台账.xlsx")
    assert helper.hears("1行里1行收好了", "这几栏我没用上：政治面貌")
    helper.says("王桂兰", "她愿意，录了一段")
    assert helper.hears_nothing_of("身份证号是多少", "住在哪"), "the table said it; her village is the only one she has"


def test_a_bad_row_says_what_to_mend_and_the_others_wait(county: County) -> None:
    helper = at_work(county)
    heading = ("姓名", "身份证号", "电话", "住址", "出生日期", "年收入", "本人同意")
    table = xlsx(
        heading,
        ("王桂兰", GUILAN, 13000008012, "石桥村3组", dt.date(1943, 5, 12), 2400, "是"),
        ("", "379901198003150017", "", "石桥村3组", "", "", ""),
        ("季兆林", 379901198003150017, "", "石桥村3组", "", "", ""),
        ("季兆林", "37990119800315001", "", "石桥村3组", "", "", ""),
        ("季兆林", "379901198003150018", "", "石桥村3组", "", "", ""),
        ("季兆林", "379901198003150017", "12345", "石桥村3组", "", "", ""),
        ("季兆林", "379901198003150017", "", "石桥村3组", 15838, "", ""),
        ("季兆林", "379901198003150017", "", "石桥村3组", "", "很少很少", ""),
        ("季兆林", "379901198003150017", "", "", "", "", "不同意"),
        ("王桂兰", GUILAN, "", "石桥村3组", "", "", ""),
    )
    helper.sends(table, "台账.xlsx")
    assert helper.hears(
        "10行里1行收好了",
        "第3行：姓名空着", "第4行季兆林：身份证号被表格存成了数字", "第5行季兆林：身份证号应该是18位，这里是17位",
        "第6行季兆林：身份证号对不上", "第7行季兆林：电话没看明白", "第8行季兆林：生日和身份证号对不上",
        "第9行季兆林：收入没看明白", "第10行季兆林：本人不愿意", "第11行王桂兰：和第2行是同一个人",
    )  # fmt: skip
    helper.says("王桂兰")
    assert helper.hears("【王桂兰】")


def test_days_and_incomes_are_read_however_the_table_keeps_them(county: County) -> None:
    helper = at_work(county)
    heading = ("姓名", "身份证号", "出生年月日", "年收入", "住址")
    for cell in (dt.date(1943, 5, 12), 15838, "1943年5月12日", "1943/5/12", "19430512", "1943.05", "1943-05-12"):
        helper.sends(xlsx(heading, ("王桂兰", GUILAN, cell, 2400, "石桥村3组")), "台账.xlsx")
        assert helper.hears("1行收好了"), cell
        helper.says("表不要了")
        assert helper.hears("1户不要了")


def test_a_table_saved_as_text_is_read_in_the_encodings_table_programs_write(county: County) -> None:
    helper = at_work(county)
    lines = f'姓名,身份证号,住址,困难情况\r\n王桂兰,="{GUILAN}",石桥村3组,"屋里漏雨，\n看病也贵"\r\n'
    tabs = f"姓名\t身份证号\t住址\r\n王桂兰\t'{GUILAN}\t石桥村3组\r\n"
    for data in (
        lines.encode("gbk"), lines.encode("utf-8-sig"), lines.encode("utf-8"), tabs.encode("utf-16"),
        lines.replace(",", ";").encode("gb18030"),
    ):  # fmt: skip
        helper.sends(data, "台账.CSV")
        assert helper.hears("1行里1行收好了")
        helper.says("表不要了")
    helper.sends("姓名,身份证号\r\n王桂兰,3.79901E+17\r\n".encode(), "台账.csv")
    assert helper.hears("第2行王桂兰：身份证号被表格存成了数字")


def test_a_formula_counts_as_what_it_showed(county: County) -> None:
    helper = at_work(county)
    heading = ("姓名", "身份证号", "住址", "年龄")
    table = xlsx(
        heading,
        ("=A9||王桂兰", GUILAN, "石桥村3组", "=2026-1943||83"),
        ("=A9||", "379901198003150017", "石桥村3组", 46),
    )
    helper.sends(table, "台账.xlsx")
    assert helper.hears("2行里1行收好了", "第3行：姓名空着")


# --- over weeks


def test_five_hundred_rows_wait_and_a_few_stand_among_her_forms(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(("姓名", "身份证号", "住址"), *residents(520)), "全村.xlsx")
    assert helper.hears("500行里500行收好了", "后面还有20行没收下")
    assert waiting(county) == 500 - AHEAD
    first, second = (row[0] for row in residents(2))
    helper.says(f"替王桂兰办，石桥村3组17号，身份证{GUILAN}")
    assert helper.hears("【王桂兰】"), "a table leaves room for whoever comes to the door"
    helper.says("不办了", "是", first)
    assert helper.hears(f"【{first}】")
    helper.says("不办了", "是", "谁还没报完")
    assert helper.hears(second)
    assert helper.hears_nothing_of(first)
    assert waiting(county) == 499 - AHEAD, "one done, one more comes up"


def test_the_mended_table_sent_again_adds_only_what_was_mended(county: County) -> None:
    helper = at_work(county)
    heading = ("姓名", "身份证号", "住址")
    good = residents(12)
    helper.sends(xlsx(heading, *good, ("季兆林", "37990119800315001", "石桥村3组")), "台账.xlsx")
    assert helper.hears("13行里12行收好了")
    helper.sends(xlsx(heading, *good, ("季兆林", "379901198003150017", "石桥村3组")), "台账.xlsx")
    assert helper.hears("13行里1行收好了", "有12行早就收着了")
    assert waiting(county) == 13 - AHEAD


def test_who_is_under_way_already_is_named_with_the_number_but_never_of_another_village(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(HEADING, WANG), "台账.xlsx")
    helper.says("王桂兰", "都对")
    case = helper.case()
    helper.sends(xlsx(HEADING, WANG), "台账.xlsx")
    assert helper.hears("没有新的", f"第2行王桂兰：正在办，编号{case.short_no}")
    other = at_work(county, WILLOW, "willow")
    other.sends(xlsx(HEADING, WANG), "台账.xlsx")
    assert other.hears("1行里1行收好了")
    assert other.hears_nothing_of(case.short_no)


def test_the_wrong_table_is_taken_back_with_one_word(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(("姓名", "身份证号", "住址"), *residents(20)), "台账.xlsx")
    helper.says(residents(1)[0][0], "她愿意，录了一段", "不办了", "不", "下一户", "季兆林", "不办了", "是")
    helper.says("表不要了")
    assert helper.hears("19户不要了"), "the one she has begun stays"
    assert waiting(county) == 0
    helper.says("表不要了")
    assert helper.hears("没有等着报的表")


def test_a_table_in_the_middle_of_a_form_leaves_the_form_where_it_was(county: County) -> None:
    helper = at_work(county)
    helper.says("替季兆林办，石桥村3组，身份证379901198003150017")
    helper.sends(xlsx(HEADING, WANG), "台账.xlsx")
    assert helper.hears("1行收好了", "【季兆林】")
    helper.says("他同意，有人见证")
    assert helper.hears("【季兆林】")


def test_what_nobody_filed_is_forgotten_like_any_form_that_was_left(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(("姓名", "身份证号", "住址"), *residents(20)), "台账.xlsx")
    county.clock.at += dt.timedelta(days=200)
    purge(county.runtime.writer, county.runtime.database, county.runtime.env)
    assert waiting(county) == 0


def test_an_assistant_who_left_leaves_nobodys_rows_behind(county: County) -> None:
    helper = at_work(county)
    helper.sends(xlsx(("姓名", "身份证号", "住址"), *residents(20)), "台账.xlsx")
    county.office.act(unbind, county.office.county, assistant_of(county, BRIDGE).id)
    assert waiting(county) == 0
    assert county.office.all(Contact, Contact.staff_id.is_not(None)) == []


# --- what is no table, or nobody's business


def test_nobody_but_an_assistant_can_have_a_table_opened(county: County) -> None:
    stranger = county.somebody("stranger")
    stranger.says("你好")
    stranger.sends(xlsx(HEADING, WANG), "台账.xlsx")
    assert stranger.hears("发照片就行")
    assert waiting(county) == 0


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (xlsx(("村", "户数"), ("石桥村", 3)), "统计.xlsx", "没看到“姓名”那一栏"),
        (xlsx(("姓名", "身份证号")), "空表.xlsx", "表里还没有人"),
        (b"PK\x03\x04 and no more", "坏.xlsx", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "坏.xls", "打不开"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "密.xlsx", "加了密码",
        ),
        ("姓名,身份证号\r\n".encode() + b"x" * (sheets.LARGEST + 1), "大.csv", "太大"),
        (b"\xff\xfe\xff", "坏.csv", "打不开"),
        (b"", "空.csv", "没看到“姓名”那一栏"),
    ],
    ids=["no names", "nobody", "broken zip", "broken old", "password", "too big", "no text", "empty"],
)  # fmt: skip
def test_what_cannot_be_opened_says_what_to_send_instead(county: County, data: bytes, name: str, words: str) -> None:
    helper = at_work(county)
    helper.sends(data, name)
    assert helper.hears(words)
    assert waiting(county) == 0


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(county: County) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    assert len(data.getvalue()) < sheets.LARGEST
    helper = at_work(county)
    helper.sends(data.getvalue(), "台账.xlsx")
    assert helper.hears("太大")
