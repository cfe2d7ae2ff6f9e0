"""The way back from a music service's sign-in: a small web server of the bot's own."""
