"""Station *mail*: what peers sent, opened, checked and taken; or set aside where it lies, with the reason."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl

from assets.context import RunContext, StationReport
from assets.mail import Mail, MailProblem, open_mail, read_sealed
from sources.naming import parse_entry, published_file_name


def _order(path: Path) -> tuple[str, int]:
    entry = parse_entry(path.name)
    return ((entry.sender or "") if entry else "", (entry.number or 0) if entry else 0)


def _settle(ctx: RunContext, name: str, digest: str, outcome: str, reason: str | None) -> None:
    """One row of ``delivery`` for a mail, saying what it is now; unchanged rows stay as they are."""
    shown = published_file_name(name)
    old = ctx.con.execute(
        "SELECT delivery_id, outcome, reason FROM delivery WHERE file_name = ? AND sha256 = ?",
        [shown, digest],
    ).fetchone()
    if old and (old[1], old[2]) == (outcome, reason):
        return
    ctx.changed = True
    ctx.con.execute("DELETE FROM delivery WHERE file_name = ? AND sha256 = ?", [shown, digest])
    ctx.con.execute(
        """INSERT INTO delivery (delivery_id, file_name, sha256, outcome, reason, loaded_at, run_id)
           SELECT coalesce(max(delivery_id), 0) + 1, ?, ?, ?, ?, ?, ? FROM delivery""",
        [shown, digest, outcome, reason, ctx.started_at, ctx.run_id],
    )


def _take(ctx: RunContext, mail: Mail) -> None:
    """What a mail says replaces what the last one of its kind said: each holds the whole of it."""
    ctx.con.execute(
        "INSERT INTO mail_in VALUES (?, ?, ?, ?, ?, 'taken', NULL, ?)",
        [mail.name, mail.sender, mail.sequence, mail.day, mail.kind, ctx.run_id],
    )
    if mail.kind == "counts":
        _take_counts(ctx, mail)
        return
    ctx.con.register("mail_rows", mail.rows.with_columns(pl.lit(mail.name).alias("mail_name")).to_arrow())
    table = {"receipts": "request_taken_up", "request_states": "request_state"}[mail.kind]
    ctx.con.execute(f"DELETE FROM {table}")
    ctx.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM mail_rows")
    ctx.con.unregister("mail_rows")
    if mail.kind == "receipts":
        ctx.answer_to.add(mail.sender)


def _take_counts(ctx: RunContext, mail: Mail) -> None:
    """Keep protected counts as they came; areas they are about go into the area tree."""
    assert not isinstance(mail.payload, pl.DataFrame)
    for table, rows in mail.payload.items():
        if table == "area":
            ctx.con.executemany(
                """INSERT INTO area SELECT $area_code, $area_name, $level, $parent_code
                   WHERE NOT EXISTS (FROM area WHERE area_code = $area_code)""",
                [dict(row) for row in rows],
            )
            continue
        ctx.con.execute(
            "INSERT INTO count_cell VALUES (?, ?, ?, ?)",
            [table, mail.sender, json.dumps(list(rows), ensure_ascii=False), mail.name],
        )


def _open(ctx: RunContext, path: Path, content: bytes) -> Mail:
    rows = ctx.con.execute("SELECT peer, max(sequence) FROM mail_in GROUP BY peer").fetchall()
    return open_mail(content, path.name, ctx.keys, ctx.home.settings.peers, last_sequence=dict(rows))


def _one(ctx: RunContext, path: Path) -> bool:
    """Take one mail; False if it was settled before, waits, or is set aside."""
    digest = ""
    try:
        content = read_sealed(path)
        digest = hashlib.sha256(content).hexdigest()
        if _taken_before(ctx, path.name, digest):
            ctx.read_mail.append(path)
            return False
        entry = parse_entry(path.name)
        if entry is not None and entry.day is not None and entry.day > ctx.as_of:
            _settle(ctx, path.name, digest, "waiting", "later_than_as_of")
            return False
        mail = _open(ctx, path, content)
    except MailProblem as problem:
        _settle(ctx, path.name, digest, "set_aside", f"mail_{problem.code}")
        return False
    _take(ctx, mail)
    _settle(ctx, path.name, digest, "loaded", None)
    ctx.read_mail.append(path)
    return True


def _taken_before(ctx: RunContext, name: str, digest: str) -> bool:
    """The very mail that was taken, still lying there because a run was killed after its commit."""
    row = ctx.con.execute(
        "SELECT 1 FROM delivery WHERE file_name = ? AND sha256 = ? AND outcome = 'loaded'", [name, digest]
    ).fetchone()
    return row is not None


def station(ctx: RunContext) -> StationReport:
    """Open every mail of the inbox, in the order of its numbers."""
    taken = sum(_one(ctx, path) for path in sorted(ctx.mail_files, key=_order))
    return StationReport({"taken": taken, "seen": len(ctx.mail_files)})
