"""Readers: a delivered file to rows of text, whatever it was made with.

``read_delivery`` is the one way in. Here belongs what is known of formats (CSV, XLSX, Parquet) and of the
tables people make with them; what a value means belongs to ``quality``.
"""

from __future__ import annotations

from pathlib import Path

from sources.contract import FeedContract
from sources.problems import FileProblem, file_problem
from sources.readers.columnar import read_parquet
from sources.readers.delimited import read_csv
from sources.readers.files import check_file, file_fault, looks_complete, plain_problems, sha256_of
from sources.readers.table import CELL_LIMIT, RawTable
from sources.readers.workbook import read_xlsx
from sources.refused import Refusals

__all__ = [
    "CELL_LIMIT",
    "FileProblem",
    "RawTable",
    "file_fault",
    "looks_complete",
    "read_delivery",
    "sha256_of",
]

_READERS = {"csv": read_csv, "xlsx": read_xlsx, "parquet": read_parquet}


def read_delivery(path: Path, contract: FeedContract, office: str, refusals: Refusals) -> RawTable:
    """The data rows of the delivery at ``path`` for a home of ``office``.

    Raises FileProblem (set_aside or refused) and nothing else; nothing of a file that is not loaded is in
    it but the code and a heading of the contract or of the refusal list.
    """
    reader = _READERS.get(path.suffix.lower().removeprefix("."))
    if reader is None:
        raise file_problem("wrong_format")
    with plain_problems():
        check_file(path)
        return reader(path, contract, office, refusals)
