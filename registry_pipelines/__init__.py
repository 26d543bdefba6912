"""RUN: how it is run. Dagster definitions, jobs, schedules, sensors, the command line, audit of pulls.

Belongs here: wiring and what people type and see. Does not belong here: computation on records
(``quality``) and storage (``assets``). May import all of the others; nothing imports it.
"""
