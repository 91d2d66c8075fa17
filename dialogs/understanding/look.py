"""One look over a message: what each set of rules finds in it, before anything is decided."""

from typing import NamedTuple

from dialogs.understanding.clean import clean, level
from dialogs.understanding.commands import Command, read_commands
from dialogs.understanding.digits import Run, find_case_no, find_id_numbers, find_phones
from dialogs.understanding.emergency import Emergency, find_emergencies
from dialogs.understanding.exchange import HARDSHIPS, NEEDS
from dialogs.understanding.hardships import Hardship, find_hardships, has_difficulty
from dialogs.understanding.intents import cues, for_somebody_else, whom
from dialogs.understanding.marks import masked
from dialogs.understanding.needs import Need, find_needs
from dialogs.understanding.people import Named, find_names
from dialogs.understanding.places import address_spans
from dialogs.understanding.scene import Scene, past, recent, routine, scene, settled
from dialogs.understanding.yes_no import YesNo, read_yes_no

LONGEST = 2000
"""Characters looked at; the rest of a longer message is kept but not read (B008)."""


class Seen(NamedTuple):
    """What the rules found in a message before anything is decided.

    `said` is levelled, `kept` what was written, `bare` levelled with numbers, names and places put as one letter each;
    `whom` are the signs of whom help is asked for.
    """

    kept: str
    said: str
    view: Scene
    commands: tuple[Command, ...]
    yes_no: YesNo
    ids: list[Run]
    phones: list[Run]
    case_no: Run | None
    places: list[tuple[int, int]]
    names: list[Named]
    emergencies: tuple[Emergency, ...]
    hardships: tuple[Hardship, ...]
    needs: tuple[Need, ...]
    other: bool
    bare: str
    whom: tuple[str, ...]


def look(kept: str, said: str) -> Seen:
    """Every rule's findings in a message; never raises."""
    view = scene(said)
    ids = find_id_numbers(said)
    places = address_spans(said)
    phones = find_phones(said, ids)
    case_no = find_case_no(said, [*ids, *phones])
    names = find_names(said, places) if len(said) > 1 else []
    bare = _bare(said, ids, phones, case_no, places, names)
    return Seen(
        kept=kept,
        said=said,
        view=view,
        commands=read_commands(kept),
        yes_no=read_yes_no(kept),
        ids=ids,
        phones=phones,
        case_no=case_no,
        places=places,
        names=names,
        emergencies=find_emergencies(said, view),
        hardships=find_hardships(said, view),
        needs=find_needs(said, view),
        other=for_somebody_else(said),
        bare=bare,
        whom=whom(bare),
    )


def weighed(text: str) -> tuple[str, list[str]]:
    """The masked text and the signs of a message, as the judge learns and weighs them."""
    kept = clean(text)
    seen = look(kept, level(kept[:LONGEST]))
    return seen.bare, signs_of(seen)


def _bare(
    said: str, ids: list[Run], phones: list[Run], case_no: Run | None, places: list[tuple[int, int]], names: list[Named]
) -> str:
    spans = [("I", run.start, run.end) for run in ids] + [("T", run.start, run.end) for run in phones]
    spans += [("C", case_no.start, case_no.end)] if case_no else []
    spans += [("P", start, end) for start, end in places]
    spans += [("N", one.start, one.end) for one in names if one.role != "called"]
    return masked(said, spans)


def signs_of(seen: Seen) -> list[str]:
    """What the rules found, as signs to weigh."""
    said = seen.said
    signs = [f"=hardship:{HARDSHIPS[one.code]}" for one in seen.hardships]
    signs += [f"=need:{NEEDS[one.code]}" for one in seen.needs if one.code in NEEDS]
    signs += [f"=emergency:{one.code}:{'sure' if one.sure else 'ask'}" for one in seen.emergencies]
    if seen.emergencies:
        signs.append("=emergency:sure" if any(one.sure for one in seen.emergencies) else "=emergency:ask")
    signs += [f"=command:{one.code}" for one in seen.commands[:1]]
    if seen.yes_no.value:
        signs.append(f"=yes_no:{seen.yes_no.value}")
    tests = {"now": recent, "routine": routine, "settled": settled, "past": past, "trouble": has_difficulty}
    signs += [f"=tells:{name}" for name, holds in tests.items() if holds(said)]
    signs += [f"=for:{name}" for name in seen.whom]
    signs += [f"=cue:{name}" for name in cues(seen.bare)]
    return list(dict.fromkeys(signs))
