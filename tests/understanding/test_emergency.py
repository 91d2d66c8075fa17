"""Signs of danger: recall first, figures of speech and old stories left alone (domain 8.2, 8.3, B030)."""

import pytest

from dialogs.understanding.clean import level
from dialogs.understanding.emergency import Emergency, find_deadline, find_emergencies


def sure(text: str) -> list[Emergency]:
    return [one for one in find_emergencies(level(text)) if one.sure]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("老太太摔了起不来", "em_unattended_elder"),
        ("两天没人给口饭", "em_unattended_elder"),
        ("瘫床上没人管", "em_unattended_elder"),
        ("家里着火了", "em_fire"),
        ("房子烧了", "em_fire"),
        ("灶房起火，冒烟", "em_fire"),
        ("喘不上气", "em_acute_illness"),
        ("俺爹胸口疼", "em_acute_illness"),
        ("昏过去了", "em_acute_illness"),
        ("吐血了", "em_acute_illness"),
        ("医院不交钱不给治", "em_acute_illness"),
        ("娃他爸被抓了，孩子没人管", "em_guardian_lost"),
        ("两个小的单独在家", "em_guardian_lost"),
        ("孩子身上都是伤", "em_child_abuse"),
        ("老打孩子", "em_child_abuse"),
        ("孩子说有人摸她", "em_child_abuse"),
        ("今早老张头没气了", "em_death"),
        ("老人昨天去世了", "em_death"),
        ("两天没吃", "em_no_food"),
        ("孩子三天没吃饭", "em_no_food"),
        ("一粒米都没有", "em_no_food"),
        ("药断了", "em_no_food"),
        ("屋里跟冰窖一样", "em_no_heating"),
        ("没煤了，手都冻了", "em_no_heating"),
        ("冻坏了", "em_no_heating"),
        ("烧炉子头晕恶心", "em_gas_poison"),
        ("屋里有煤味叫不醒", "em_gas_poison"),
        ("他打我", "em_domestic_violence"),
        ("把我打出来", "em_domestic_violence"),
        ("不让我出门", "em_domestic_violence"),
        ("我不想活了", "em_suicide"),
        ("活着没意思", "em_suicide"),
        ("写好遗书", "em_suicide"),
        ("一了百了", "em_suicide"),
        ("喝农药了", "em_suicide"),
        ("犯病拿刀，现在追人", "em_mental_crisis"),
        ("我爹走丢了", "em_missing"),
        ("孩子没回来", "em_missing"),
        ("墙裂到透光，今晚咋办", "em_house_collapse"),
        ("刚才房子塌了", "em_house_collapse"),
        ("水进屋了，快来", "em_disaster"),
        ("困在房顶，救命", "em_disaster"),
        ("刚出车祸", "em_accident"),
        ("机器轧了手，快救人", "em_accident"),
        ("门口有个孩子", "em_abandoned_infant"),
        ("捡到个婴儿", "em_abandoned_infant"),
        ("在汽车站睡", "em_vagrant"),
        ("身上没钱回不去", "em_vagrant"),
        ("今天钱给骗走了", "em_scam"),
    ],
)
def test_danger_is_heard(text: str, code: str) -> None:
    assert code in {one.code for one in sure(text)}


@pytest.mark.parametrize(
    "text",
    [
        "累死了", "急死我了", "饿死了，还没吃午饭", "气死我了", "我快被你气死了", "忙死人了", "笑死个人",
        "去年摔过一跤", "房子是去年烧的", "没有着火", "如果着火了找谁", "昨晚看电视，一家五口煤气中毒",
        "俺爹前年走了", "孩子跟着奶奶好好的", "低保批了没", "我想办低保", "张三", "13800138000", "学费一年五千",
        "跑断腿了也没办成", "没手机，打我邻居的 13000001234", "没电话，打我闺女的吧",
    ],
)  # fmt: skip
def test_no_alarm_without_danger(text: str) -> None:
    assert sure(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("俺家揭不开锅咧", "em_no_food"), ("活不起了", "em_suicide"), ("屋里漏雨，墙上有道缝", "em_house_collapse")],
)
def test_what_is_doubtful_is_asked(text: str, code: str) -> None:
    assert sure(text) == []
    assert code in {one.code for one in find_emergencies(level(text))}


def test_the_gravest_comes_first_and_carries_its_safety_text() -> None:
    first = sure("他打我，我不想活了")[0]
    assert (first.code, first.level, first.safety) == ("em_suicide", "e1", "safety_suicide")


def test_a_near_day_with_a_loss_is_urgent() -> None:
    assert find_deadline(level("后天手术，押金还没凑齐")) is not None
    assert find_deadline(level("后天我去镇上")) is None
    assert find_deadline(level("你们快点")) is None
