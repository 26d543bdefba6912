"""Measures: what is counted, for planning and for an office's own steward.

Belongs here: the declared count tables, the SQL that counts inside the working database, the roll-up to
townships and county, and what a statistics home makes of the count files it gets. Exact counts live only
between ``build_*`` and ``protect_counts``; everything after that carries ``ProtectedCounts``. Does not
belong here: files, mail, keys.
"""

from quality.measures.build import build_counts, build_quality, protect_counts
from quality.measures.merge import check_rows, merge_counts, to_cells
from quality.measures.tables import OWN_TABLES, TABLES

__all__ = [
    "OWN_TABLES",
    "TABLES",
    "build_counts",
    "build_quality",
    "check_rows",
    "merge_counts",
    "protect_counts",
    "to_cells",
]
