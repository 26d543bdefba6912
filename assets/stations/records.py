"""Station *records*: files become raw and screened records, with every row accounted for.

One file at a time, in the order of their days. A row is accepted (new content, now current),
unchanged (same content, 更新时间 apart), superseded (an earlier version), rejected or sealed; the five
add up to the file's data rows, and a blocking check says so.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import polars as pl

from assets.context import RunContext, StationReport
from assets.stations.deliveries import Pending, record_outcome, settle_problem
from assets.stations.renaming import remember_shown, rename_in_cases
from assets.stations.sealing import drop_sealed, purge
from assets.store import held
from assets.store.forgetting import ENROLMENT, end_memory
from assets.store.forms import IDENTITY_OR_PHONE
from assets.store.personal import bare, hashed_among, held_hashes
from quality.batches import in_batches
from quality.schema import raw_columns, typed_columns
from quality.screening import Screened, screen
from sources.contract import FeedContract, contracts
from sources.offices import feeds_of
from sources.problems import FileProblem
from sources.readers import RawTable, read_delivery
from sources.refused import load_refusals

NEVER_WITHDRAWN = ("verifications",)
"""Feeds whose full file is a list of answers, not everything the office holds."""


@cache
def _sql(name: str) -> str:
    return (resources.files("assets.stations") / "sql" / name).read_text(encoding="utf-8")


def _script(ctx: RunContext, name: str, **names: str) -> None:
    """Run the statements of one .sql file; ``names`` are identifiers of ours, never values of a row."""
    for statement in _sql(name).format(**names).split(";\n"):
        if statement.strip():
            ctx.con.execute(statement)


def _content(contract: FeedContract) -> str:
    """SQL for the content hash: all columns as delivered but 更新时间."""
    parts = ", ".join(
        f"coalesce(r.{c}, chr(30))" for c in raw_columns(contract) if contract.column(c).type != "updated_at"
    )
    return f"md5_number_lower(concat_ws(chr(31), {parts}))"


def _stage(ctx: RunContext, contract: FeedContract) -> None:
    """Temporary table ``stage``: of each accepted row its record id, version day and content hash."""
    updated = "t.updated_at" if contract.has("updated_at") else "NULL::DATE"
    ctx.con.execute(
        f"""CREATE OR REPLACE TEMP TABLE stage AS
            SELECT t.row_number, t.{contract.id_column.name} AS stage_id,
              CASE WHEN {updated} <= l.file_day THEN {updated} ELSE l.file_day END AS version_on,
              {_content(contract)} AS content
            FROM wide_typed t JOIN wide_raw r USING (row_number), loading l"""
    )


# Their identity went with a consent that ended or was taken back: what is held is no longer what the content hash says.
EMPTIED = """
CREATE OR REPLACE TEMP TABLE emptied AS
SELECT DISTINCT r.rid, r.content FROM {raw} r JOIN record n ON n.rid = r.rid
JOIN stage s ON s.stage_id = n.record_id AND s.content = r.content WHERE {content} <> r.content
"""
# Only files of later days had brought them, and a day bounds the birth days that are believed on it: the order in which
# files arrive must not tell how a row is read.
SOONER = """
CREATE OR REPLACE TEMP TABLE sooner AS
SELECT DISTINCT t.rid, t.content
FROM overtaken n JOIN stage s ON s.stage_id = n.record_id JOIN {typed} t ON t.rid = n.rid AND t.content = s.content
JOIN wide_typed w ON w.row_number = s.row_number
WHERE ({held_values}) IS DISTINCT FROM ({brought_values})
  AND NOT EXISTS (FROM sighting o, loading l WHERE o.rid = t.rid AND o.content = t.content AND o.file_day <= l.file_day)
