"""The commands and their order in ``registry --help``."""

from __future__ import annotations

import typer

from registry_pipelines.cli.commands import (
    backup,
    check,
    county,
    decide,
    evaluate,
    lists,
    one,
    peer,
    run,
    sql,
)

app = typer.Typer(
    name="registry",
    help="登记台账的自查：只指出本办公室自己台账的缺口。 Tells an office what is wrong in its own ledger.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

START = "开始 Start"
WORK = "日常 Every day"
DECIDE = "办理 Decide"
KEEP = "核查 Keep in order"

app.command("demo", rich_help_panel=START)(county.demo)
app.command("sample", rich_help_panel=START)(county.sample)
app.command("round", rich_help_panel=START)(county.round_county)
app.command("run", rich_help_panel=WORK)(run.run)
app.command("exceptions", rich_help_panel=WORK)(lists.exceptions)
app.command("explain", rich_help_panel=WORK)(one.explain)
app.command("letters", rich_help_panel=WORK)(lists.letters)
app.command("quarantine", rich_help_panel=WORK)(lists.quarantine)
app.command("deliveries", rich_help_panel=WORK)(lists.deliveries)
app.command("sql", rich_help_panel=WORK)(sql.sql)
app.command("review", rich_help_panel=DECIDE)(decide.review)
app.command("merge", rich_help_panel=DECIDE)(decide.merge)
app.command("unmerge", rich_help_panel=DECIDE)(decide.unmerge)
app.command("dispute", rich_help_panel=DECIDE)(decide.dispute)
app.command("disputes", rich_help_panel=DECIDE)(lists.disputes)
app.command("resolve", rich_help_panel=DECIDE)(decide.resolve)
app.command("accept", rich_help_panel=DECIDE)(decide.accept)
app.command("subject", rich_help_panel=DECIDE)(one.subject)
app.command("codes", rich_help_panel=DECIDE)(lists.codes)
app.command("check", rich_help_panel=KEEP)(check.check)
app.command("backup", rich_help_panel=KEEP)(backup.backup)
app.command("restore", rich_help_panel=KEEP)(backup.restore)
app.command("evaluate", rich_help_panel=KEEP)(evaluate.evaluate)
app.add_typer(peer.app, name="peer", rich_help_panel=KEEP)
