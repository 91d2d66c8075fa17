"""Write dialogs/understanding/weights.tsv from the labelled messages under tests/understanding/messages.

    .venv/bin/python scripts/train_understanding.py [--check]

One linear judge a head (L2-regularised squared hinge, dual coordinate descent), the same numbers on every run: the
order of the examples is drawn from a fixed seed. `--check` trains on four fifths of the messages and prints what the
fifth says, without writing. Takes half a minute.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dialogs.understanding import judge
from dialogs.understanding.exchange import EMERGENCY_CODES, HARDSHIPS, NEEDS
from dialogs.understanding.judge import FILE, SIGN, weight_of
from dialogs.understanding.look import weighed
from dialogs.understanding.marks import marks
from dialogs.understanding.meaning import INTENTS
from dialogs.understanding.read import understand

FOLDER = Path(__file__).parents[1] / "tests" / "understanding" / "messages"
TODAY = dt.date(2026, 11, 3)
COST = 1.0
ROUNDS = 25
SEEN = 2  # a mark of fewer messages is left out
LIGHT = 12  # thousandths; a weight below is left out
UNLABELLED = "?"
"""In place of a purpose or of a list of codes: nobody labelled it, and its heads do not learn from the message."""
HEAD = re.compile(r"\[([a-z_]+|\?); ([a-z_,-]+|\?); ([a-z_,-]+|\?); ([a-z_!-]+)\]")


class Message(NamedTuple):
    """A labelled message, in the codes of the understanding guidelines."""

    text: str
    intent: str
    hardship: tuple[str, ...]
    needs: tuple[str, ...]
    urgent: bool
    emergency: str | None


class Example(NamedTuple):
    """Places of the marks and of the signs in the list of weights, and what one mark weighs."""

    marks: list[int]
    share: float
    signs: list[int]


def messages() -> Iterator[Message]:
    """All labelled messages, the files in order of name."""
    for path in sorted(FOLDER.glob("*.txt")):
        labels = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if head := HEAD.fullmatch(line):
                labels = head.groups()
            elif line.strip() and not line.startswith("#"):
                if labels is None:
                    raise ValueError(f"{path.name}: a message before any head: {line}")
                intent, hardship, needs, danger = labels
                yield Message(
                    line,
                    intent,
                    _codes(hardship),
                    _codes(needs),
                    danger != "-",
                    danger if danger in EMERGENCY_CODES else None,
                )
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            yield Message(
                told["text"],
                told["intent"],
                tuple(told["hardship"]),
                tuple(told["needs"]),
                told["urgent"],
                told["emergency"],
            )


def _codes(column: str) -> tuple[str, ...]:
    return () if column == "-" else tuple(column.split(","))


def heads() -> list[str]:
    """The names of all heads, in the order of the file."""
    return [
        *(f"intent:{code}" for code in INTENTS),
        *(f"hardship:{code}" for code in HARDSHIPS.values()),
        *(f"need:{code}" for code in dict.fromkeys(NEEDS.values())),
        *(f"danger:{code}" for code in EMERGENCY_CODES),
        "danger",
    ]


def holds(message: Message, head: str) -> bool:
    """Whether a message lies on the yes side of a head."""
    kind, _, code = head.partition(":")
    match kind:
        case "intent":
            return message.intent == code
        case "hardship":
            return code in message.hardship
        case "need":
            return code in message.needs
        case "danger" if code:
            return message.emergency == code
    return message.urgent


def labelled(message: Message, head: str) -> bool:
    """Whether somebody said on which side of a head a message lies."""
    told = {"intent": (message.intent,), "hardship": message.hardship, "need": message.needs}
    return UNLABELLED not in told.get(head.partition(":")[0], ())


def heard(head: str, sign: str) -> bool:
    """Whether a head looks at a sign: what a message is for is weighed by its words and by what orders it."""
    return not head.startswith("intent:") or sign.startswith(("=command", "=yes_no", "=for", "=cue", "=tells"))


def examples(told: list[Message]) -> tuple[list[str], list[Example], list[Message]]:
    """The marks and signs in use, and the examples over them; those the rules knew count without the rules' signs."""
    seen = [(marks(bare), signs) for bare, signs in (weighed(message.text) for message in told)]
    count = Counter(mark for said, _ in seen for mark in said)
    names = sorted(mark for mark, times in count.items() if times >= SEEN)
    names += sorted({sign for _, signs in seen for sign in signs})
    place = {name: i for i, name in enumerate(names)}
    rows, whose = [], []
    for message, (said, signs) in zip(told, seen, strict=True):
        known = [place[mark] for mark in said if mark in place]
        share = weight_of(len(said))
        # each counts twice: once with the rules' signs and once by its words alone, so that neither leans on the other
        for these in ([place[sign] for sign in signs], []):
            rows.append(Example(known, share, these))
            whose.append(message)
    return names, rows, whose


