"""What a feed contract becomes: columns of the raw and typed tables, their comments, the Pandera schema.

Belongs here: derivation from ``sources.contract`` only. Nothing about one feed is written here by name.
"""

from __future__ import annotations

from sources.contract import Column, FeedContract

ADDRESS_COLUMNS = (
    "addr_township",
    "addr_community",
    "addr_group",
    "addr_road",
    "addr_number",
    "addr_estate",
    "addr_building",
    "addr_unit",
    "addr_room",
)


def _typed(column: Column) -> dict[str, str]:
    """The typed columns of one contract column with their DuckDB types."""
    name = column.name
    match column.type:
        case "name":
            return {name: "VARCHAR", f"{name}_key": "VARCHAR"}
        case "id_number":
            return {
                name: "VARCHAR",
                "id_kind": "VARCHAR",
                "id_state": "VARCHAR",
                "id_birth": "DATE",
                "id_sex": "VARCHAR",
            }
        case "date" | "updated_at":
            precision = {"birth_precision": "VARCHAR"} if name == "birth_date" else {}
            return {name: "DATE"} | precision
        case "address":
            return {name: "VARCHAR"} | dict.fromkeys(ADDRESS_COLUMNS, "VARCHAR") | {"locatable": "BOOLEAN"}
        case "integer":
            return {name: "INTEGER"}
        case "decimal":
            return {name: "DOUBLE"}
        case _:
            return {name: "VARCHAR"}


def typed_columns(contract: FeedContract) -> dict[str, str]:
    """Typed column → DuckDB type, in contract order; the record's own number among them."""
    return {name: kind for column in contract.columns for name, kind in _typed(column).items()}


def raw_columns(contract: FeedContract) -> dict[str, str]:
    """Raw column → DuckDB type: every contract column as the text that was delivered."""
    return {column.name: "VARCHAR" for column in contract.columns}
