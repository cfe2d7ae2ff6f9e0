"""Speed beside a bare bot, in one run; ``python -m benchmarks --help``."""
