"""RIGHT: what is right. Values, schemas, screening, dwellings, matching, rules, measures, disclosure, profiles.

Belongs here: pure functions of frames, and SQL. Does not belong here: Dagster, files of a home, keys,
commands. May import ``sources``; never ``assets`` or ``registry_pipelines``.
"""
