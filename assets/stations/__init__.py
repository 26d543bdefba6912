"""The stations of a run, in the order of the data. Each is ``station(ctx) -> StationReport``.

Belongs here: one module a station, reading and writing tables of the working database through the
run's one connection. Does not belong here: what a value means (``quality``), files of the store
(``assets.store``), Dagster (``assets.definitions``).
"""
