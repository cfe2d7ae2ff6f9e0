"""Other libraries on the fixed Last.fm split, each in an environment of its own, tuned as hard as the engine."""
