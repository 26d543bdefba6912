"""Matching (比对): which records of one office's home are one person, by a Fellegi–Sunter model over patterns.

Here belongs the linkage of persons, its model and training, and its measure against truth. Not here:
dwellings (``quality.dwellings``), the keys that stay and the decisions that clerks take (``assets``).
Nothing in this package reads or writes a database of the home, and nothing matches across homes.
"""

from quality.matching.evaluate import evaluate
from quality.matching.explain import agreement_sentences, compare, waterfall
from quality.matching.linkage import Linkage, link, relink
from quality.matching.memory import Memory
from quality.matching.model import Model, default_model
from quality.matching.training import train

__all__ = [
    "Linkage",
    "Memory",
    "Model",
    "agreement_sentences",
    "compare",
    "default_model",
    "evaluate",
    "link",
    "relink",
    "train",
    "waterfall",
]
