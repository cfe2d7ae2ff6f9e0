"""Fitted engines on disk, one folder a version: written whole, checked before use, never unpickled."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from recommender.config import EngineConfig, Tuned
from recommender.engine import Engine
from recommender.sparse import Arrays
from recommender.types import Query

FORMAT = 2
"""Grows whenever arrays change their names or their meaning; what has another number is not read."""
KEPT = 3
ARRAYS, MANIFEST, LOCK = "arrays.npz", "manifest.json", ".lock"
_UNFINISHED = ".new-"


class BrokenModel(Exception):
    """A stored model cannot be used; the sentence names its folder and what to do.

    Attributes:
        path: the folder of the version.
    """

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"The model {path} {what}. Delete that folder; a new model is fitted without it.")
        self.path = path


class ShelfBusy(Exception):
    """Another process is fitting for the same shelf."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Origin(_Written):
    """What a model was fitted on, as whoever fitted it tells it apart."""

    catalogue: str
    """Fingerprint of the catalogue."""
    last_event: int
    """Number of the last event that was learnt from; 0 for none."""
    last_mark: str
    """Fingerprint of that event: after a restored backup its number may be another's."""
    verdicts: int
    """How many verdicts were learnt from."""


class ArrayNote(_Written):
    """What one array must look like."""

    dtype: str
    shape: list[int]


class Manifest(_Written):
    """What is written beside the arrays of a version."""

    format: int
    version: int
    created: float
    """Unix time in seconds."""
    origin: Origin
    config: str
    """What the fit depends on of the EngineConfig, as JSON."""
    metrics: dict[str, float]
    tuned: str
    """What was learned on a validation part, as JSON; empty where nothing was."""
    arrays: dict[str, ArrayNote]
    size: int
    """Bytes of the arrays' file."""
    sha256: str
    """Of the arrays' file."""
    seal: str = ""
    """SHA-256 of all the rest of the manifest."""

    def sealed(self) -> str:
        """Give the seal that the rest of the manifest should have."""
        plain = self.model_dump(exclude={"seal"}, mode="json")
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Model:
    """An engine from the shelf."""

    manifest: Manifest
    engine: Engine

    @property
    def version(self) -> int:
        """Its number."""
        return self.manifest.version


def anything(manifest: Manifest) -> bool:
    """Accept every model."""
    return manifest.version > 0


