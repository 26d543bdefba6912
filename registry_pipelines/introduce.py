"""``python -m registry_pipelines.introduce HOME OFFICE [KEYFILE …]``: make a home and let it know its peers.

What belongs here: what ``round`` does for a home before its first run, in a process of that home's own.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Exit status 0, or that of the error, whose line is on stderr."""
    from assets.store.home import Home, HomeError
    from assets.store.keys import Purpose, load_keys
    from assets.store.settings import parse_public
    from registry_pipelines.audit import Chain

    try:
        home = Home.open(Path(arguments[0]), office=arguments[1])
        keys = load_keys(home)
        chain = Chain(home.audit, keys.subkey(Purpose.AUDIT))
        for keyfile in arguments[2:]:
            peer = parse_public(Path(keyfile).read_text(encoding="utf-8"))
            home.add_peer(peer.office, peer)
            chain.append("peer add", {"office": peer.office}, 1)
    except HomeError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
