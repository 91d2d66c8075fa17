"""In the dialog: an address of another county is found, asked about where several fit, and kept with its code."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backend.settings import Settings
from bot.check import report
from dialogs.catalogue.load import load_county
from dialogs.places.country import Country, place_line
from dialogs.places.index import IndexUnusable
from tests.dialogs.play import Talk, talk_at

SHENSHAN = {"code": "511725118204", "place": "四川省达州市渠县三板镇神山村"}


def test_one_that_is_sure_is_kept_with_its_code_and_read_back() -> None:
    talk = talk_at("for_oneself:address")
    heard = talk.hear("我现在住四川渠县三板镇神山村二社")
    assert "ask.for_oneself.which_place" not in heard
    value = talk.value("address")
    assert value == {"text": "我现在住四川渠县三板镇神山村二社", "division": SHENSHAN}
    assert place_line(value) == "我现在住四川渠县三板镇神山村二社 (四川省达州市渠县三板镇神山村 511725118204)"


def asked_which() -> Talk:
    talk = talk_at("for_oneself:address")
    assert talk.hear("陕西镇巴双河村")[-1] == "ask.for_oneself.which_place"
    return talk


def test_several_that_fit_are_a_short_choice() -> None:
    talk = asked_which()
    options = talk.says[-1].options
    assert [one.params.get("place") for one in options] == [
        "陕西省汉中市镇巴县巴庙镇双河村", "陕西省汉中市镇巴县三元镇双河村", None,
    ]  # fmt: skip
    assert options[-1].label == "option.which_place.none"


@pytest.mark.parametrize("answer", ["2", "第二个", "三元镇", "三元镇双河村", "三元镇的那个"])
def test_she_chooses_by_number_or_by_name(answer: str) -> None:
    talk = asked_which()
    assert talk.hear(answer)[-1] != "ask.for_oneself.which_place"
    assert talk.value("address") == {
        "text": "陕西镇巴双河村",
        "division": {"code": "610728107240", "place": "陕西省汉中市镇巴县三元镇双河村"},
    }
    talk.hear("返回")  # going back meets no question that is done with
    assert talk.state.asking != "which_place"


@pytest.mark.parametrize("answer", ["都不是", "都不对", "不知道", "3"])
def test_none_of_them_keeps_her_words(answer: str) -> None:
    talk = asked_which()
    assert talk.hear(answer)[-1] != "ask.for_oneself.which_place"
    assert talk.value("address") == {"text": "陕西镇巴双河村"}


def test_the_button_works_too_and_four_are_the_most() -> None:
    talk = talk_at("for_oneself:address")
    talk.hear("山东东明刘庄")
    assert len(talk.says[-1].options) <= 5
    talk.press("which_place:2")
    assert talk.value("address")["division"]["code"].startswith("371728")


def test_told_in_passing_it_is_found_as_well() -> None:
    talk = Talk()
    talk.hear("我叫王桂兰，家住四川渠县三板镇神山村二社，老伴瘫了，日子过不下去了")
    assert talk.value("address")["division"] == SHENSHAN


@pytest.mark.parametrize(
    "said",
    ["石桥村三组", "柳沟村东头第二家", "云山县青石镇石桥村3组17号", "李家庄", "青石镇李家庄", "村东头老槐树那家"],
)
def test_her_own_county_is_never_left_for_a_name_alone(said: str) -> None:
    talk = talk_at("for_oneself:address")
    talk.hear(said)
    address = talk.state.answers.get("address")
    assert address is None or not {"division", "may_be"} & set(address.value)


def test_a_village_called_as_ours_in_another_county_is_not_taken_for_ours() -> None:
    talk = talk_at("for_oneself:address")
    talk.hear("渠县石桥村")
    assert "village" not in talk.value("address")


def test_where_her_county_is_in_the_index_it_comes_first() -> None:
    county = msgspec.structs.replace(load_county("yunshan"), code="511725", name="渠县")
    found = Country(county).mended({"text": "三板镇神山村二社"})
    assert found["division"] == SHENSHAN
    assert Country(county).mended({"text": "胜山村，三板镇的"})["division"] == SHENSHAN


def unusable() -> None:
    raise IndexUnusable("the index of divisions divisions.xz is damaged: make it anew with `make places`")


def test_without_the_index_the_address_is_kept_as_said() -> None:
    country = Country(load_county("yunshan"), unusable)  # type: ignore[arg-type]
    assert country.mended({"text": "四川渠县三板镇神山村"}) == {"text": "四川渠县三板镇神山村"}
    assert "make places" in country.broken


def test_doctor_says_how_the_index_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/yimen.db", media_dir=tmp_path / "media")
    assert any("620573 villages" in line for line in report(settings))
    monkeypatch.setattr("bot.check.the_index", unusable)
    assert any("make places" in line for line in report(settings))
