"""Encryption at rest: what a linked account opens with is in the database as ciphertext only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class Unreadable(Exception):
    """No key opens the ciphertext, or it was made for something else; its text says nothing of what is in it."""


class Secrecy:
    """Seals texts with the operator's keys (Fernet: AES-128-CBC with HMAC-SHA256).

    The first key seals, every key unseals, so that keys can be replaced one after another. A sealed text is bound to
    what it was sealed for: copied into another member's row it does not open.
    """

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        made = [Fernet(key.get_secret_value()) for key in keys]
        self._first = made[0]
        self._fernet = MultiFernet(made)

    def __repr__(self) -> str:
        return "<Secrecy>"

    @classmethod
    def of(cls, keys: Sequence[SecretStr]) -> Self | None:
        """With these keys; None where there are none."""
        return cls(keys) if keys else None

    def seal(self, text: SecretStr, *, bound_to: str) -> str:
        """The text as ciphertext, for the database."""
        told = json.dumps([bound_to, text.get_secret_value()])
        return self._fernet.encrypt(told.encode()).decode("ascii")

    def unseal(self, sealed: str, *, bound_to: str) -> SecretStr:
        """The text behind a ciphertext.

        Raises:
            Unreadable: it was sealed with a key that is not here, for something else, or is damaged.
        """
        try:
            told: object = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            told = None
        match told:
            case [str(bound), str(text)] if bound == bound_to:
                return SecretStr(text)
            case _:
                raise Unreadable("no key opens it")

    def current(self, sealed: str) -> bool:
        """Whether the first key sealed it, so that the others are not needed for it any more."""
        try:
            self._first.decrypt(sealed.encode())
        except (InvalidToken, ValueError):
            return False
        return True


def keys_of(text: SecretStr | None) -> tuple[SecretStr, ...]:
    """The keys of a setting, separated by commas.

    Raises:
        ValueError: one of them is no key; the text does not show it.
    """
    given = text.get_secret_value().split(",") if text is not None else []
    keys = tuple(SecretStr(key) for part in given if (key := part.strip()))
    try:
        for key in keys:
            Fernet(key.get_secret_value())
    except ValueError:
        keys = None
    if keys is None:
        raise ValueError("a key is 32 random bytes in URL-safe base64")
    return keys


def new_key() -> str:
    """A fresh key, as ``SEGUE_SECRET_KEY`` wants it."""
    return Fernet.generate_key().decode("ascii")
