"""The patterns that list a household in words: who is named, and what may be said of each (`members.toml`)."""

import re
from functools import cache

from dialogs.understanding.lexicon import HAN, alternation, load
from dialogs.understanding.names import surname_pattern


@cache
def anchor_pattern() -> re.Pattern[str]:
    """One word for kin with what is counted and whose it is, or a word that only looks like one (`skip`)."""
    data = load("members")
    words = [word for _, names in data["kin"] for word in names]
    counts = alternation(data["many"])
    classifiers = alternation(word for word in data["classifier"] if word)
    surname = surname_pattern()
    number = "".join(load("numerals")["digits"].values()) + load("numerals")["units"]["10"]
    ranked = alternation(word for word in words if word[0] in data["few"])  # "second brother" is not two brothers
    return re.compile(
        f"(?P<skip>{alternation(data['not_kin'])})"
        f"|(?:(?<![{HAN}])|(?<=[{number}]))(?P<label>{alternation(data['label'])})(?=[:\uff1a]|[{number}0-9]{{1,3}}(?:\\b|[^{number}0-9])"
        f"|(?<=[(\uff08].)[\uff0c,\u3001)\uff09]|\\s?{surname}[{HAN}]{{1,2}}(?:[^{HAN}]|$))"
        f"|(?P<short_count>{alternation(data['short_counts'])})(?P<short>{data['counted_short']})"
        f"|(?P<own>{alternation(data['owner'])})?"
        f"(?:(?!{ranked})(?:(?P<count>{counts})(?:{classifiers})|(?P<pair_count>{alternation(data['few'])})))?"
        f"(?!{alternation(data['not_kin'])})(?:(?P<pair>{alternation(data['pairs'])})|(?P<kin>{alternation(words)}))"
    )


@cache
def kind_of() -> dict[str, str]:
    """Every word for kin and its kind."""
    return {word: kind for kind, names in load("members")["kin"] for word in names}


@cache
def patterns_of() -> dict[str, re.Pattern[str]]:
    """What is said of somebody named, by name."""
    data = load("members")
    digits = load("numerals")["digits"]
    ones = "".join(said for digit, said in digits.items() if digit != "0")
    ten = load("numerals")["units"]["10"][0]
    also = alternation(load("ages")["and"])
    formal = f"[{data['formal'][:-1]}]?{data['formal'][-1]}[{data['formal'][:-1]}]?"
    signs = f"[{data['twenty']}][{ones}]?|{formal}"
    number = f"(?:{signs}|[{ones}]?{ten}(?:{also})?[{ones}]|[{ones}]?{ten}|[0-9]{{1,3}}|[{ones}])"
    ages = load("ages")
    vague = alternation([*ages["many"], *ages["over_small"], *load("grammar")["age_not"]])
    years = alternation(ages["years"])
    before = alternation(load("grammar")["age_before"])
    not_before = f"{alternation(ages['near'])}|{ages['older_by']}"
    of = load("people")["of"]
    own = [data["speaker"][0], *data["third"]]  # whose number follows is not the one spoken of before
    bare = f"(?:{signs}|[{ones}]{ten}(?:{also})?[{ones}]|[{ones}]{ten}|[0-9]{{1,3}}|{ten}[{ones}])"
    return {
        "age": re.compile(
            f"(?<![{ones}{ten}0-9.])(?<!{load('grammar')['ordinal_mark']})"
            f"(?:(?P<n>{number})\\s?(?:{years})(?!{ages['half']})|(?P<m>{bare})[{ages['already']}](?![{HAN}]))"
        ),
        "bare_age": re.compile(
            f"[\\s，,、(（]?(?:{before})?(?<![{ages['not_after']}])(?P<n>{bare})(?![0-9{ones}{ten}.xX%]|{vague})"
        ),
        "of_kin": re.compile(f"{of}?(?:{alternation(word for _, names in data['kin'] for word in names)})"),
        "age_of": re.compile(
            f"(?P<n>{number})(?:(?:{years}){of}?|(?<=[^0-9]{ten}){of}|(?<=[0-9]{{2}}){of})(?:{alternation(data['owner'])})?$"
        ),
        "each": re.compile(
            f"(?:{alternation([*data['numbered'], *data['one_each']])})(?:{before})?(?P<n>{number})(?![0-9])"
            f"|(?P<m>{number})(?:{years})(?!{ages['half']})"
        ),
        "near": re.compile(f"(?:{not_before}|{alternation(ages['nominal'])})$"),
        "no_age_behind": re.compile(f"(?:{alternation(data['no_age_behind'])})$"),
        "gone_at_end": re.compile(data["gone_at_end"]),
        "gone": re.compile(f"{alternation(data['gone'])}|{data['gone_alone']}"),
        "back": re.compile(f"{alternation(data['back'])}|{data['back_if_not']}"),
        "they_are": re.compile(f"(?:{alternation(data['third'])})(?:{alternation(load('people')['called'])})$"),
        "i_am_of": re.compile(f"{data['i_am_of']}(?P<kin>{alternation(w for _, names in data['kin'] for w in names)})"),
        "dead": re.compile(alternation(data["dead"])),
        "together": re.compile(data["together"]),
        "third": re.compile(alternation(data["third"])),
        "before_kin": re.compile(f"(?P<c>{alternation(data['before_kin'])}){of}$"),
        "joined": re.compile(data["joined"]),
        "all_of_them": re.compile(data["all_of_them"]),
        "all_without": re.compile(f"(?:^|[，,、；;\\s])(?:{data['all_of_them']}){data['without'][0]}"),
        "someone": re.compile(f"{alternation(own)}|{alternation(load('people')['label'])}"),
        "mine": re.compile(alternation(data["speaker"])),
        "i_am": re.compile(f"(?:{alternation(data['i_am'])})$"),
        "minds": re.compile(f"(?:{alternation(data['minds'])})$"),
        "not_money": re.compile(alternation(data["not_money"])),
        "left": re.compile(f"(?<![{data['not_left']}])(?:{alternation(data['left'])})"),
        "stop": re.compile(
            f"[。;；！!\\n]|[，,、\\s](?:{alternation(data['stop'])}|(?:{alternation(own)})(?=[0-9{ones}{ten}])(?!.{data['period']})"
            f"|{data['of_speaker']}|{data['of_all']})"
        ),
        "own_stop": re.compile(
            f"[。;；！!\\n]|[，,、\\s](?:{alternation(data['stop'])}|(?:{data['speaker'][0]})(?=[0-9{ones}{ten}])"
            f"(?!.{data['period']})|{data['of_speaker']}|{data['of_all']})"
        ),
        "cost": re.compile(alternation(data["cost"])),
        "income": re.compile(alternation(data["income_cue"])),
        "condition": re.compile(alternation(data["condition_cue"])),
        "somewhere": re.compile(data["somewhere"]),
        "without": re.compile(f"(?:{alternation(data['without'])})$"),
        "clause": re.compile("[^，。,;；！!？?、\\n]+"),
        "household": re.compile(data["household"]),
        "alone": re.compile(alternation(data["alone"])),
        "couple": re.compile(alternation(data["couple"])),
        "gives": re.compile(alternation(data["gives"])),
    }
