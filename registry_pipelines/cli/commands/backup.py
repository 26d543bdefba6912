"""``registry backup`` and ``registry restore``: one encrypted file, and a new home made from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, HomeOption
from registry_pipelines.cli.output import note


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 the file to write.")],
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """备份 the home as its last run left it, in one encrypted file; waits for a run that goes on."""
    from assets.store import backup as store

    opened = common.open_home(home)
    opened.chain.append("backup", {}, 0)
    made = store.backup(opened.home, opened.keys, file, today=date.today())
    note(f"已备份 backed up · {made.office} · {made.as_of} · 批次 run {made.run_id} · {made.path}", "green")
    note(
        "  密钥不在备份中，请另行保管 the key is not in it: keep keys/master.key or $REGISTRY_KEY elsewhere;\n"
        f"  {made.path.name}.forgotten.json lists, as hashes, what was deleted since: keep it beside the backup",
        "dim",
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 what `registry backup` wrote.")],
    home: HomeOption = HOME_DEFAULT,
    deletions: Annotated[
        Path | None,
        typer.Option(
            "--deletions", metavar="FILE",
            help="删除清单 what was deleted since, audit/forgotten.json of the old home; found by itself where it lies.",
        ),
    ] = None,
    without_deletions: Annotated[
        bool, typer.Option("--without-deletions", help="清单已失 that list is lost: restore without it.")
    ] = False,
) -> None:  # fmt: skip
    """恢复 make a new home from a backup; what was deleted since it was made is deleted again."""
    from assets.store import backup as store
    from assets.store.keys import Purpose, load_keys
    from registry_pipelines.audit import Chain

    made_home, made, went = store.restore(
        file, home, today=date.today(), listed=deletions, without_list=without_deletions
    )
    Chain(made_home.audit, load_keys(made_home).subkey(Purpose.AUDIT)).append("restore", {}, 0)
    note(f"已恢复 restored · {made.office} · {made.as_of} · 批次 run {made.run_id}", "green")
    if went:
        note(f"  再次删除 deleted again, because it was deleted since the backup: {went}", "dim")
    note("  请运行 now use `registry run`: it publishes, and loads what came since", "dim")