"""
OVERTAKEN = """
CREATE OR REPLACE TEMP TABLE overtaken AS SELECT rid, record_id FROM record
WHERE feed = $feed AND last_day > (SELECT file_day FROM loading)
"""
"""Records that a file of a later day has had; none where files come in the order of their days."""


def _make_room(ctx: RunContext, contract: FeedContract, names: dict[str, str]) -> None:
    """Delete versions that are held and that this file brings again, but that are to be kept as it brings them."""
    if contract.feed == ENROLMENT:
        ctx.con.execute(EMPTIED.format(content=_content(contract), **names))
        _script(ctx, "brought_again.sql", **names, replaced="emptied")
    ctx.con.execute(OVERTAKEN, {"feed": contract.feed})
    if ctx.con.execute("SELECT count(*) FROM overtaken").fetchall() == [(0,)]:
        return
    read = [c for c in typed_columns(contract) if c != "updated_at"]  # it is not part of the content either
    held_values, brought_values = (", ".join(f"{of}.{c}" for c in read) for of in "tw")
    ctx.con.execute(SOONER.format(held_values=held_values, brought_values=brought_values, **names))
    _script(ctx, "brought_again.sql", **names, replaced="sooner")
    end_memory(ctx.con, "sooner")  # it goes by contents, and theirs is as it was


def _begin_file(ctx: RunContext, delivery_id: int, item: Pending) -> None:
    ctx.con.execute("CREATE OR REPLACE TEMP TABLE loading (delivery_id INTEGER, file_day DATE, feed VARCHAR)")
    ctx.con.execute("INSERT INTO loading VALUES (?, ?, ?)", [delivery_id, item.day, item.feed])


def _keep_rejected(ctx: RunContext, screened: Screened, contract: FeedContract, delivery_id: int) -> None:
    """Rejected rows with what was delivered, so that nothing is lost; the values stay in the working database."""
    if screened.rejected.is_empty():
        return
    columns = list(raw_columns(contract))
    raw = screened.rejected_raw.select("row_number", pl.struct(columns).struct.json_encode().alias("raw"))
    rows = screened.rejected.join(raw, on="row_number", how="left")
    ctx.con.register("rejected_rows", rows.to_arrow())
    ctx.con.execute(
        """INSERT INTO rejected SELECT $id, $feed, row_number, record_id, NULL, field, reason_code, raw FROM rejected_rows""",
        {"id": delivery_id, "feed": contract.feed},
    )
    ctx.con.unregister("rejected_rows")


def _read(ctx: RunContext, item: Pending) -> tuple[RawTable, FeedContract]:
    contract = contracts()[item.feed]
    return read_delivery(item.path, contract, ctx.office, load_refusals(ctx.home.refusals_file)), contract


def _too_much(
    ctx: RunContext, group: list[Pending], screened: list[tuple[Screened, FeedContract, RawTable, int]]
) -> bool:
    """Whether a full snapshot would withdraw more of its feed than the profile allows (contract, section 3)."""
    first = group[0]
    if first.entry.mode != "full" or first.feed in NEVER_WITHDRAWN:
        return False
    taken = ctx.con.execute("SELECT sha256 FROM accepted_file").fetchall()
    if {item.sha256 for item in group} <= {row[0] for row in taken}:
        return False
    present = [s.typed.select(pl.col(c.id_column.name).alias("record_id")) for s, c, _, _ in screened]
    present += [s.rejected.select("record_id") for s, _, _, _ in screened]
    ctx.con.register("present_ids", pl.concat(present, how="vertical_relaxed").drop_nulls().to_arrow())
    row = ctx.con.execute(
        """SELECT count(*), count(*) FILTER (WHERE record_id NOT IN (SELECT record_id FROM present_ids)) FROM record
           WHERE feed = ? AND withdrawn_on IS NULL AND last_day < ?""",
        [first.feed, first.day],
    ).fetchone()
    ctx.con.unregister("present_ids")
    held, lacking = (int(row[0]), int(row[1])) if row else (0, 0)
    return held > 0 and lacking > ctx.profile.withdraw_limit * held


def _screen(ctx: RunContext, item: Pending) -> tuple[Screened, FeedContract, RawTable, int]:
    table, contract = _read(ctx, item)
    frame, sealed = drop_sealed(ctx, contract, table.frame)
    return screen(frame, contract, file_day=item.day), contract, table, sealed


def _load(
    ctx: RunContext, item: Pending, screened: Screened, contract: FeedContract, table: RawTable, sealed: int
) -> None:
    """Write one file: its delivery row, its records, versions, issues and rejected rows."""
    delivery_id = record_outcome(ctx, item, "loaded", "", headings=", ".join(table.dropped))
    _begin_file(ctx, delivery_id, item)
    ctx.con.register("wide_raw", in_batches(screened.raw))
    ctx.con.register("wide_typed", in_batches(screened.typed))
    _stage(ctx, contract)
    names = {"raw": f"raw_{contract.feed}", "typed": f"typed_{contract.feed}", "feed": contract.feed}
    names["raw_columns"] = ", ".join(f"w.{c}" for c in raw_columns(contract))
    names["typed_columns"] = ", ".join(f"w.{c}" for c in typed_columns(contract))
    _make_room(ctx, contract, names)
    _script(ctx, "load_records.sql", **names)
    held.keep_new(ctx.con, contract)
    ctx.con.unregister("wide_raw")
    ctx.con.unregister("wide_typed")
    ctx.con.register("issue_rows", screened.issues.to_arrow())
    _script(ctx, "load_issues.sql", **names)
    ctx.con.unregister("issue_rows")
    _keep_rejected(ctx, screened, contract, delivery_id)
    ctx.con.execute(
        """UPDATE delivery SET rows = $rows, rejected = $rejected, sealed = $sealed, ignored_columns = $ignored,
           accepted = c.accepted, unchanged = c.unchanged, superseded = c.superseded, withdrawn = 0
           FROM load_counts c WHERE delivery_id = $id""",
        {"rows": table.frame.height, "rejected": screened.rejected.height, "sealed": sealed,
         "ignored": table.ignored, "id": delivery_id},
    )  # fmt: skip
    ctx.notes += _remarks(item, table)
    ctx.done_files.append(item.path)
    ctx.records_changed = True


def _remarks(item: Pending, table: RawTable) -> list[str]:
    """What of a loaded file was not read, so that nothing is left out in silence."""
    said = (
        (
            table.overlong,
            "行的单元格多于表头，多出部分未读 rows have more cells than headings; the surplus was not read",
        ),
        (
            table.no_data,
            "行是合计、落款或重复表头，不是数据 rows are totals, footers or repeated headings, no data",
        ),
        (table.other_sheets, "个其他工作表未读 other sheets were not read"),
    )
    return [f"{item.shown}: {n} {text}" for n, text in said if n]


def _groups(pending: list[Pending]) -> list[list[Pending]]:
    """Files that make one snapshot together: the parts of a full delivery, else each file alone."""
    groups: dict[object, list[Pending]] = {}
    for item in pending:
        e = item.entry
        key = (e.feed, e.mode, e.day, e.parts) if e.parts else e.name
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _take(ctx: RunContext, group: list[Pending]) -> int:
    """Load one snapshot or delta, or settle why not; the number of files loaded."""
    screened = []
    for item in group:
        try:
            screened.append(_screen(ctx, item))
        except FileProblem as problem:
            settle_problem(ctx, item, problem)
    if len(screened) < len(group):
        left = [i for i in group if i.path not in ctx.done_files]
        for item in left[: len(left) if len(group) > 1 else 0]:
            record_outcome(ctx, item, "waiting", "parts_missing")
        return 0
    if _too_much(ctx, group, screened):
        for item in group:
            record_outcome(ctx, item, "set_aside", "withdraws_too_much")
        return 0
    for item, (result, contract, table, sealed) in zip(group, screened, strict=True):
        _load(ctx, item, result, contract, table, sealed)
    if group[0].feed not in NEVER_WITHDRAWN:
        _script(ctx, "withdraw.sql")
    return len(group)


_MAY_DIFFER = """rid IN (FROM new_record) OR shown_id IS DISTINCT FROM record_id
    OR rid IN (SELECT rid FROM id_hash WHERE h IN (SELECT h FROM brought_hash UNION ALL SELECT h FROM rejected_hash))"""
"""Records whose shown id may be another than after the last run: new ones, those shown as FILE#ROW (their version may
be another, the value may be gone), and those whose id is a value that this run's files brought."""