def train(names: list[str], rows: list[Example], wanted: list[bool], head: str) -> tuple[list[float], float]:
    """Weights and bias of one head."""
    allowed = [not name.startswith("=") or len(name) == 2 or heard(head, name) for name in names]
    weights, bias = [0.0] * len(names), 0.0
    kept = [(row.marks, row.share, [s for s in row.signs if allowed[s]]) for row in rows]
    alphas = [0.0] * len(rows)
    sides = [1.0 if yes else -1.0 for yes in wanted]
    squares = [len(m) * share * share + len(s) * SIGN * SIGN + 1.0 for m, share, s in kept]
    order = list(range(len(rows)))
    chance = random.Random(7)  # noqa: S311 - an order, nothing secret
    slack = 1 / (2 * COST)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        largest = 0.0
        for i in order:
            marks, share, signs = kept[i]
            margin = bias + share * sum(map(weights.__getitem__, marks))
            if signs:
                margin += SIGN * sum(map(weights.__getitem__, signs))
            gradient = sides[i] * margin - 1 + slack * alphas[i]
            if alphas[i] == 0.0 and gradient >= 0:
                continue
            new = max(alphas[i] - gradient / (squares[i] + slack), 0.0)
            step = (new - alphas[i]) * sides[i]
            alphas[i] = new
            if step == 0.0:
                continue
            largest = max(largest, abs(step))
            bias += step
            for m in marks:
                weights[m] += step * share
            for s in signs:
                weights[s] += step * SIGN
        if largest < 0.001:
            break
    return weights, bias


def learnt_from() -> str:
    """A fingerprint of the messages, kept in the file: a test says when they changed and nobody trained."""
    digest = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.txt"), *FOLDER.glob("*.jsonl")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def written(told: list[Message]) -> str:
    """The whole file."""
    names, rows, whose = examples(told)
    lines: dict[str, list[str]] = {}
    biases = []
    for place, head in enumerate(heads()):
        known = [
            (row, holds(message, head)) for row, message in zip(rows, whose, strict=True) if labelled(message, head)
        ]
        weights, bias = train(names, [row for row, _ in known], [yes for _, yes in known], head)
        biases.append(f"{head}={round(bias * 1000)}")
        for name, weight in zip(names, weights, strict=True):
            if abs(weight) * 1000 >= LIGHT:
                lines.setdefault(name, []).append(f"{place}:{round(weight * 1000)}")
        print(f"{place + 1}/{len(heads())} {head}", file=sys.stderr)
    text = "## Generated by scripts/train_understanding.py from tests/understanding/messages. Do not edit.\n"
    text += "## A mark of the text (or =sign of the rules), then head:weight in thousandths; the heads come first.\n"
    text += f"## Messages: {learnt_from()}\n"
    text += "heads\t" + " ".join(biases) + "\n"
    return text + "".join(f"{name}\t{' '.join(lines[name])}\n" for name in sorted(lines))


def check(told: list[Message]) -> int:
    """Learn from four fifths and print how the last fifth is judged: purposes right, urgent heard, calm alarmed."""
    with tempfile.TemporaryDirectory() as folder:
        judge.FILE = Path(folder) / "weights.tsv"
        judge.FILE.write_text(written([message for i, message in enumerate(told) if i % 5]), encoding="utf-8")
        rest = told[::5]
        heard = [understand(message.text, today=TODAY) for message in rest]
    told_for = [
        message.intent == meaning.intent.value
        for message, meaning in zip(rest, heard, strict=True)
        if message.intent != UNLABELLED
    ]
    right = sum(told_for)
    urgent = [meaning.urgent for message, meaning in zip(rest, heard, strict=True) if message.urgent]
    calm = [meaning.urgent for message, meaning in zip(rest, heard, strict=True) if not message.urgent]
    print(
        f"{len(rest)} messages: purpose {right / len(told_for):.3f}, "
        f"urgent heard {sum(urgent)}/{len(urgent)}, false alarms {sum(calm)}/{len(calm)}"
    )
    return 0


def main() -> int:
    """Train and write; with `--check` only say how well a fifth that was not learnt from is judged."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    reader.add_argument("--check", action="store_true")
    reader.add_argument("--out", type=Path, default=FILE)
    asked = reader.parse_args()
    told = list(messages())
    if asked.check:
        return check(told)
    asked.out.write_text(written(told), encoding="utf-8")
    print(f"{asked.out}: {len(told)} messages, {asked.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
