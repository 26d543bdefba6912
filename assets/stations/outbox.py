"""Station *outbox*: mail for peers, written beside the outbox and shown in it once the run is committed.

Only three things ever leave: (request number, taken up on) to housing, (request number, kind, state) to
residence and for its own numbers only, protected counts to statistics.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from assets.context import RunContext, StationReport
from assets.mail import kind_between, mail_name, seal
from assets.mail_payloads import Payload
from assets.stations.decisions import keep_setting, setting
from assets.store.home import write_private

RECEIPTS = """
SELECT record_id AS request_id, received_on AS taken_up_on FROM cur_request_receipts
WHERE withdrawn_on IS NULL AND received_on <= $as_of ORDER BY record_id
"""
STATES = """
SELECT t.request_id, v.kind, v.mail_state AS state FROM request_taken_up t
JOIN record r ON r.feed = 'requests' AND r.record_id = t.request_id JOIN rv_requests v ON v.rid = r.rid
WHERE v.kind IS NOT NULL AND v.mail_state IS NOT NULL ORDER BY t.request_id
"""
AREAS = "SELECT area_code, area_name, level, parent_code FROM area WHERE level IN ('县', '乡镇') ORDER BY area_code"
LAST_TENANCIES = """
WITH last AS (
  SELECT record_id FROM cur_tenancies WHERE withdrawn_on IS NULL AND starts_on <= $as_of
  ORDER BY starts_on DESC, record_id DESC LIMIT $window)
SELECT count(*), count(*) FILTER (WHERE record_id IN (
  SELECT tenancy_id FROM cur_requests WHERE withdrawn_on IS NULL)) FROM last
"""


def _braked(ctx: RunContext) -> bool:
    """Whether nearly every new tenancy carries a request, as if the office filled them in (contract, section 3).

    Mail stops until the data protection officer approves; the approval ends when the share falls again.
    """
    brake = ctx.profile.request_share_brake
    row = ctx.con.execute(LAST_TENANCIES, {"as_of": ctx.as_of, "window": brake.window}).fetchone()
    begun, asked = (int(row[0]), int(row[1])) if row else (0, 0)
    if begun < brake.minimum or asked <= brake.share * begun:
        keep_setting(ctx, "requests_accepted_on", "")
        return False
    if setting(ctx, "requests_accepted_on"):
        return False
    ctx.notes.append(
        "近期几乎每份租约都带有代办请求，疑为工作人员代填，发函已停。"
        " Nearly every new tenancy carries a request; mail has stopped: `registry accept requests --approval FILE`."
    )
    return True


def _payload(ctx: RunContext, peer: str, kind: str) -> Payload | None:
    """What is to be said to a peer, or None if there is nothing to say or it may not be said."""
    if kind == "receipts":
        return ctx.con.sql(RECEIPTS, params={"as_of": ctx.as_of}).pl()
    if kind == "request_states":
        wrote = ctx.con.execute("SELECT 1 FROM mail_in WHERE peer = ? LIMIT 1", [peer]).fetchone()
        return None if wrote is None or _braked(ctx) else ctx.con.sql(STATES).pl()
    if ctx.counts is None or not len(ctx.counts):
        return None
    areas: Sequence[Mapping[str, object]] = ctx.con.sql(AREAS).pl().to_dicts()
    return {**ctx.counts.payload(), "area": areas}


def _digest(payload: Payload) -> str:
    text = payload.write_csv() if isinstance(payload, pl.DataFrame) else repr(sorted(payload.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _said(ctx: RunContext, peer: str, digest: str) -> bool:
    """Whether the last mail to a peer said the same, and on this as-of day."""
    last = ctx.con.execute(
        "SELECT mail_day, digest FROM mail_out WHERE peer = ? ORDER BY sequence DESC LIMIT 1", [peer]
    ).fetchone()
    return last is not None and (last[0], last[1]) == (ctx.as_of, digest)


def _write(ctx: RunContext, peer: str, kind: str) -> bool:
    payload = _payload(ctx, peer, kind)
    if payload is None:
        return False
    digest = _digest(payload)
    if _said(ctx, peer, digest) and peer not in ctx.answer_to:
        return False
    row = ctx.con.execute(
        "SELECT coalesce(max(sequence), 0) + 1 FROM mail_out WHERE peer = ?", [peer]
    ).fetchone()
    sequence = int(row[0]) if row else 1
    name = mail_name(ctx.office, peer, ctx.as_of, sequence)
    content = seal(ctx.keys, ctx.home.settings.peers[peer], payload, day=ctx.as_of, sequence=sequence)
    write_private(ctx.home.outbox / f".{name}.new", content)
    ctx.con.execute(
        "INSERT INTO mail_out VALUES (?, ?, ?, ?, ?, ?, ?)",
        [name, peer, sequence, ctx.as_of, kind, digest, ctx.run_id],
    )
    ctx.outgoing.append(name)
    return True


def station(ctx: RunContext) -> StationReport:
    """Write the mail that is due to each peer: once for each day, and again if there is something new to say."""
    written = 0
    for peer in sorted(ctx.home.settings.peers):
        kind = kind_between(ctx.office, peer)
        if kind is not None and _write(ctx, peer, kind):
            written += 1
    return StationReport({"mail": written})


def release(ctx: RunContext) -> None:
    """Show this run's mail in the outbox; after the commit only."""
    for name in ctx.outgoing:
        (ctx.home.outbox / f".{name}.new").replace(ctx.home.outbox / name)


def discard(ctx: RunContext) -> None:
    """Drop the mail of a run that was not committed."""
    for name in ctx.outgoing:
        (ctx.home.outbox / f".{name}.new").unlink(missing_ok=True)


def recover(ctx: RunContext) -> None:
    """Finish what a killed run left: mail it had committed is shown, any other is dropped."""
    known = {row[0] for row in ctx.con.execute("SELECT mail_name FROM mail_out").fetchall()}
    for path in ctx.home.outbox.glob(".*.new"):
        name = path.name[1:].removesuffix(".new")
        if name in known:
            path.replace(path.with_name(name))
        else:
            path.unlink()
