"""Running rules: from a condition that holds to a finding that is due.

Belongs here: grace, the day a finding opens, the office's own deadline, and bringing table ``finding`` to
today's answer. All of it is SQL over the whole answer of a rule. Does not belong here: what happened to a
finding before (see ``quality.cases``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quality.calendar import FIRST_DAY, create_workday_views, fill_holidays
from quality.rules.loader import Rule
from quality.rules.views import parameters, used

if TYPE_CHECKING:
    import duckdb

    from quality.profiles import Profile

COLUMNS = (
    "rule_code, feed, rid, dwelling_key, area_code, since, due_on, opened_on, answer_by, reason_code, held, "
    "evidence, details"
)


def evaluate(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], as_of: date, profile: Profile, run_id: int
) -> dict[str, int]:
    """Bring ``finding`` to what the rules answer as of ``as_of``; returns findings due by rule code.

    Needs the rule views (``quality.rules.create_views``). A finding that was there already stays as it is,
    with the run that first wrote it, so a run in which nothing changed writes nothing. A rule is silent
    before its ``valid_from``.
    """
    fill_holidays(con)
    create_workday_views(con)
    _create_deadlines(con, as_of, profile)
    con.execute(f"CREATE OR REPLACE TEMP TABLE today_finding AS SELECT {COLUMNS} FROM finding WITH NO DATA")
    _name_versions(con, rules)
    for rule in rules:
        if rule.valid_from <= as_of:
            _answer(con, rule, as_of, profile)
    _bring_up_to_date(con, run_id)
    found = con.execute("SELECT rule_code, count(*) FROM finding GROUP BY rule_code").fetchall()
    counts = {str(code): int(n) for code, n in found}
    return {rule.code: counts.get(rule.code, 0) for rule in rules}


def _create_deadlines(con: duckdb.DuckDBPyConnection, as_of: date, profile: Profile) -> None:
    sql = _sql("deadline")
    values = {
        "as_of": as_of,
        "answer_days": profile.answer_by.days,
        "answer_in_working_days": profile.answer_by.unit == "wd",
    }
    con.execute(f"CREATE OR REPLACE TEMP TABLE rv_deadline AS {sql}", values)


def _name_versions(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """``rule_version_now(rule_code, version, office)``: which version of each rule speaks today."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rule_version_now (rule_code VARCHAR, version VARCHAR, office VARCHAR)"
    )
    if rules:
        rows = [(rule.code, rule.version, rule.office) for rule in rules]
        con.executemany("INSERT INTO rule_version_now VALUES (?, ?, ?)", rows)


def _answer(con: duckdb.DuckDBPyConnection, rule: Rule, as_of: date, profile: Profile) -> None:
    """Append the rule's due findings to ``today_finding``."""
    grace = profile.grace_of(rule.code, rule.grace)
    due = "due_working" if grace.unit == "wd" and grace.days else "due_calendar"
    values = parameters(as_of, profile)
    bound = {
        "as_of": as_of,
        "rule_code": rule.code,
        "grace": grace.days,
        "first_workday": FIRST_DAY,
    }
    sql = _sql(due).replace("/* the rule */", rule.sql)
    con.execute(f"INSERT INTO today_finding {sql}", used(sql, values | bound))


def _bring_up_to_date(con: duckdb.DuckDBPyConnection, run_id: int) -> None:
    """Make ``finding`` equal to ``today_finding`` with as few writes as that takes.

    ``changed_finding``: each row that one of them has more often than the other, and how much more often today
    (less than 0: it is gone).
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_finding AS SELECT {COLUMNS}, sum(n)::BIGINT AS n FROM "
        f"(SELECT *, 1 AS n FROM today_finding UNION ALL SELECT {COLUMNS}, -1 FROM finding) "
        "GROUP BY ALL HAVING sum(n) <> 0"
    )
    if _any(con, "changed_finding WHERE n < 0"):
        con.execute(
            "DELETE FROM finding USING changed_finding g WHERE g.n < 0 AND finding.rule_code = g.rule_code "
            "AND finding.rid IS NOT DISTINCT FROM g.rid "
            "AND finding.dwelling_key IS NOT DISTINCT FROM g.dwelling_key"
        )
    if _any(con, "changed_finding WHERE n > 0"):
        con.execute(
            f"INSERT INTO finding SELECT {COLUMNS}, $run_id FROM changed_finding, range(n) WHERE n > 0 "
            "ORDER BY rule_code, rid, dwelling_key",
            {"run_id": run_id},
        )


def _any(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


@cache
def _sql(name: str) -> str:
    path = resources.files("quality.rules") / "due" / f"{name}.sql"
    return path.read_text(encoding="utf-8").rstrip()
