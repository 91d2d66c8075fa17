"""What the database and the platform's book say against what was promised."""

from __future__ import annotations

import collections
import datetime as dt
from pathlib import Path

import msgspec
from sqlmodel import Session, col, func, select

from backend.cases.tables import Case
from backend.conversations.media import read_file, sweep_files
from backend.conversations.tables import Attachment, Conversation
from backend.inbox.tables import Contact, Inbound
from backend.outbox.tables import Outgoing
from backend.privacy.seal import Sealer
from backend.runtime import Runtime
from backend.transfers.tables import Transfer
from backend.verify import verify_all
from tests.chaos.child import CHANNELS, Life


class Promised(msgspec.Struct, frozen=True):
    """What the platform was told.

    Attributes:
        inbound: "person message" to the id it was acknowledged with.
        cases: numbers given, by person; expected_cases: how many the dialog alone leads to.
        sent_on: transfers sent, by case; granted: how many were granted.
    """

    inbound: dict[str, str]
    cases: dict[str, list[str]]
    expected_cases: dict[str, int]
    sent_on: dict[str, int]
    granted: int
    kills: int


def judge(life: Life, promised: Promised) -> bytes:
    """Everything that is not as promised, one sentence each, as JSON."""
    runtime = Runtime(life.settings(), life.clock())
    env = runtime.env
    with runtime.database.read() as db:
        found = [
            *_messages(db, env.sealer, promised),
            *_cases(db, promised),
            *_book(db, promised, Path(life.folder) / "book"),
        ]
        found += _files(db, runtime)
    found += [f"{broken}" for broken in verify_all(runtime.database, env)]
    runtime.database.close()
    return msgspec.json.encode(found)


def _files(db: Session, runtime: Runtime) -> list[str]:
    """F04: no row without its file, and after a sweep no file without its row."""
    found = []
    rows = set(db.exec(select(Attachment.id)))
    for row_id in rows:
        try:
            read_file(runtime.env, row_id)
        except Exception as error:
            found.append(f"the file of {row_id} cannot be read: {error!r}")
    # Files bear the machine's time, the town has its own: everything counts as old.
    sweep_files(runtime.env, runtime.database, older=dt.timedelta(days=-36500))
    files = {path.name for path in runtime.env.settings.media_dir.glob("*/*")}
    if files != rows:
        found.append(f"after the sweep {len(files - rows)} files are without a row")
    return found


def _messages(db: Session, sealer: Sealer, promised: Promised) -> list[str]:
    """I1, I2: all that was acknowledged is there once, handled, and nothing else."""
    found = []
    kept = {row.id: row for row in db.exec(select(Inbound))}
    names = {sealer.lookup("address", key.split()[0]): key.split()[0] for key in promised.inbound}
    for key, inbound_id in promised.inbound.items():
        name, message_id = key.split()
        row = kept.pop(inbound_id, None)
        if row is None:
            found.append(f"{key} was acknowledged and is lost")
        elif (names.get(row.account), row.message_id, row.status) != (name, message_id, "handled"):
            found.append(f"{key} is kept as {row.message_id} of {names.get(row.account)}, {row.status}")
    found += [f"{row.message_id} is kept, and nobody was told so" for row in kept.values()]
    counted = dict(
        db.exec(
            select(Contact.address_hash, Conversation.messages).join(
                Conversation, col(Conversation.contact_id) == col(Contact.id)
            )
        ).all()
    )
    said = collections.Counter(sealer.lookup("address", key.split()[0]) for key in promised.inbound)
    if counted != dict(said):
        found.append(f"the conversations count {sorted(counted.values())} messages, {sorted(said.values())} were said")
    return found


def _cases(db: Session, promised: Promised) -> list[str]:
    """I3: as many cases as drafts were handed in, each told of once; each act done once."""
    found = []
    numbers = sorted(db.exec(select(Case.register_no)))
    told = sorted(number for given in promised.cases.values() for number in given)
    if numbers != told:
        found.append(f"the cases are {numbers}, people were told {told}")
    for name, count in promised.expected_cases.items():
        if len(promised.cases.get(name, ())) != count:
            found.append(f"{name} handed in {count} times and was told {promised.cases.get(name)}")
    parts = dict(
        db.exec(
            select(Case.register_no, func.count())
            .join(Transfer, col(Transfer.case_id) == col(Case.id))
            .group_by(col(Case.register_no))
        ).all()
    )
    if parts != promised.sent_on:
        found.append(f"the transfers are {parts}, sent were {promised.sent_on}")
    granted = db.exec(select(func.count()).where(col(Transfer.status) == "granted")).one()
    if granted != promised.granted:
        found.append(f"{granted} transfers are granted, {promised.granted} acts were acknowledged")
    return found


def _book(db: Session, promised: Promised, path: Path) -> list[str]:
    """I5, G4: everything was sent; doubles only where they are marked, and no more than kills can explain."""
    found = []
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    taken = collections.Counter(line.split()[0] for line in lines)
    rows = list(db.exec(select(Outgoing)))
    for row in rows:
        if row.channel not in CHANNELS:
            found.append(f"{row.message} is for {row.channel}, which nobody serves")
        elif row.status != "sent" or not taken[row.id]:
            found.append(f"{row.message} is {row.status}, and the book has it {taken[row.id]} times")
        elif taken[row.id] > 1 and not row.maybe_duplicate:
            found.append(f"{row.message} was sent {taken[row.id]} times and is not marked")
        if taken[row.id] > 1 + promised.kills:
            found.append(f"{row.message} was sent {taken[row.id]} times with {promised.kills} kills")
    if set(taken) - {row.id for row in rows}:
        found.append("the book has messages of which there is no row")
    return found
