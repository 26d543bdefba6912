"""KEEP: what is kept. The Dagster assets in the order of the data, and the store they write.

Belongs here: the home's databases, keys, migrations, publishing, mail, history, and one station per
asset. Does not belong here: commands and schedules (``registry_pipelines``), what a value means
(``quality``). May import ``sources`` and ``quality``.
"""
