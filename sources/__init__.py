"""IN: what comes in. Offices, feed contracts, inbox names, readers, refused columns, the sample county.

Belongs here: everything that turns a delivered file into a frame of text cells under contract column
names, and the one table of which office may hold which feed. Does not belong here: what a value means
(``quality``), where it is kept (``assets``), commands (``registry_pipelines``). Imports none of those.
"""