def _show(ctx: RunContext, *, anew: bool) -> None:
    """Name what every record is shown as; ``anew``: judge all records, not only those that may differ."""
    held_hashes(ctx.con, ctx.office, afresh=False)
    which = "true" if anew else _MAY_DIFFER
    _script(ctx, "own_ids.sql", bare=bare("record_id"), form=IDENTITY_OR_PHONE, which=which)
    # A hash that stands for another value would have a record shown as FILE#ROW: that is no harm.
    hashed_among(ctx.con, "(FROM own_id WHERE NOT of_form)")
    remember_shown(ctx)
    _script(ctx, "shown_ids.sql")
    rename_in_cases(ctx)


def station(ctx: RunContext) -> StationReport:
    """Load every pending file; then seal, forget ended consents, and name what every record is shown as."""
    anew = held.ensure(ctx.con, ctx.office) if ctx.pending or ctx.changed else False
    held.begin(ctx.con)
    loaded = sum(_take(ctx, group) for group in _groups(ctx.pending))
    gone = purge(ctx)
    if ctx.records_changed:
        _script(ctx, "areas.sql")
        if "verifications" in feeds_of(ctx.office):
            _script(ctx, "answers.sql")
        _show(ctx, anew=held.ensure(ctx.con, ctx.office) or anew)
    return StationReport({"files": loaded, "purged": gone})
