"""Segue's recommender: tables in, ranked items and true reasons out; no Discord, network or database."""

from recommender.config import EngineConfig
from recommender.dataset import Dataset
from recommender.engine import Engine
from recommender.errors import DatasetError, UnknownItem
from recommender.moods import Mood
from recommender.protocol import Recommender
from recommender.types import (
    Dial,
    Explanation,
    GroupId,
    ItemId,
    Listener,
    MemberId,
    Pick,
    Query,
    Reason,
    ReasonKind,
    Recommended,
)

__all__ = [
    "Dataset",
    "DatasetError",
    "Dial",
    "Engine",
    "EngineConfig",
    "Explanation",
    "GroupId",
    "ItemId",
    "Listener",
    "MemberId",
    "Mood",
    "Pick",
    "Query",
    "Reason",
    "ReasonKind",
    "Recommended",
    "Recommender",
    "UnknownItem",
]
