"""Calls to outside services: limited, patient up to a point, and never louder than a typed error."""

from __future__ import annotations

from bot.sources.outbound.budget import Allowance, Budget
from bot.sources.outbound.client import Outbound
from bot.sources.outbound.clock import Clock, SystemClock
from bot.sources.outbound.metrics import Metrics
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Secrets
from bot.sources.outbound.transport import open_session

__all__ = [
    "Allowance",
    "Budget",
    "Clock",
    "Metrics",
    "Outbound",
    "Policy",
    "Secrets",
    "SystemClock",
    "open_session",
]
