"""The weekly discovery in simulated servers: `communities` → `world` → `playing` with the `posters` → `judging`, `page`."""
