"""Why an exception is on the list, from what is published; agreement codes from the office's own links.

What belongs here: gathering. Agreement is codes between own records, never a value of one.
"""

from __future__ import annotations

import json
from collections import deque
from datetime import date
from typing import TYPE_CHECKING, Any

from registry_pipelines.case_log import listing_query
from registry_pipelines.cli.common import fetch, query

if TYPE_CHECKING:
    import duckdb

PERSON_RULES = frozenset({"FP-07", "FP-08", "FP-10", "RH-03", "RH-04", "RP-08", "DQ-02"})
"""Rules whose finding rests on rows being of one person."""


def explanation(
    con: duckdb.DuckDBPyConnection, exception_id: str, as_of: date | None = None
) -> dict[str, Any] | None:
    """The published exception with its rule, its area's name and its events, as it stands or as it stood as of a
    day; None if there is, or was, none. The rule's words are today's; ``rule_version`` is the one that spoke."""
    values = {"exception": exception_id, "as_of": as_of}
    rows = fetch(con, listing_query("explain", as_of), values)
    if not rows:
        return None
    events = fetch(con, query("explain_events"), values)
    details = rows[0]["details"]
    return {**rows[0], "details": json.loads(details) if details else {}, "events": events}


def rests_on_person(found: dict[str, Any]) -> bool:
    """Whether agreement between rows can explain this finding."""
    return found["rule_code"] in PERSON_RULES and found["record_id"] is not None and bool(named_rows(found))


def named_rows(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The other own rows that the finding names, as (feed, record id); ids without a feed are of its own feed."""
    names: list[tuple[str, str]] = []
    for value in found["details"].values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and "record_id" in item:
                names.append((str(item.get("feed", found["feed"])), str(item["record_id"])))
            elif isinstance(item, str) and "/" in item and item.split("/", 1)[0].isidentifier():
                feed, _, record_id = item.partition("/")
                names.append((feed, record_id))
    return [name for name in names if name != (found["feed"], found["record_id"])]


def row_agreement(con: duckdb.DuckDBPyConnection, found: dict[str, Any]) -> list[dict[str, Any]]:
    """The accepted links that join the finding's record to the rows it names: record_a, record_b, agreement,
    weight, decided_by. A pair that was never compared itself is explained by the links over other own rows."""
    rows = fetch(con, query("person_links"), {"feed": found["feed"], "record": found["record_id"]})
    graph: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in rows:
        graph.setdefault(row["record_a"], []).append((row["record_b"], row))
        graph.setdefault(row["record_b"], []).append((row["record_a"], row))
    start = f"{found['feed']}/{found['record_id']}"
    shown: dict[tuple[str, str], dict[str, Any]] = {}
    for feed, record_id in named_rows(found):
        for link in _path(graph, start, f"{feed}/{record_id}"):
            shown[link["record_a"], link["record_b"]] = link
    return list(shown.values())


def _path(graph: dict[str, list[tuple[str, dict[str, Any]]]], start: str, goal: str) -> list[dict[str, Any]]:
    """The links of a shortest way from ``start`` to ``goal``; [] if there is none."""
    came: dict[str, tuple[str, dict[str, Any]] | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came:
        here = waiting.popleft()
        for there, link in graph.get(here, []):
            if there not in came:
                came[there] = (here, link)
                waiting.append(there)
    way: list[dict[str, Any]] = []
    step = came.get(goal)
    while step is not None:
        way.append(step[1])
        step = came[step[0]]
    return way[::-1]
