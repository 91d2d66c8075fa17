"""The one-time notice in short words: its materials and limits as lines, for the chat and for a mere question."""

from __future__ import annotations

from dialogs.notice import NoticeApply, NoticeItem, NoticeMaterial, OneTimeNotice
from dialogs.terms import Line, Lines, Param, Terms


def limit_lines(notice: OneTimeNotice) -> tuple[Line, ...]:
    """How long the items take; those that take equally long stand in one line."""
    alike: dict[tuple[str, int], list[str]] = {}
    for item in notice.items:
        alike.setdefault((item.time.unit, item.time.days), []).append(item.code)
    return tuple(
        Line(f"notice.time.{unit}", {"item": Terms("item", tuple(codes)), "days": days})
        for (unit, days), codes in alike.items()
    )


def apply_line(item: NoticeItem) -> Line:
    """Who may apply for an item and where."""
    lines = tuple(_apply(row) for row in item.applies)
    return lines[0] if len(lines) == 1 else Line("notice.applies", {"ways": Lines(lines)})


def _apply(row: NoticeApply) -> Line:
    at = Terms("counter", row.at)
    special = next((who for who in ("nobody", "hospital") if who in row.who), "")
    if special:
        return Line(f"notice.apply.{special}", {"at": at})
    return Line("notice.apply", {"who": Terms("applicant", row.who), "at": at})


#: What she need not bring stands in one line each: what offices fetch, and what her own words are enough for.
_TOGETHER = {"we_fetch": ("already_held", "we_fetch"), "say_it": ("say_it",)}


def material_lines(notice: OneTimeNotice) -> tuple[Line, ...]:
    """The materials numbered from 1, those that need nothing of her first."""
    lines: list[Line] = []
    for supply, several in _TOGETHER.items():
        codes = tuple(one.code for one in notice.materials if one.supply in several and not one.optional)
        if codes:
            lines.append(Line(f"notice.material.{supply}", {"no": len(lines) + 1, "what": Terms("material", codes)}))
    together = {supply for several in _TOGETHER.values() for supply in several}
    for group in _alternatives([one for one in notice.materials if one.supply not in together and not one.optional]):
        one = group[0]
        params: dict[str, Param] = {
            "no": len(lines) + 1,
            "what": Terms("material", tuple(other.code for other in group)),
            "people": one.signatures,
        }
        many = ".one_of" if len(group) > 1 else ".each" if one.signatures > 1 else ""
        lines.append(Line(f"notice.material.{one.supply}{many}", params))
    return tuple(lines)


def _alternatives(materials: list[NoticeMaterial]) -> list[list[NoticeMaterial]]:
    groups: dict[str, list[NoticeMaterial]] = {}
    for one in materials:
        groups.setdefault(one.one_of or one.code, []).append(one)
    return list(groups.values())
