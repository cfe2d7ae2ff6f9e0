"""The accounts that members linked by their own wish. Secrets are kept as ciphertext only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import MemberId
from bot.store.schema import accounts


class AccountService(StrEnum):
    """Where a member can have an account that Segue reads."""

    SPOTIFY = "spotify"
    LISTENBRAINZ = "listenbrainz"
    LASTFM = "lastfm"


@dataclass(frozen=True, slots=True)
class Account:
    """One member's account at one service.

    Attributes:
        name: what the service calls the member.
        at: when it was linked, unix time.
        secret: ciphertext; None where a name is all there is, or where the link was lost.
        scopes: what the member allowed.
        expires_at: when the member has to link again at the latest, unix time; None for never.
    """

    member: MemberId
    service: AccountService
    name: str
    at: float
    secret: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ()
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An account as its member sees it; ``holds`` is false where it has to be linked again."""

    account: Account
    holds: bool


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What was removed: the account with its secrets, and ``songs`` that were read from it.

    Attributes:
        revoked: whether the service has been made to forget the permission as well.
    """

    account: Account
    songs: int
    revoked: bool


def _account(row: Row[Any]) -> Account:
    return Account(
        member=MemberId(row.member_id),
        service=AccountService(row.service),
        name=row.name,
        at=row.at,
        secret=row.secret,
        scopes=tuple(row.scopes.split()),
        expires_at=row.expires_at,
    )


class AccountStore:
    """Accounts by member and service."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def put(self, account: Account) -> None:
        """Write an account, over an earlier one of the same member and service."""
        given = {
            "name": account.name,
            "secret": account.secret,
            "scopes": " ".join(account.scopes),
            "expires_at": account.expires_at,
            "at": account.at,
        }
        statement = insert(accounts).values(member_id=account.member, service=account.service, **given)
        async with self._db.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["member_id", "service"], set_=given)
            )

    async def replace_secret(
        self, member: MemberId, service: AccountService, *, was: str, secret: str | None
    ) -> bool:
        """Put another secret in the place of this one; False where it is not there any more, and nothing was changed.

        So a token that was renewed while the member unlinked, or linked anew, is not written down.
        """
        async with self._db.write() as connection:
            changed = await connection.execute(
                update(accounts)
                .where(
                    accounts.c.member_id == member,
                    accounts.c.service == service,
                    accounts.c.secret == was,
                )
                .values(secret=secret)
            )
        return changed.rowcount > 0

    async def get(self, member: MemberId, service: AccountService) -> Account | None:
        """The member's account at a service."""
        found = select(accounts).where(accounts.c.member_id == member, accounts.c.service == service)
        async with self._db.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return None if row is None else _account(row)

    async def of(self, member: MemberId) -> tuple[Account, ...]:
        """All accounts of a member, by service."""
        found = select(accounts).where(accounts.c.member_id == member).order_by(accounts.c.service)
        async with self._db.read() as connection:
            return tuple(map(_account, (await connection.execute(found)).all()))

    async def at(self, service: AccountService) -> tuple[Account, ...]:
        """All accounts at a service, by member."""
        found = select(accounts).where(accounts.c.service == service).order_by(accounts.c.member_id)
        async with self._db.read() as connection:
            return tuple(map(_account, (await connection.execute(found)).all()))

    async def expiring(self, before: float) -> tuple[Account, ...]:
        """Those that must be linked again before this unix time, the most urgent first."""
        found = select(accounts).where(accounts.c.expires_at < before).order_by(accounts.c.expires_at)
        async with self._db.read() as connection:
            return tuple(map(_account, (await connection.execute(found)).all()))

    async def remove(self, member: MemberId, service: AccountService) -> Account | None:
        """Delete an account at once; what it was, or None where there was none."""
        gone = (
            delete(accounts)
            .where(accounts.c.member_id == member, accounts.c.service == service)
            .returning(accounts)
        )
        async with self._db.write() as connection:
            row = (await connection.execute(gone)).one_or_none()
        return None if row is None else _account(row)
