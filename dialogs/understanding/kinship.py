"""Words for kin, seen from the applicant: code, gender, and the way back (domain 10.4)."""

import re
from functools import cache
from typing import Any, Literal

import msgspec

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

Sex = Literal["male", "female"]

_MALE = frozenset(
    {"son", "son_in_law", "grandson", "grandson_maternal", "father", "father_in_law", "grandfather"}
    | {"grandfather_maternal", "brother", "nephew", "uncle"}
)
_FEMALE = frozenset(
    {"daughter", "daughter_in_law", "granddaughter", "granddaughter_maternal", "mother", "mother_in_law"}
    | {"grandmother", "grandmother_maternal", "sister", "niece", "aunt"}
)


class Kin(msgspec.Struct, frozen=True):
    """A relation said in a word.

    `code` is domain 10.4's, with `child`, `grandchild` and `sibling_in_law` where a word leaves more open
    than the table does. `kind` is finer: it tells the mother's side from the father's. `sex` is None when the word
    leaves it open; `unsure` asks to read it back.
    """

    code: str
    word: str
    sex: Sex | None = None
    unsure: bool = False
    kind: str = ""


@cache
def _lexicon() -> dict[str, Any]:
    return dict(load("kinship"))


@cache
def by_word() -> dict[str, str]:
    """Every word for kin (folded) and its kind; the first kind that names a word keeps it."""
    table: dict[str, str] = {}
    for code, entry in _lexicon().items():
        for word in entry["words"]:
            table.setdefault(fold(word), code)
    return table


def word_pattern() -> str:
    """An alternation of all words for kin, for use inside larger patterns (over `level` text)."""
    return alternation(by_word())


_LEAD = re.compile(r"^\W+|\W+$")


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(load("members")["owner_prefix"])


def read_relation(text: str, *, elder: bool = False, child_mentioned: bool = False) -> Kin | None:
    """The relation a word names, or None for a word nobody knows (then: other, with the text; B079).

    `elder`: the applicant is 60 or older. The word for a young wife then means a daughter-in-law, as it does
    when a son was just spoken of (`child_mentioned`); both come back `unsure`.
    """
    said = _LEAD.sub("", fold(text[:60]))
    table = by_word()
    word = said if said in table else _prefix().sub("", said)
    if word not in table:
        return None
    kind = table[word]
    entry = _lexicon()[kind]
    if kind == "spouse" and word in load("members")["ambiguous_wife"]:
        if elder or child_mentioned:
            return Kin("daughter_in_law", word, "female", unsure=True, kind="daughter_in_law")
        return Kin(kind, word, "female", unsure=True, kind=kind)
    return Kin(entry.get("code", kind), word, sex_of(kind, word, entry), kind=kind)


@cache
def _lead(name: str) -> re.Pattern[str]:
    return re.compile(f"^(?:{alternation(load('members')[name])})(?=.)")


def read_role(text: str) -> tuple[Kin, bool] | None:
    """Kin by which a speaker says how she stands to another, and whether it is the other who is called so.

    "I am his father" gives (father, False), "she is my mother" and "my mother" (mother, True).
    """
    said = _LEAD.sub("", fold(text[:60]))
    for name in ("mine_lead", "role_lead"):
        bare = _lead(name).sub("", said)
        if bare != said and (kin := read_relation(bare)) is not None:
            return kin, name == "mine_lead"
    kin = read_relation(said)
    return None if kin is None or kin.code == "self" else (kin, False)


def sex_of(code: str, word: str = "", entry: dict[str, Any] | None = None) -> Sex | None:
    """The gender a relation (and the word used for it) implies; None when open (B050)."""
    if code in _MALE:
        return "male"
    if code in _FEMALE:
        return "female"
    entry = entry if entry is not None else _lexicon().get(code, {})
    if word in entry.get("male", ()):
        return "male"
    return "female" if word in entry.get("female", ()) else None


def inverse(code: str, sex: Sex | None) -> str:
    """What the applicant is to that person: the inverse of `son` is `mother` for a woman.

    `sex` is the applicant's. Unknown sex gives the man's word for kin of one blood (the caller confirms).
    An unknown code is its own inverse.
    """
    entry = _lexicon().get(code)
    if entry is None:
        return code
    man, woman = entry["inverse"]
    return str(woman if sex == "female" else man)
