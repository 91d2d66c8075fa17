"""She speaks instead of typing: what was heard is said back, and goes on as if she had typed it, once."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from backend.conversations.tables import Attachment, Conversation, Emergency
from backend.deadlines.sweep import sweep
from backend.inbox.tables import Inbound
from backend.voice import hearing
from backend.voice.tables import Voice
from tests.journeys.people import County
from tests.journeys.test_mandates import files_for_li
from tests.journeys.test_whole_road import HER_WORDS, STORY
from tests.voice.conftest import Listener
from tests.voice.platform import GARBAGE, HANG, Platform, refusal

OGG = b"OggS\x00\x02" + b"\x01" * 200


def voice(number: int = 0) -> bytes:
    """A recording unlike the others."""
    return OGG + bytes([number])


def test_her_story_told_by_voice_opens_the_form_like_one_that_was_typed(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    server.says(STORY)
    li.sends(voice(), "a.ogg")
    assert li.hears("语音收到了", "我正在听", "110")
    assert li.hears_nothing_of("同事")
    assert ear.listens() == 1
    assert li.hears(f"我听到的是：“{STORY}”", "同意")
    li.says(*HER_WORDS[1:])
    li.presses("都对，交上去")
    case = li.case()
    assert case.get(county.runtime.env.sealer, "difficulty") == STORY
    [kept] = county.office.all(Attachment)
    assert kept.case_id == case.id, "colleagues can listen to it beside the case"


def test_the_server_is_asked_as_the_platform_wants_it(county: County, server: Platform, ear: Listener) -> None:
    county.somebody("li").sends(voice(), "a.ogg")
    ear.listens()
    [asked] = server.asked
    assert (asked["model"], asked["language"], asked["response_format"]) == ("whisper-1", "zh", "json")
    assert asked["file"] == ("voice.ogg", "audio/ogg", voice())
    assert asked["key"] == "geheim"


def test_answers_by_voice_and_by_keys_are_one_conversation(county: County, server: Platform, ear: Listener) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:3])
    assert li.hears("叫什么")
    server.says("我叫李秀英")
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("我听到的是：“我叫李秀英”", "身份证")
    li.says(*HER_WORDS[4:])
    assert li.hears("我念一遍", "李秀英")


def test_what_was_misheard_is_put_right_in_her_own_words(county: County, server: Platform, ear: Listener) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:6])
    server.says("石桥村二组")
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("我听到的是：“石桥村二组”", "再说一遍")
    li.says("住址不对，是柳沟村二组", *HER_WORDS[7:])
    assert li.hears("我念一遍", "柳沟村二组")
    assert li.hears_nothing_of("石桥村")


def test_traditional_characters_are_read_and_kept_as_simplified_ones(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    server.says("俺家著難了，老頭子住院花了五萬多，報完還欠人兩萬多")
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("老头子住院花了五万多，报完还欠人两万多", "同意")


def test_a_danger_in_a_voice_rings_as_soon_as_it_is_heard(county: County, server: Platform, ear: Listener) -> None:
    li = county.somebody("li")
    server.says("我不想活了，农药就在手边")
    li.sends(voice(), "a.ogg")
    ear.listens()
    screen = li.looks()
    assert [row.code for row in county.office.all(Emergency)] == ["em_suicide"]
    safety = next(n for n, words in enumerate(screen) if "12356" in words)
    assert safety < next(n for n, words in enumerate(screen) if "我听到的是" in words), "what helps comes first"


def test_a_danger_is_heard_even_where_the_machine_is_not_sure(county: County, server: Platform, ear: Listener) -> None:
    server.says({"text": "着火了救命", "segments": [{"avg_logprob": -2.5, "no_speech_prob": 0.9}]})
    county.somebody("li").sends(voice(), "a.ogg")
    ear.listens()
    assert county.office.all(Emergency)


def test_a_number_said_aloud_is_taken_but_not_kept_in_the_transcript(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:4])
    server.says("379901195709200043")
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("我听到的是", "电话")
    sealer = county.runtime.env.sealer
    last = county.office.all(Inbound)[-1]
    kept = sealer.open(last.answer_sealed or b"", table="inbound", column="answer_sealed", row_id=last.id)
    assert b"379901195709200043" not in (last.get(sealer, "body") or "").encode() + kept
    li.says(*HER_WORDS[5:])
    assert li.hears("379901********0043")


@pytest.mark.parametrize(
    "nothing",
    ["", "  。。 ", "字幕由Amara.org社区提供", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "嗯嗯嗯嗯嗯嗯嗯嗯嗯",
     {"text": "低保", "segments": [{"avg_logprob": -1.7, "no_speech_prob": 0.8}]}],
)  # fmt: skip
def test_where_nothing_is_heard_she_is_told_so_and_a_colleague_listens(
    county: County, server: Platform, ear: Listener, nothing: object
) -> None:
    li = county.somebody("li")
    server.says(nothing)
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("没听清", "慢点说一遍", "打字也行", "30 分钟")
    assert li.hears_nothing_of("我听到的是")
    assert any("还没人听" in words for words in county.group_heard("town:02"))
    assert ear.listens() == 0, "nobody asks again for what is not there"


@pytest.mark.parametrize("trouble", [refusal(400, "Invalid file format."), refusal(401), refusal(413), refusal(404)])
def test_what_the_server_refuses_a_colleague_hears_at_once(
    county: County, server: Platform, ear: Listener, trouble: object
) -> None:
    li = county.somebody("li")
    server.says(trouble)
    li.sends(b"#!AMR\n" + b"\x04" * 99, "a.amr")
    ear.listens()
    assert li.hears("没听成", "已经交给同事", "打字")
    assert len(server.asked) == 1
    assert any("还没人听" in words for words in county.group_heard("town:02"))


@pytest.mark.parametrize(
    "trouble", [refusal(500, "The server had an error", "server_error"), refusal(503), refusal(429), GARBAGE, HANG]
)
def test_a_trouble_that_passes_costs_her_nothing(
    county: County, server: Platform, ear: Listener, trouble: object
) -> None:
    li = county.somebody("li")
    server.says(trouble, "家里没钱看病")
    li.sends(voice(), "a.ogg")
    (ear.in_a_hurry() if trouble is HANG else ear).listens()  # a hurry on a busy machine may not even get to ask
    assert li.hears_nothing_of("没听")
    assert ear.listens() == 0, "not at once again"
    county.clock.at += dt.timedelta(seconds=5)
    assert ear.listens() == 1
    assert li.hears("我听到的是：“家里没钱看病”")


def test_a_trouble_that_stays_ends_with_a_colleague_within_minutes(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    server.says(refusal(500))
    li.sends(voice(), "a.ogg")
    began = county.clock.at
    while county.clock.at < began + dt.timedelta(minutes=3) and len(server.asked) < 10:
        ear.listens()
        county.clock.at += dt.timedelta(seconds=5)
    assert len(server.asked) == 4
    assert li.hears("没听成", "已经交给同事")


def test_more_patience_than_somebody_in_danger_has_is_not_given(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    server.says(refusal(429, retry_after="3600"))
    li.sends(voice(), "a.ogg")
    ear.listens()
    assert li.hears("没听成")


def test_nothing_is_lost_and_nothing_said_twice_when_a_process_dies_in_the_middle(
    county: County, server: Platform, ear: Listener
) -> None:
    li = county.somebody("li")
    server.says("家里没钱看病")
    li.sends(voice(), "a.ogg")
    runtime = county.runtime
    [job] = runtime.writer.run_sync(lambda tx: hearing.claim(tx, runtime.env, 5))  # and here it dies
    assert ear.listens() == 0, "it is leased"
    county.clock.at += dt.timedelta(minutes=3)
    assert ear.listens() == 1
    asyncio.run(runtime.hear_voice(job.id, "家里没钱看病"))  # the dead one comes back with its answer
    assert "\n".join(li.looks()).count("我听到的是") == 1
    assert len(county.office.all(Inbound)) == 2


def test_two_of_them_in_a_row_are_heard_in_their_order_and_never_too_many_at_once(
    county: County, server: Platform, ear: Listener
) -> None:
    people = [county.somebody(f"p{number}") for number in range(5)]
    server.says("家里没钱看病")
    for number, one in enumerate(people):
        one.sends(voice(number), "a.ogg")
    assert [ear.listens() for _ in range(3)] == [2, 2, 1]
    assert server.most_at_once <= 2
    assert all(one.hears("我听到的是") for one in people)


def test_the_same_recording_sent_again_is_not_heard_again(county: County, server: Platform, ear: Listener) -> None:
    li = county.somebody("li")
    server.says("家里没钱看病")
    li.sends(voice(), "a.ogg")
    li.sends(voice(), "a.ogg")
    assert ear.listens() == 1
    assert len(county.office.all(Voice)) == 1


def test_a_recording_that_proves_her_yes_is_no_message(county: County, server: Platform, ear: Listener) -> None:
    helper = county.somebody("zhao")
    files_for_li(helper, "她愿意，回头补签字")
    helper.sends(voice(), "她同意.ogg")
    assert ear.listens() == 0
    assert not county.office.all(Voice)


def test_a_draft_that_is_dropped_takes_its_voice_with_it(county: County, server: Platform, ear: Listener) -> None:
    li = county.somebody("li")
    li.says(*HER_WORDS[:3])
    li.sends(voice(), "a.ogg")
    li.says("算了不弄了", "是")
    assert not county.office.all(Voice) and not county.office.all(Attachment)
    assert ear.listens() == 0


def test_while_the_machine_is_silent_the_clock_runs(county: County, server: Platform) -> None:
    li = county.somebody("li")
    li.sends(voice(), "a.ogg")  # and no process listens
    county.clock.at += dt.timedelta(minutes=31)
    sweep(county.runtime.writer, county.runtime.env)
    assert li.hears("没听成", "已经交给同事")
    assert county.office.all(Conversation)
