"""A thin stand-in for Discord on real sockets: gateway and REST as an unchanged discord.py uses them."""
