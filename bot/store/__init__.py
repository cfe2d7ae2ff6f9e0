"""Everything that is on disk. One class a concern, all on one ``Database``."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from bot.store.accounts import AccountStore
from bot.store.arranging import ArrangingStore
from bot.store.blocks import BlockStore
from bot.store.catalog import CatalogStore
from bot.store.choices import ChoiceStore
from bot.store.claims import ClaimStore
from bot.store.database import Database
from bot.store.discovery import DiscoveryStore
from bot.store.enriching import EnrichingStore
from bot.store.exports import ExportStore
from bot.store.feedback import FeedbackStore
from bot.store.finds import FindStore
from bot.store.growth import GrowthStore
from bot.store.histories import HistoryStore
from bot.store.insights import InsightStore
from bot.store.leaving import LeavingStore
from bot.store.link_channels import LinkChannelStore
from bot.store.lists import ListStore
from bot.store.meta import MetaStore
from bot.store.migrate import migrate
from bot.store.own import OwnStore
from bot.store.polls import PollStore
from bot.store.posts import PostStore
from bot.store.presence import PresenceStore
from bot.store.purging import PurgingStore
from bot.store.radios import RadioStore
from bot.store.rights import RightsStore
from bot.store.runs import RunStore
from bot.store.servers import ServerStore
from bot.store.switches import SwitchStore
from bot.store.tastes import TasteStore


class Store:
    """The open database. ``async with Store(url)`` migrates it, opens it and closes it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.db = Database(url)
        self.catalog = CatalogStore(self.db)
        self.feedback = FeedbackStore(self.db)
        self.posts = PostStore(self.db)
        self.polls = PollStore(self.db)
        self.blocks = BlockStore(self.db)
        self.radios = RadioStore(self.db)
        self.discovery = DiscoveryStore(self.db)
        self.own = OwnStore(self.db)
        self.runs = RunStore(self.db)
        self.histories = HistoryStore(self.db)
        self.lists = ListStore(self.db)
        self.presence = PresenceStore(self.db)
        self.accounts = AccountStore(self.db)
        self.enriching = EnrichingStore(self.db)
        self.growth = GrowthStore(self.db)
        self.purging = PurgingStore(self.db)
        self.exports = ExportStore(self.db)
        self.link_channels = LinkChannelStore(self.db)
        self.tastes = TasteStore(self.db)
        self.meta = MetaStore(self.db)
        self.choices = ChoiceStore(self.db)
        self.rights = RightsStore(self.db)
        self.leaving = LeavingStore(self.db)
        self.switches = SwitchStore(self.db)
        self.finds = FindStore(self.db)
        self.insights = InsightStore(self.db)
        self.servers = ServerStore(self.db)
        self.arranging = ArrangingStore(self.db)
        self.claims = ClaimStore(self.db)

    async def __aenter__(self) -> Self:
        try:
            await migrate(self.db)
        except BaseException:
            await self.db.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.db.close()
