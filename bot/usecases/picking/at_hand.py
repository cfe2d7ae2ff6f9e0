"""Posts in memory, as their buttons will soon be pressed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from bot.store import Store
from bot.store.records import ChannelId, MessageId, Post, PostId

CACHED_POSTS = 2_000


class AtHand:
    """Keeps the posts that were touched last; the others are read from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._posts: OrderedDict[PostId, Post] = OrderedDict()

    def remember(self, post: Post) -> None:
        """Keep a post as it is now."""
        self._posts[post.id] = post
        self._posts.move_to_end(post.id)
        while len(self._posts) > CACHED_POSTS:
            self._posts.popitem(last=False)

    def newest(self, post: Post) -> Post:
        """A post as it is now, if it is at hand."""
        return self._posts.get(post.id, post)

    async def get(self, number: PostId) -> Post | None:
        """A post by its number, from memory or the store."""
        found = self._posts.get(number)
        if found is None:
            found = await self._store.posts.get(number)
            if number in self._posts:  # somebody changed it while it was read
                return self._posts[number]
            if found is not None:
                self.remember(found)
        return found

    def sent(self, number: PostId, channel: ChannelId, message: MessageId) -> None:
        """Say which message a post became."""
        known = self._posts.get(number)
        if known is not None:
            self._posts[number] = replace(known, channel=channel, message=message)

    def drop(self, number: PostId) -> None:
        """Forget a post."""
        self._posts.pop(number, None)

    def clear(self) -> None:
        """Read every post from the store again."""
        self._posts.clear()
