"""The gateway: hello, identify, heartbeats, events with numbers, and taking up a session again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
import zlib
from collections import deque
from typing import Any

from aiohttp import ClientError, WSMsgType, web

from tests.wire.pulse import Pulse
from tests.wire.world import Intent, Json, Member, World

DISALLOWED_INTENTS = 4014
REMEMBERED = 5000  # events a session can miss and still be resumed


class Op:
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11


class Connection:
    """One websocket; what is sent leaves in order, by a task of its own."""

    def __init__(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        self.socket = socket
        self.request = request
        # Asked for zstd, the answer is plain text: discord.py takes that at any time.
        zipped = request.query.get("compress") == "zlib-stream"
        self.zip = zlib.compressobj(level=1) if zipped else None
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    def send(self, text: str) -> None:
        self.queue.put_nowait(text)

    async def pump(self) -> None:
        with contextlib.suppress(ClientError, ConnectionError):
            while True:
                text = await self.queue.get()
                if self.zip is None:
                    await self.socket.send_str(text)
                else:
                    packed = self.zip.compress(text.encode()) + self.zip.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)

    def cut(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()


class Session:
    def __init__(self, connection: Connection, identify: Json) -> None:
        self.id = uuid.uuid4().hex
        self.connection: Connection | None = connection
        self.intents: int = identify["intents"]
        self.shard: list[int] = identify.get("shard") or [0, 1]
        self.number = 0
        self.log: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)

    def dispatch(self, event: str, data: Json) -> None:
        self.number += 1
        text = json.dumps({"op": Op.DISPATCH, "t": event, "s": self.number, "d": data}, separators=(",", ":"))
        self.log.append((self.number, text))
        if self.connection is not None:
            self.connection.send(text)

    def missed(self, seen: int) -> list[str] | None:
        """What came after `seen`, or None when that is forgotten."""
        if seen > self.number or (self.log and self.log[0][0] > seen + 1):
            return None
        return [text for number, text in self.log if number > seen]


class Gateway:
    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse
        self.world: World
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.heartbeat_interval = 41_250
        self.acks = True
        self.granted = -1  # the intents that the developer portal allows: all of them
        self.identified = 0
        self.resumed = 0
        self.received: list[Json] = []  # what the bot sent, heartbeats left out

    @property
    def live(self) -> bool:
        return any(session.connection for session in self.sessions.values())

    def emit(self, event: str, data: Json, intent: int = 0) -> None:
        """To every session that asked for such events; one that is away gets it when it resumes."""
        guild = int(data["id"] if event in ("GUILD_CREATE", "GUILD_DELETE") else data.get("guild_id", 0))
        for session in self.sessions.values():
            wanted = not intent or session.intents & intent
            if wanted and (guild >> 22) % session.shard[1] == session.shard[0]:
                session.dispatch(event, data)

    # --- what tests do to a connection ---

    def drop(self) -> None:
        """Cut the wire. Sessions can be resumed."""
        for connection in list(self.connections):
            self._leave(connection)
            connection.cut()

    def ask_to_reconnect(self) -> None:
        self._everywhere({"op": Op.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        self._everywhere({"op": Op.INVALID_SESSION, "d": resumable})
        if not resumable:
            self.sessions.clear()

    def _everywhere(self, message: Json) -> None:
        for connection in self.connections:
            connection.send(json.dumps(message))

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close(code=1001)

    # --- the protocol ---

    async def handle(self, request: web.BaseRequest) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, timeout=1.0, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.add(connection)
        pump = asyncio.create_task(connection.pump())
        connection.send(json.dumps({"op": Op.HELLO, "d": {"heartbeat_interval": self.heartbeat_interval}}))
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                message = json.loads(frame.data)
                if message["op"] == Op.IDENTIFY and message["d"]["intents"] & ~self.granted:
                    await socket.close(code=DISALLOWED_INTENTS)
                    break
                self._take(connection, message)
        finally:
            self._leave(connection, ended=socket.close_code in (1000, 1001))
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        return socket

    def _leave(self, connection: Connection, *, ended: bool = False) -> None:
        self.connections.discard(connection)
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                if ended:  # a client that says goodbye gives its session up
                    del self.sessions[session.id]
        self.pulse.beat()

    def _take(self, connection: Connection, message: Json) -> None:
        op, data = message["op"], message.get("d")
        if op == Op.HEARTBEAT:
            if self.acks:
                connection.send('{"op":11}')
            return
        self.received.append(message)
        if op == Op.IDENTIFY:
            self._identify(connection, data)
        elif op == Op.RESUME:
            self._resume(connection, data)
        elif op == Op.REQUEST_MEMBERS:
            self._members(connection, data)
        self.pulse.beat()

    def _identify(self, connection: Connection, data: Any) -> None:
        session = Session(connection, data)
        stale = [
            old for old in self.sessions.values() if old.connection is None and old.shard == session.shard
        ]
        for old in stale:
            del self.sessions[old.id]
        self.sessions[session.id] = session
        guilds = [
            guild
            for guild in self.world.guilds.values()
            if (guild.id >> 22) % session.shard[1] == session.shard[0]
        ]
        ready: Json = {
            "v": 10,
            "user": self.world.bot.payload(),
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": session.shard,
            "application": {"id": str(self.world.bot.id), "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        }
        session.dispatch("READY", ready)
        for guild in guilds:
            if session.intents & Intent.GUILDS:
                session.dispatch("GUILD_CREATE", guild.create_payload(session.intents))
        self.identified += 1

    def _resume(self, connection: Connection, data: Any) -> None:
        session = self.sessions.get(data["session_id"] or "")
        missed = session.missed(data["seq"] or 0) if session else None
        if session is None or missed is None:
            connection.send(json.dumps({"op": Op.INVALID_SESSION, "d": False}))
            return
        session.connection = connection
        for text in missed:
            connection.send(text)
        session.dispatch("RESUMED", {})
        self.resumed += 1

    def _members(self, connection: Connection, data: Any) -> None:
        session = next((one for one in self.sessions.values() if one.connection is connection), None)
        guild = self.world.guilds.get(int(data["guild_id"]))
        if session is None or guild is None:
            return
        found = _asked(list(guild.members.values()), data)
        count = max(1, -(-len(found) // 1000))
        for index in range(count):
            chunk: Json = {
                "guild_id": str(guild.id),
                "members": [member.payload() for member in found[index * 1000 : (index + 1) * 1000]],
                "chunk_index": index,
                "chunk_count": count,
            }
            if data.get("nonce"):
                chunk["nonce"] = data["nonce"]
            if data.get("presences"):
                chunk["presences"] = []
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _asked(members: list[Member], data: Json) -> list[Member]:
    if data.get("user_ids"):
        asked: Any = data["user_ids"]
        ids = {int(one) for one in (asked if isinstance(asked, list) else [asked])}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return [member for member in members if member.id in ids]
    query = (data.get("query") or "").lower()
    named = [member for member in members if member.user.name.lower().startswith(query)]
    return named[: data.get("limit") or None]
