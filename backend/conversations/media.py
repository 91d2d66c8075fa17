"""Photos and files: sealed on disk before their row is written, opened only for who may see them."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from sqlalchemy import and_, delete
from sqlmodel import col, select

from backend.conversations.tables import Attachment
from backend.db import Database
from backend.env import Env
from backend.failpoints import failpoint
from backend.ids import new_id
from backend.photos.seeing import PICTURES
from backend.ports import FileIn
from backend.voice.tables import Voice
from backend.writer import Tx
from dialogs.said import File

ORPHAN_AGE = dt.timedelta(hours=1)
PHOTOS = "photos"  # the signal that there is something to read
MOST_WAITING = 100  # photographs; those beyond it are only kept
LARGEST = 10 * 1024 * 1024  # bytes (domain 5.1, photo rule)

_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def media_type(data: bytes) -> str | None:
    """What a file is by its content, among what may be sent; None for everything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return "image/heic"
    if data[:5] == b"%PDF-":
        return "application/pdf"
    return _recording(data)


def _recording(data: bytes) -> str | None:
    """Somebody's own words, as telephones and chats record them (domain 12.3, proof by voice)."""
    if data[:5] == b"#!AMR":
        return "audio/amr"
    if data[:4] == b"OggS":
        return "audio/ogg"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] in (b"\xfb", b"\xf3", b"\xf2")):
        return "audio/mpeg"
    if data[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "audio/aac"
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "audio/webm"  # what a browser records
    if b"#!SILK" in data[:10]:
        return "audio/silk"
    if data[4:8] == b"ftyp":
        sound = data[8:11] == b"M4A" or (
            b"soun" in data and b"vide" not in data
        )  # a telephone's recorder names no kind
        return "audio/mp4" if sound else "video/mp4"
    return None


def keep_file(env: Env, data: bytes, name: str) -> FileIn | str:
    """Seal a file into the media folder, durable before it returns; a problem code when it cannot be taken.

    Blocking (fsync): call it in a thread.
    """
    if not data:
        return "file_empty"
    if len(data) > LARGEST:
        return "file_too_big"
    found = media_type(data)
    if found is None:
        return "file_type"
    attachment_id = new_id("att")
    path = _path(env, attachment_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = env.sealer.seal(data, table="attachment", column="file", row_id=attachment_id)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    os.utime(part, (env.now.timestamp(), env.now.timestamp()))  # `sweep_files` asks the same clock
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    failpoint("media.after_file_write_before_row")
    return FileIn(attachment_id, env.sealer.lookup_bytes("file", data), found, len(data), name[:200])


def keep_rows(tx: Tx, env: Env, contact_id: str, draft: int, files: tuple[FileIn, ...]) -> tuple[File, ...]:
    """Write the rows of files that arrived; one sent before is known by its hash and kept once."""
    kept = []
    room = MOST_WAITING - _waiting(tx) if env.reads_photos and draft else 0
    for file in files:
        known = tx.session.exec(
            select(Attachment).where(
                Attachment.contact_id == contact_id,
                Attachment.draft == draft,
                Attachment.content_hash == file.content_hash,
            )
        ).first()
        if known is not None:
            kept.append(File(known.id, known.media_type, again=True))
            continue
        row = Attachment(
            id=file.id,
            contact_id=contact_id,
            draft=draft,
            content_hash=file.content_hash,
            media_type=file.media_type,
            size=file.size,
            received_at=env.now,
        )
        if room > 0 and file.media_type in PICTURES:
            row.reading = "waiting"
            room -= 1
            tx.signals.add(PHOTOS)
        row.put(env.sealer, "name", file.name)
        tx.session.add(row)
        tx.flush()
        kept.append(File(row.id, row.media_type))
    failpoint("media.after_row_before_commit")
    return tuple(kept)


def drop_files(tx: Tx, contact_id: str, draft: int | None) -> int:
    """Let go of the files that lie on no case, and of the voices among them; the worker sweeps the disk. How many.

    Args:
        draft: of this draft; None for all of hers.
    """
    of_it = and_(col(Attachment.contact_id) == contact_id, col(Attachment.case_id).is_(None))
    if draft is not None:
        of_it = and_(of_it, col(Attachment.draft) == draft)
    tx.flush()
    tx.connection.execute(delete(Voice).where(col(Voice.attachment_id).in_(select(Attachment.id).where(of_it))))
    return tx.connection.execute(delete(Attachment).where(of_it)).rowcount


def _waiting(tx: Tx) -> int:
    """How many photographs wait to be read, up to as many as may."""
    rows = select(Attachment.id).where(col(Attachment.reading).in_(("waiting", "taken"))).limit(MOST_WAITING)
    return len(tx.session.exec(rows).all())


def read_file(env: Env, attachment_id: str) -> bytes:
    """The content of a kept file. Blocking; the caller has checked the right to see it and journalled the look.

    Raises:
        FileNotFoundError: it was swept away.
        SealBroken: it was changed on disk.
    """
    return env.sealer.open(
        _path(env, attachment_id).read_bytes(), table="attachment", column="file", row_id=attachment_id
    )


def sweep_files(env: Env, database: Database, older: dt.timedelta = ORPHAN_AGE, *, dry_run: bool = False) -> int:
    """Remove files that no row speaks of (a draft that was dropped, a crash before the row); how many.

    Only files older than `older` go: a younger one may belong to a message that is being handled.
    """
    folder = env.settings.media_dir
    if not folder.is_dir():
        return 0
    limit = (env.now - older).timestamp()
    old = [path for path in folder.glob("*/*") if path.is_file() and path.stat().st_mtime < limit]
    removed = 0
    for start in range(0, len(old), 500):
        batch = {path.name: path for path in old[start : start + 500]}
        with database.read() as db:
            known = set(db.exec(select(Attachment.id).where(col(Attachment.id).in_(batch))))
        for name, path in batch.items():
            if name not in known:
                if not dry_run:
                    path.unlink(missing_ok=True)
                removed += 1
    return removed


def _path(env: Env, attachment_id: str) -> Path:
    # The id's last two characters spread the files; ids are ours, so no name a person gave ever reaches a path.
    return env.settings.media_dir / attachment_id[-2:] / attachment_id