class Shelf:
    """The stored versions of one engine, in a folder of their own.

    A version is `arrays.npz`, uncompressed, beside `manifest.json`. Its folder is renamed into its place once both
    are on the disk, so a version is there whole or not at all.
    """

    def __init__(self, folder: Path, config: EngineConfig | None = None) -> None:
        self.folder = folder
        self._config = config or EngineConfig()
        self._held = 0

    def versions(self) -> list[int]:
        """List the versions that are there, good or not, oldest first."""
        with contextlib.suppress(OSError):
            return sorted(int(entry.name) for entry in self.folder.iterdir() if entry.name.isdecimal())
        return []

    def path(self, version: int) -> Path:
        """Name the folder of a version."""
        return self.folder / f"{version:06d}"

    @contextmanager
    def reserved(self) -> Generator[None]:
        """Keep other processes from writing; the system ends it with the process, however that ends.

        Raises:
            ShelfBusy: another process has reserved the shelf.
            OSError: the folder cannot be written.
        """
        if self._held:
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a+b") as file:
            if not _locked(file):
                raise ShelfBusy(f"Another process is fitting a model for {self.folder}. Let it end first.")
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1

    def save(
        self,
        engine: Engine,
        origin: Origin,
        metrics: Mapping[str, float],
        *,
        created: float,
        tuned: Tuned | None = None,
    ) -> Manifest:
        """Write what `engine` was fitted with as the newest version, then delete those too many.

        `tuned` is kept beside it for the next fits.

        Raises:
            ValueError: an array holds Python objects, which could only be pickled.
            ShelfBusy: another process is writing.
            OSError: the folder cannot be written, or the disk is full; the shelf is as before.
        """
        arrays = engine.arrays()
        for name, array in arrays.items():
            if array.dtype.hasobject:
                raise ValueError(f"The array {name} holds Python objects; only plain numbers are written.")
        with self.reserved():
            self._sweep()
            version = max(self.versions(), default=0) + 1
            made = self.folder / f"{_UNFINISHED}{version:06d}"
            made.mkdir()
            try:
                told = "" if tuned is None else tuned.model_dump_json()
                manifest = self._write(made, version, arrays, origin, metrics, created, told)
                made.rename(self.path(version))
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
            _sync_folder(self.folder)
            self._prune()
        return manifest

    def read(self, version: int) -> Model:
        """Read one version, after every check.

        Raises:
            BrokenModel: any check failed.
        """
        manifest = self.manifest(version)
        path = self.path(version)
        if manifest.config != self._config.of_fit():
            raise BrokenModel(path, "was fitted with other settings of the engine")
        arrays = self._arrays(path, manifest)
        try:
            engine = Engine(self._config).restore(arrays)
            proven = all(np.isfinite(pick.score) for pick in engine.recommend(Query(count=3)))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise BrokenModel(path, f"does not fit together ({error})") from error
        if not proven:
            raise BrokenModel(path, "answers with scores that are no numbers")
        return Model(manifest, engine)

    def manifest(self, version: int) -> Manifest:
        """Read what is written beside the arrays of a version.

        Raises:
            BrokenModel: it is missing, damaged or of another format.
        """
        path = self.path(version)
        try:
            written: Any = json.loads((path / MANIFEST).read_bytes())
        except OSError as error:
            raise BrokenModel(path, f"cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise BrokenModel(path, f"has a damaged {MANIFEST}") from error
        if isinstance(written, dict) and (number := cast(dict[str, Any], written).get("format")) != FORMAT:
            raise BrokenModel(path, f"has format {number}, and this version of the program reads {FORMAT}")
        try:
            manifest = Manifest.model_validate(written)
        except ValidationError as error:
            raise BrokenModel(path, f"has a damaged {MANIFEST}") from error
        if manifest.seal != manifest.sealed() or manifest.version != version:
            raise BrokenModel(path, f"has a {MANIFEST} that was changed after it was written")
        return manifest

    def tuned(self) -> Tuned | None:
        """Give what was learned on a validation part for the newest version that knows it and had these settings."""
        for version in reversed(self.versions()):
            with contextlib.suppress(BrokenModel, ValidationError):
                manifest = self.manifest(version)
                if manifest.tuned and manifest.config == self._config.of_fit():
                    return Tuned.model_validate_json(manifest.tuned)
        return None

    def latest(self, fits: Callable[[Manifest], bool] = anything) -> tuple[Model | None, list[BrokenModel]]:
        """Give the newest good version that `fits`, or None, and what was refused on the way to it."""
        refused: list[BrokenModel] = []
        for version in reversed(self.versions()):
            try:
                manifest = self.manifest(version)
                if manifest.config == self._config.of_fit() and fits(manifest):
                    return self.read(version), refused
            except BrokenModel as error:
                refused.append(error)
        return None, refused

    def _write(
        self,
        made: Path,
        version: int,
        arrays: Arrays,
        origin: Origin,
        metrics: Mapping[str, float],
        created: float,
        tuned: str,
    ) -> Manifest:
        with (made / ARRAYS).open("w+b") as file:
            np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]
            size = _flushed(file)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        manifest = Manifest(
            format=FORMAT,
            version=version,
            created=created,
            origin=origin,
            config=self._config.of_fit(),
            metrics=dict(metrics),
            tuned=tuned,
            arrays={
                name: ArrayNote(dtype=array.dtype.str, shape=list(array.shape))
                for name, array in arrays.items()
            },
            size=size,
            sha256=digest,
        )
        manifest = manifest.model_copy(update={"seal": manifest.sealed()})
        with (made / MANIFEST).open("wb") as file:
            file.write(manifest.model_dump_json(indent=1).encode())
            _flushed(file)
        _sync_folder(made)
        return manifest

    def _arrays(self, path: Path, manifest: Manifest) -> Arrays:
        try:
            with (path / ARRAYS).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != manifest.size:
                    raise BrokenModel(path, f"is cut short: {size} bytes instead of {manifest.size}")
                if hashlib.file_digest(file, "sha256").hexdigest() != manifest.sha256:
                    raise BrokenModel(path, "is damaged: its checksum is wrong")
                file.seek(0)
                # Read in small portions: a memory map would fault on the event loop's first question.
                with np.load(file, allow_pickle=False) as stored:
                    arrays: Arrays = {name: stored[name] for name in stored.files}
        except OSError as error:
            raise BrokenModel(path, f"cannot be read ({error.strerror})") from error
        except (ValueError, zipfile.BadZipFile) as error:
            raise BrokenModel(path, f"holds something else than arrays ({error})") from error
        found = {
            name: ArrayNote(dtype=array.dtype.str, shape=list(array.shape)) for name, array in arrays.items()
        }
        if found != manifest.arrays:
            raise BrokenModel(path, f"does not hold the arrays that its {MANIFEST} names")
        return arrays

    def _prune(self) -> None:
        for version in self.versions()[:-KEPT]:
            doomed = self.folder / f"{_UNFINISHED}old-{version:06d}"
            # Renamed first, so that a version is never there in part.
            with contextlib.suppress(OSError):
                self.path(version).rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def _sweep(self) -> None:
        """Delete what a killed process left behind."""
        for left in self.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)


def _flushed(file: IO[bytes]) -> int:
    """Bring a file onto the disk; its size."""
    file.flush()
    os.fsync(file.fileno())
    return os.fstat(file.fileno()).st_size


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _locked(file: IO[bytes]) -> bool:
    """Lock a file for this process until it is closed; False where another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
