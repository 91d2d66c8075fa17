"""Thirty households as people who speak: an assistant who tells one in a single message, one who answers what is asked."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import Any

from dialogs.catalogue.load import load_catalogue
from dialogs.understanding.exchange import relation
from tests.judged.service import FRESH, Chat

TODAY = dt.date(2026, 11, 4)
CATALOGUE = load_catalogue()
#: Answers after which nobody is patient any more.
TOO_MANY = 40

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = "桂兰秀英建国志强玉珍海涛春花德明"
_CHILDREN = {"son", "daughter", "grandson", "granddaughter", "child"}


@dataclass(frozen=True)
class Member:
    relation: str  # as she calls him: 老伴, 儿子
    name: str
    age: int
    condition: str
    income: int

    def told(self) -> str:
        pays = f"一个月{self.income}" if self.income else "没收入"
        return "，".join(
            part for part in (f"{self.relation}{self.name}", f"{self.age}岁", self.condition, pays) if part
        )


@dataclass(frozen=True)
class Household:
    """What somebody knows of the household she speaks for."""

    id: str
    name: str
    age: int
    number: str
    phone: str
    place: str
    trouble: str
    wish: str
    hardship: str
    income: int
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        return len(self.members) + 1


def number_of(age: int, order: int) -> str:
    """An identity number of nobody (GB 11643-1999), of somebody this old."""
    body = f"379901{TODAY.year - age}0115{900 + order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def households(count: int = 30) -> list[Household]:
    """Households of the fresh table, those with the most people first, each with names and numbers."""
    table: list[dict[str, Any]] = tomllib.loads((FRESH / "households.toml").read_text(encoding="utf-8"))["household"]
    usable = [one for one in table if one["applicant"].get("age", 0) >= 18]
    usable.sort(key=lambda one: -len(one["members"]))
    return [_household(order, one) for order, one in enumerate(usable[:count])]


def old_woman() -> Household:
    """王桂兰, 83, who lives with her disabled son and her grandson (domain 14.2)."""
    members = (
        Member("儿子", "张建国", 55, "肢体二级残疾", 0),
        Member("孙子", "张小宇", 16, "上高一", 0),
    )
    return Household(
        "14.2",
        "王桂兰",
        83,
        number_of(83, 1),
        "13000008012",
        "石桥村3组",
        "屋里漏雨，看病也贵",
        "低保",
        "重残",
        168,
        members,
    )


def _household(order: int, one: dict[str, Any]) -> Household:
    surname = _SURNAMES[order]
    given = [_GIVEN[(order + step) % len(_GIVEN)] for step in (0, 3, 5, 7)]
    members = []
    for index, member in enumerate(one["members"]):
        own = surname if member["relation"] != "spouse" else _SURNAMES[-1 - order]
        word = {"spouse": "老伴"}.get(member["relation"], relation(member["relation"]))
        age = member.get("age", 12 if member["relation"] in _CHILDREN else 60)
        members.append(Member(word, own + given[index] + given[-1], age, member.get("condition", ""), 0))
    age = one["applicant"]["age"]
    return Household(
        one["id"],
        surname + given[1] + given[2],
        age,
        number_of(age, order),
        f"1300000{9100 + order}",
        f"石桥村{order % 6 + 1}组",
        f"{one['applicant'].get('status', '')}，{one['title']}".lstrip("，"),
        CATALOGUE.needs[one["needs"][0]].plain,
        CATALOGUE.hardships[one["hardship"][0]].plain,
        one.get("income_month", 0),
        tuple(members),
    )


def reports(household: Household) -> tuple[str, ...]:
    """One message of an assistant that tells the whole household, in five wordings."""
    h = household
    others = "；".join(member.told() for member in h.members)
    alone = not h.members
    short = "、".join(f"{member.relation}{member.name}{member.age}" for member in h.members)
    pays = f"一个月收入{h.income}" if h.income else "没有收入"
    return (
        f"我是村协理员刘春燕，给{h.name}办，{h.place}，{h.age}了，身份证{h.number}，电话{h.phone}。"
        + ("就一个人过。" if alone else f"家里{h.size}口：本人，{others}。")
        + f"{pays}。{h.trouble}。想办{h.wish}。本人愿意，也同意查收入，我录一段她的声音。",
        f"石桥村协理员小刘报一户：户主{h.name}，{h.age}岁，{h.number}，{h.phone}，住{h.place}。{h.trouble}，要{h.wish}。"
        + ("独居，家里没有别人。" if alone else f"共{h.size}口人，{others}。")
        + f"户主{pays}。他本人同意办，同意核查收入，签字回头补。",
        f"您好，我是社会救助协理员刘春燕。替{h.place}{h.name}申请{h.wish}。年龄{h.age}，身份证号{h.number}，联系电话{h.phone}，{pays}。"
        + ("一个人住，没有其他家人。" if alone else f"家庭成员：{others}，就这些人。")
        + f"困难：{h.trouble}。本人愿意委托我办，也同意查家里收入，村里有证人。",
        f"给{h.name}报个{h.wish} {h.age}岁 {h.place} 身份证{h.number} 电话{h.phone} {pays} {h.trouble} "
        + ("就他一个人 " if alone else f"家里{h.size}口人 {others} ")
        + "他愿意办 同意查收入 我是村协理员刘春燕 签了字的",
        f"村协理员刘春燕上报：{h.name}（{h.age}岁，{h.number}，{h.phone}），{h.place}。"
        + ("独自生活，没别人了。" if alone else f"同住{short}，共{h.size}人，都没有收入。")
        + f"{h.name}{pays}。情况：{h.trouble}。需要：{h.wish}。本人同意，同意查收入，录音有。",
    )


def answer(household: Household, slot: str, told: int) -> str:
    """What somebody says who answers exactly what is asked.

    Args:
        told: how many members she has told of.
    """
    h = household
    if slot == "members":
        return h.members[told].told() if told < len(h.members) else "没有了"
    if slot.startswith("members."):
        _, number, inner = slot.split(".")
        member = h.members[int(number)] if int(number) < len(h.members) else Member("其他", "不知道", 0, "", 0)
        pays = str(member.income) if member.income else "没收入"
        return {"relation": member.relation, "name": f"{member.name}，{pays}", "income": pays}[inner]
    return {
        "for_whom": "给我自己办",
        "helper": "村协理员",
        "helper_name": "刘春燕",
        "consent": "同意",
        "consent_sensitive": "同意",
        "consent_check": "同意查",
        "agreed": "她愿意，也同意查收入",
        "proof": "回头补",
        "difficulty": h.trouble,
        "needs": h.wish,
        "hardships": h.hardship,
        "name": h.name,
        "id_number": h.number,
        "id_missing": "不在手边",
        "phone": h.phone,
        "address": h.place,
        "income": f"一个月{h.income}" if h.income else "没收入",
        "review": "对，交吧",
    }[slot]


def messages_until_filed(chat: Chat, household: Household, first: str) -> tuple[int, list[str]]:
    """How many messages it takes to hand in, the first included, and what was asked; `TOO_MANY` when it is not."""
    asked: list[str] = []
    chat.says(first)
    while chat.replied is not None and chat.replied.case_no is None and chat.sent < TOO_MANY:
        state = chat.state
        if state.paused:
            asked.append(f"danger.{state.asking_fact}")
            chat.says({"where": household.place, "who": household.name}.get(state.asking_fact, household.phone))
            continue
        if not state.dialog:
            return TOO_MANY, [*asked, "no form"]
        asked.append(state.asking)
        told = sum(slot.startswith("members.") and slot.endswith(".relation") for slot in state.answers)
        chat.says(answer(household, state.asking, told))
    return chat.sent, asked
