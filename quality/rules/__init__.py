"""Rules: what an office's own ledger gets wrong, one SQL file each, over views without a personal column.

Belongs here: the rule files by office (``residence/``, ``housing/``, ``aftercare/``, ``every/``), the rule
views (``views/``) with the catalogue that bounds them, loading and checking, evaluating (``due/``), the texts.
Does not belong here: the life of an exception (``quality.cases``).

To add a rule, add one file to an office's folder; to let a rule see a new column, add it to
``catalog.py`` and to the view. A rule may read rule views only.
"""

from quality.rules.catalog import KEPT_VIEWS, VIEW_COLUMNS, kept_table, personal_columns
from quality.rules.evaluation import evaluate
from quality.rules.kept import views_mark
from quality.rules.loader import Rule, RuleError, check_rule, load_rules, parse_rule
from quality.rules.views import create_views

__all__ = [
    "KEPT_VIEWS",
    "VIEW_COLUMNS",
    "Rule",
    "RuleError",
    "check_rule",
    "create_views",
    "evaluate",
    "kept_table",
    "load_rules",
    "parse_rule",
    "personal_columns",
    "views_mark",
]
