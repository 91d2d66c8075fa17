"""What a staff group may read (domain 12.5): the last look at a text before it is posted."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import col, select

from backend.cases.tables import Case, HouseholdMember, Person
from backend.env import Env
from backend.log import get_log
from backend.privacy.mask import assert_group_safe, group_banned
from backend.writer import Tx
from dialogs.terms import Line, Lines, Param, Term, Terms

NEUTRAL = "msg.staff_look"  # 特殊情况，请点开处理

log = get_log(__name__)


def safe_for_group(
    tx: Tx, env: Env, message: str, params: dict[str, Param], case_id: str | None
) -> tuple[str, dict[str, Param]]:
    """The message as it is, or the neutral alert in its place, when it holds more than a group may read.

    Looked for are numbers, house numbers and banned words in whatever text is in `params`, and the names of the
    household when the message is about a case. The log says what kind of thing was found, never the thing.
    """
    text = " ".join(_texts(env, params))
    found = {one.partition(":")[0] for one in assert_group_safe(text, group_banned())}
    if case_id is not None and _free(params):
        named = assert_group_safe(text, _names(tx, env, case_id))
        found |= {"name" for one in named if one.startswith("word:")}
    if not found:
        return message, params
    log.error(
        "A text was too open for a staff group; the neutral alert is posted instead",
        action="outbox.group_text_held", message_key=message, found=sorted(found), case=case_id,
    )  # fmt: skip
    case = tx.session.get(Case, case_id) if case_id is not None else None
    path = params.get("path")
    return NEUTRAL, {
        "short": case.short_no if case is not None else Term("reference", "talk"),
        "path": path if isinstance(path, str) and not assert_group_safe(path, ()) else "/desk",
    }


def _free(params: dict[str, Param]) -> bool:
    """Whether there is text that somebody may have written: the number and the link are ours."""
    return any(not isinstance(value, (int, Term)) and name not in ("short", "path") for name, value in params.items())


def _texts(env: Env, params: dict[str, Param]) -> Iterator[str]:
    for value in params.values():
        match value:
            case str():
                yield value
            case Term("item", code):
                yield from _item(env, code)
            case Terms("item", codes):
                for code in codes:
                    yield from _item(env, code)
            case Line(_, inner):
                yield from _texts(env, inner)
            case Lines(lines, _):
                for line in lines:
                    yield from _texts(env, line.params)


def _item(env: Env, code: str) -> Iterator[str]:
    item = env.catalogue.items.get(code)
    if item is not None:
        yield item.plain_name


def _names(tx: Tx, env: Env, case_id: str) -> list[str]:
    """The names of everyone in the household, of two characters and more."""
    people = tx.session.exec(
        select(Person)
        .join(HouseholdMember, col(HouseholdMember.person_id) == col(Person.id))
        .join(Case, col(Case.household_id) == col(HouseholdMember.household_id))
        .where(Case.id == case_id)
    ).all()
    told = [person.get(env.sealer, column) or "" for person in people for column in ("name", "called")]
    return [name for name in told if len(name) > 1]
