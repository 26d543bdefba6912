"""Blocking checks: what must hold before a run may be committed and published.

Each is a count of rows that break it, read inside the run's transaction. Belongs here: the checks and the
station each follows. Does not belong here: the finished file's domains (``assets.store.published_check``),
which the last station calls.
"""

from __future__ import annotations

from collections.abc import Callable

from assets.context import CheckResult, RunContext
from assets.store.distinct import integers, repeated, same_once
from assets.store.schema import office_contracts
from quality.schema import raw_columns, typed_columns

Check = Callable[[RunContext], CheckResult]


def _count(ctx: RunContext, sql: str) -> int:
    row = ctx.con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def rows_reconcile(ctx: RunContext) -> CheckResult:
    """For every loaded file: data rows = accepted + rejected + unchanged + superseded + sealed (contract, 4)."""
    bad = _count(
        ctx,
        """SELECT count(*) FROM delivery WHERE outcome = 'loaded'
             AND rows IS DISTINCT FROM accepted + rejected + unchanged + superseded + sealed""",
    )
    return CheckResult(
        "rows_reconcile", "records", bad, "report this as a fault of the program: a file's rows do not add up"
    )


def one_current_version(ctx: RunContext) -> CheckResult:
    """Every record has exactly one current version, and no two records share (feed, record id)."""
    held = integers(ctx.con, "SELECT rid FROM record")
    current = integers(ctx.con, "SELECT rid FROM sighting WHERE is_current")
    torn = 0 if same_once(held, current) else _torn_versions(ctx)
    bad = repeated(ctx.con, "record", "feed", "record_id") + torn
    return CheckResult(
        "one_current_version", "records", bad, "report this as a fault of the program: versions are torn"
    )


def _torn_versions(ctx: RunContext) -> int:
    """Records without a current version, and current versions beyond one."""
    return _count(
        ctx,
        """SELECT (SELECT count(*) FROM record r WHERE NOT EXISTS (FROM sighting s WHERE s.rid = r.rid AND s.is_current))
             + (SELECT count(*) - count(DISTINCT rid) FROM sighting WHERE is_current)""",
    )


def contract_schema(ctx: RunContext) -> CheckResult:
    """Tables hold the contract's columns and no other, and one row for each record and content."""
    bad = 0
    for contract in office_contracts(ctx.office):
        for table, columns in (("raw", raw_columns(contract)), ("typed", typed_columns(contract))):
            name = f"{table}_{contract.feed}"
            held = {r[0] for r in ctx.con.execute(f"SELECT column_name FROM (DESCRIBE {name})").fetchall()}
            bad += len(held ^ {"rid", "content", *columns})
            bad += repeated(ctx.con, name, "rid", "content")
    return CheckResult(
        "contract_schema", "records", bad, "a table differs from its feed contract: restore the contract"
    )


def sealed_absent(ctx: RunContext) -> CheckResult:
    """No notice is held whose 未成年封存 is anything but a clear 否."""
    bad = 0
    if ctx.office == "aftercare":
        bad = _count(ctx, "SELECT count(*) FROM typed_released_persons WHERE sealed IS DISTINCT FROM '否'")
    return CheckResult(
        "sealed_absent", "records", bad, "report this as a fault of the program: a sealed notice was kept"
    )


def consent_holds(ctx: RunContext) -> CheckResult:
    """No identity is held of an enrolment without running consent."""
    bad = 0
    if ctx.office == "aftercare":
        day = ctx.as_of.isoformat()
        bad = _count(
            ctx,
            f"""SELECT count(*) FROM typed_assistance_enrolment t JOIN cur_assistance_enrolment c USING (rid)
                WHERE (t.name IS NOT NULL OR t.id_number IS NOT NULL OR t.phone IS NOT NULL OR t.birth_date IS NOT NULL)
                  AND (c.consented_on IS NULL OR c.status <> '在册' OR c.consent_until < DATE '{day}')""",
        )
    return CheckResult(
        "consent_holds",
        "records",
        bad,
        "report this as a fault of the program: an identity outlived its consent",
    )


def dwellings_resolve(ctx: RunContext) -> CheckResult:
    """Every record has at most one dwelling, every membership a dwelling, every old key a current one."""
    bad = _count(
        ctx,
        """SELECT count(*) FROM dwelling_member m WHERE NOT EXISTS (FROM dwelling d WHERE d.dwelling_key = m.dwelling_key)""",
    )
    bad += repeated(ctx.con, "dwelling_member", "rid") + repeated(ctx.con, "dwelling", "dwelling_key")
    return CheckResult(
        "dwellings_resolve", "dwellings", bad, "report this as a fault of the program: a dwelling key is torn"
    )


def persons_sound(ctx: RunContext) -> CheckResult:
    """Every record has at most one person, and no model put two different valid numbers on one person."""
    feeds = [c.feed for c in office_contracts(ctx.office) if c.has("id_number") and c.role]
    if not feeds:
        return CheckResult("persons_sound", "persons", 0, "")
    numbers = " UNION ALL ".join(
        f"""SELECT person, id_number FROM member JOIN typed_{f} t USING (rid, content)
            WHERE t.id_state = 'valid' AND t.id_kind = 'resident'"""
        for f in feeds
    )
    bad = repeated(ctx.con, "person_member", "rid") + _count(
        ctx,
        f"""WITH several AS (SELECT DISTINCT person FROM person_member WHERE person <> rid),
              member AS MATERIALIZED (SELECT rid, content, person FROM person_member SEMI JOIN several USING (person)
                                      JOIN sighting USING (rid) WHERE is_current)
            SELECT count(*) FROM (SELECT person FROM ({numbers}) GROUP BY person HAVING count(DISTINCT id_number) > 1) p
            WHERE NOT EXISTS (FROM person_member m JOIN judgement j ON m.rid IN (j.rid_a, j.rid_b)
                              WHERE m.person = p.person AND j.verdict = 'same')""",
    )
    return CheckResult(
        "persons_sound",
        "persons",
        bad,
        "report this as a fault of the program: two numbers became one person",
    )


def findings_rest(ctx: RunContext) -> CheckResult:
    """One finding for each rule and subject, about a record or dwelling that this office holds."""
    bad = _count(
        ctx,
        """SELECT (SELECT count(*) - count(DISTINCT (rule_code, rid, dwelling_key)) FROM finding)
             + (SELECT count(*) FROM finding f WHERE (f.rid IS NULL) = (f.dwelling_key IS NULL))
             + (SELECT count(*) FROM finding f WHERE f.rid IS NOT NULL AND NOT EXISTS (FROM record r WHERE r.rid = f.rid))""",
    )
    return CheckResult(
        "findings_rest", "exceptions", bad, "report this as a fault of a rule file: findings overlap or hang"
    )


BY_STATION: dict[str, tuple[Check, ...]] = {
    "records": (rows_reconcile, one_current_version, contract_schema, sealed_absent, consent_holds),
    "dwellings": (dwellings_resolve,),
    "persons": (persons_sound,),
    "exceptions": (findings_rest,),
}


def of_station(ctx: RunContext, station: str) -> list[CheckResult]:
    """The results of a station's checks; the *published* station's are read from the finished file."""
    if station == "published":
        from assets.stations.published import closed_domains

        return [closed_domains(ctx)]
    return [check(ctx) for check in BY_STATION.get(station, ())]
