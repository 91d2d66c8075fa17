"""Writes mistyped.jsonl: addresses wrong in ways the search was not built from. Run once; the file is held.

    .venv/bin/python -m tests.places.write_mistyped

Keyboards that go by sound offer whole words, so a wrong name is a real word of the same syllables (from pypinyin's
list of phrases); fingers drop, double and swap characters; speakers put a frame around the place, say the town after the
village, or the kind it had before. `accept` holds every village the words can mean: the same name inside the divisions
that were said.
"""

import json
import random
from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from dialogs.places.index import the_index
from dialogs.places.sounds import ear

FILE = Path(__file__).parent / "mistyped.jsonl"
COUNT = 150
FRAMES = (
    "{county}{town}{village}", "{county}{town}{village}村", "{county}县{town}{village}村",
    "我是{county}{town}{village}的", "{county}那边的{town}，村子叫{village}", "{village}，{town}的，归{county}管",
    "俺家住{county}县{town}乡{village}", "{town}镇{village}村，{county}的", "{county}{village}村", "{city}{county}{village}",
    "住{county}{town}{village}村3组", "家在{town}{village}，{county}县",
)  # fmt: skip


def words_by_sound():
    """Two-character words by their syllables, and by how an ear hears them."""
    same, alike = defaultdict(list), defaultdict(list)
    for word in PHRASES_DICT:
        if len(word) == 2:
            syllables = lazy_pinyin(word, style=Style.NORMAL)
            same[tuple(syllables)].append(word)
            alike[tuple(map(ear, syllables))].append(word)
    return same, alike


def as_word(name, dice, same, alike):
    """Two characters of a name as the word a keyboard offers for them; None when it offers none."""
    places = list(range(len(name) - 1))
    dice.shuffle(places)
    for place in places:
        syllables = lazy_pinyin(name[place : place + 2], style=Style.NORMAL)
        offered = same[tuple(syllables)] or alike[tuple(map(ear, syllables))]
        if dice.random() < 0.3:
            offered = alike[tuple(map(ear, syllables))]
        offered = [word for word in offered if word != name[place : place + 2]]
        if offered:
            return name[:place] + dice.choice(offered) + name[place + 2 :]
    return None


def slipped(name, dice):
    """A character doubled, dropped (of four or more) or swapped with the next."""
    place = dice.randrange(len(name) - 1)
    way = dice.choice(("double", "drop", "swap"))
    if way == "drop" and len(name) >= 4:
        return name[:place] + name[place + 1 :]
    if way == "swap" and len(name) >= 3:
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[: place + 1] + name[place:]


def lines():
    index, dice = the_index(), random.Random(41)
    same, alike = words_by_sound()
    while True:
        number = dice.randrange(index.counts[4])
        name, village = index.village(number)
        town = index.town_of(number)
        county = index.parent(3, town)
        city = index.parent(2, county)
        if not name.endswith(("村", "村委会", "村民委员会")) or not 2 <= len(village) <= 6:
            continue
        if not (index.stems(2, county) and index.stems(1, city)):
            continue
        said = {
            "village": village, "town": index.stems(3, town)[0], "county": index.stems(2, county)[0],
            "city": index.stems(1, city)[0],
        }  # fmt: skip
        if said["county"][-1] in "县区市旗" or said["town"][-1] in "镇乡道" or len(said["town"]) > 4:
            continue
        frame = dice.choice(FRAMES)
        wrong = dict(said)
        where = dice.choice([level for level in ("village", "village", "town", "county") if f"{{{level}}}" in frame])
        changed = slipped(said[where], dice) if dice.random() < 0.2 else as_word(said[where], dice, same, alike)
        if changed is None:
            continue
        wrong[where] = changed
        low, high = index.villages_in(3, town) if "{town}" in frame else index.villages_in(2, county)
        accept = [index.division(one) for one in range(low, high) if index.village(one)[1] == village]
        yield frame.format(**wrong), accept


def main():
    with FILE.open("w", encoding="utf-8") as file:
        for count, (text, accept) in zip(range(1, COUNT + 1), lines(), strict=False):
            divisions = [{"code": one.code, "path": list(one.path)} for one in accept]
            line = {"id": f"own-{count:03}", "text": text, "accept": divisions}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
