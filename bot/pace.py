"""How many commands one member may use in a minute, so that nobody keeps Segue from the others."""

from __future__ import annotations

from collections import OrderedDict

from discord import app_commands

MINUTE = 60.0
MOST = 10_000
"""Members who are remembered; whoever asked longest ago is forgotten first."""


class Pace:
    """Counts the commands of each member; 0 a minute sets no limit."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._of: OrderedDict[int, app_commands.Cooldown] = OrderedDict()

    def step(self, member: int, at: float) -> None:
        """Count one command, at a unix time.

        Raises:
            CommandOnCooldown: it is one too many; it says when the next one is welcome.
        """
        if not self._a_minute:
            return
        cooldown = self._of.setdefault(member, app_commands.Cooldown(self._a_minute, MINUTE))
        self._of.move_to_end(member)
        while len(self._of) > MOST:
            self._of.popitem(last=False)
        wait = cooldown.update_rate_limit(at)
        if wait:
            raise app_commands.CommandOnCooldown(cooldown, wait)
