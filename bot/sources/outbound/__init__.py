"""Calls to outside services: limited, patient up to a point, and never louder than a typed error."""

from __future__ import annotations

from bot.sources.outbound.client import Outbound, open_session
from bot.sources.outbound.clock import Clock, SystemClock
from bot.sources.outbound.metrics import Metrics
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Secrets

__all__ = ["Clock", "Metrics", "Outbound", "Policy", "Secrets", "SystemClock", "open_session"]
