"""The local stand-in for Discord: demo server, demo members, and the page that shows them."""
