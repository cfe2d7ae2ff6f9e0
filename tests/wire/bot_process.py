"""The bot in a process of its own, to be killed: `python -m tests.wire.bot_process <api base url> <gateway url>`.

The token comes by DISCORD_TOKEN; arguments after the two addresses replace `run`.
"""

from __future__ import annotations

import importlib
import sys

from tests.wire.routed import routed


def main() -> None:
    api, gateway, *arguments = sys.argv[1:]
    sys.argv = ["segue", *(arguments or ["run"])]
    with routed(api, gateway):
        importlib.import_module("bot.__main__").app()


if __name__ == "__main__":
    main()
