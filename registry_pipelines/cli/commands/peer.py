"""``registry peer add``: know another office by its public keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry_pipelines.cli.common import HOME_DEFAULT, HomeOption
from registry_pipelines.cli.output import note
from registry_pipelines.failures import CommandError

app = typer.Typer(help="往来办公室 offices that mail may go to and come from.", no_args_is_help=True)


@app.callback()
def peers() -> None:
    """往来办公室 offices that mail may go to and come from."""


@app.command("add")
def add(
    office: Annotated[str, typer.Argument(metavar="OFFICE", help="办公室 residence, housing or statistics.")],
    keyfile: Annotated[Path, typer.Argument(metavar="KEYFILE", help="公钥 its office.pub.")],
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """加入往来办公室 know OFFICE by the public keys in KEYFILE (its home/keys/office.pub)."""
    from assets.store.settings import parse_public
    from registry_pipelines.cli.common import open_home

    try:
        keys = parse_public(keyfile.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        raise CommandError(
            "KEYFILE is no office.pub: ask the other office for its home/keys/office.pub"
        ) from None
    opened = open_home(home)
    opened.home.add_peer(office, keys)
    opened.chain.append("peer add", {"office": office}, 1)
    note(f"已加入 peer added: {office}", "green")
