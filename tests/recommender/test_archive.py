"""What is stored is what was fitted; what is damaged is refused, and the version before it serves."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, Engine, GroupId, ItemId, MemberId, Query
from recommender.archive import (
    ARRAYS,
    FORMAT,
    KEPT,
    MANIFEST,
    BrokenModel,
    Manifest,
    Origin,
    Shelf,
    ShelfBusy,
)
from recommender.config import EaseConfig, EngineConfig
from recommender.sparse import Arrays

ITEMS = 40
ORIGIN = Origin(catalogue="abc", last_event=7, last_mark="m", verdicts=60)


def dataset(seed: int = 1) -> Dataset:
    rng = np.random.default_rng(seed)
    ids = np.arange(1, ITEMS + 1)
    said = pd.DataFrame(
        {
            "group": 1,
            "member": rng.integers(1, 12, 120),
            "item": rng.integers(1, ITEMS + 1, 120),
            "weight": 1.0,
        }
    )
    return Dataset.from_frames(
        items=pd.DataFrame(
            {
                "artist": [f"artist {n % 7}" for n in ids],
                "released": 2000.0 + ids % 20,
                "popularity": ids * 2.0,
            },
            index=pd.Index(ids, name="item"),
        ),
        tags=pd.DataFrame({"item": ids, "tag": [f"tag {n % 4}" for n in ids], "weight": 1.0}),
        interactions=said.drop_duplicates(["group", "member", "item"]).assign(unix_time=1e9),
        baskets=pd.DataFrame({"basket": rng.integers(1, 9, 80), "item": rng.integers(1, ITEMS + 1, 80)}),
    )


def fitted(seed: int = 1) -> Engine:
    return Engine().fit(dataset(seed))


@cache
def unchanging(seed: int) -> Engine:
    """An engine that nobody folds anything into."""
    return fitted(seed)


def saved(shelf: Shelf, seed: int = 1) -> Manifest:
    return shelf.save(unchanging(seed), ORIGIN, {"seconds": 1.5}, created=1e9)


def answers(engine: Engine) -> list[Any]:
    """Everything that is told of some questions, to the last digit."""
    asked = [
        Query(taste={ItemId(3): 1.0, ItemId(9): -0.3}, group=GroupId(1), member=MemberId(2), count=10),
        Query(seeds={ItemId(5): 1.0}, tags={"tag 1": 1.0}, count=10, now=1.5e9),
        Query(count=5),
    ]
    rng = np.random.default_rng(1)
    return [engine.recommend(query, rng=rng) for query in asked] + [engine.similar(ItemId(4), 5)]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


class TestWhatIsKept:
    def test_answers_to_the_last_digit_as_before(self, shelf: Shelf) -> None:
        engine = fitted()
        expected = answers(engine)
        manifest = shelf.save(engine, ORIGIN, {"seconds": 1.5}, created=1e9)
        model = shelf.read(manifest.version)
        assert answers(model.engine) == expected
        assert model.manifest == manifest
        assert (model.manifest.origin, model.manifest.metrics) == (ORIGIN, {"seconds": 1.5})

    def test_learns_on_as_the_fitted_one_does(self, shelf: Shelf) -> None:
        engine = fitted()
        restored = shelf.read(shelf.save(engine, ORIGIN, {}, created=1e9).version).engine
        for each in (engine, restored):
            for item, weight in ((1, 1.0), (2, 1.0), (1, 0.0)):
                each.fold_in(group=GroupId(1), member=MemberId(2), item=ItemId(item), weight=weight)
        assert answers(restored) == answers(engine)

    def test_is_the_newest_three(self, shelf: Shelf) -> None:
        for number in range(1, KEPT + 3):
            assert saved(shelf).version == number
        assert shelf.versions() == [3, 4, 5]
        assert sorted(path.name for path in shelf.folder.iterdir()) == [".lock", "000003", "000004", "000005"]

    def test_holds_no_python_objects(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = fitted()
        arrays: Arrays = {**engine.arrays(), "names": np.array(["a", None], dtype=np.object_)}
        monkeypatch.setattr(engine, "arrays", lambda: arrays)
        with pytest.raises(ValueError, match="names holds Python objects"):
            shelf.save(engine, ORIGIN, {}, created=1e9)
        assert shelf.versions() == []


def arrays_of(shelf: Shelf, version: int) -> Path:
    return shelf.path(version) / ARRAYS


def rewritten(shelf: Shelf, version: int, **changes: Any) -> None:
    """Write the manifest anew, with a seal that is right: only the other checks are left."""
    file = shelf.path(version) / MANIFEST
    told = Manifest.model_validate_json(file.read_bytes()).model_copy(update=changes)
    told = told.model_copy(update={"seal": told.sealed()})
    file.write_text(told.model_dump_json())


def stored_as(shelf: Shelf, version: int, data: bytes) -> None:
    """Put another file in the place of the arrays, with size and checksum that are right."""
    arrays_of(shelf, version).write_bytes(data)
    rewritten(shelf, version, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def cut(shelf: Shelf, version: int) -> None:
    file = arrays_of(shelf, version)
    os.truncate(file, file.stat().st_size // 2)


def emptied(shelf: Shelf, version: int) -> None:
    os.truncate(arrays_of(shelf, version), 0)


def flipped(shelf: Shelf, version: int) -> None:
    file = arrays_of(shelf, version)
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 4
    file.write_bytes(data)


def wrong_checksum(shelf: Shelf, version: int) -> None:
    rewritten(shelf, version, sha256="0" * 64)


def no_arrays(shelf: Shelf, version: int) -> None:
    arrays_of(shelf, version).unlink()


def no_manifest(shelf: Shelf, version: int) -> None:
    (shelf.path(version) / MANIFEST).unlink()


def half_a_manifest(shelf: Shelf, version: int) -> None:
    file = shelf.path(version) / MANIFEST
    os.truncate(file, file.stat().st_size // 2)


def empty_manifest(shelf: Shelf, version: int) -> None:
    (shelf.path(version) / MANIFEST).write_bytes(b"")


def other_event(shelf: Shelf, version: int) -> None:
    file = shelf.path(version) / MANIFEST
    text = file.read_text()
    assert '"last_event": 7' in text
    file.write_text(text.replace('"last_event": 7', '"last_event": 3'))


def from_the_future(shelf: Shelf, version: int) -> None:
    rewritten(shelf, version, format=FORMAT + 1)


def not_an_object(shelf: Shelf, version: int) -> None:
    (shelf.path(version) / MANIFEST).write_text("[1, 2]")


def pickled(shelf: Shelf, version: int) -> None:
    stored_as(shelf, version, pickle.dumps(Bomb(), protocol=4))


def pickled_within(shelf: Shelf, version: int) -> None:
    """An archive of arrays of which one is a pickle."""
    file = io.BytesIO()
    np.savez(file, bomb=np.array([Bomb()], dtype=np.object_))
    stored_as(shelf, version, file.getvalue())


def of_another_model(shelf: Shelf, version: int) -> None:
    file = io.BytesIO()
    np.savez(file, other=np.arange(3))
    stored_as(shelf, version, file.getvalue())


def without_an_array(shelf: Shelf, version: int) -> None:
    """All is in order, but not enough for an engine."""
    with np.load(arrays_of(shelf, version)) as there:
        arrays: Arrays = {name: there[name] for name in there.files if name != "catalogue.ids"}
    file = io.BytesIO()
    np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]
    stored_as(shelf, version, file.getvalue())
    notes = shelf.manifest(version).arrays
    rewritten(shelf, version, arrays={name: note for name, note in notes.items() if name in arrays})


def no_archive(shelf: Shelf, version: int) -> None:
    stored_as(shelf, version, b"PK\x03\x04 this is a shopping list")


class Bomb:
    """What a pickle can do."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("the pickle was opened",)


DAMAGE = (
    cut,
    emptied,
    flipped,
    wrong_checksum,
    no_arrays,
    no_manifest,
    half_a_manifest,
    empty_manifest,
    other_event,
    from_the_future,
    not_an_object,
    pickled,
    pickled_within,
    of_another_model,
    without_an_array,
    no_archive,
)


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
    def test_is_refused_by_name_and_the_version_before_serves(self, shelf: Shelf, damage: Any) -> None:
        expected = answers(shelf.read(saved(shelf, seed=1).version).engine)
        saved(shelf, seed=2)
        damage(shelf, 2)
        with pytest.raises(BrokenModel) as broken:
            shelf.read(2)
        assert str(shelf.path(2)) in str(broken.value)
        assert "Delete that folder" in str(broken.value)
        model, refused = shelf.latest()
        assert model is not None
        assert (model.version, answers(model.engine)) == (1, expected)
        assert [error.path for error in refused] == [shelf.path(2)]

    def test_of_everything_leaves_nothing_and_says_all(self, shelf: Shelf) -> None:
        for version in (1, 2, 3):
            saved(shelf)
            flipped(shelf, version)
        model, refused = shelf.latest()
        assert model is None
        assert [error.path for error in refused] == [shelf.path(version) for version in (3, 2, 1)]

    def test_of_any_byte_is_noticed(self, shelf: Shelf) -> None:
        saved(shelf)
        for file in (arrays_of(shelf, 1), shelf.path(1) / MANIFEST):
            whole = file.read_bytes()
            for place in range(0, len(whole), max(1, len(whole) // 60)):
                data = bytearray(whole)
                data[place] ^= 1
                file.write_bytes(data)
                try:
                    # Space between the parts of the manifest says nothing.
                    assert shelf.read(1).manifest == Manifest.model_validate_json(whole)
                    assert whole[place : place + 1].isspace() or chr(data[place]).isspace()
                except BrokenModel:
                    pass
            file.write_bytes(whole)
        shelf.read(1)

    def test_a_new_version_comes_after_a_damaged_one(self, shelf: Shelf) -> None:
        saved(shelf)
        cut(shelf, 1)
        assert saved(shelf).version == 2
        model, _ = shelf.latest()
        assert model is not None
        assert model.version == 2


class TestWhatDoesNotFit:
    def test_is_passed_over_without_a_word(self, shelf: Shelf) -> None:
        saved(shelf)
        shelf.save(fitted(), ORIGIN.model_copy(update={"catalogue": "other"}), {}, created=1e9)
        model, refused = shelf.latest(lambda manifest: manifest.origin.catalogue == "abc")
        assert model is not None
        assert (model.version, refused) == (1, [])

    def test_other_settings_of_the_engine_need_another_fit(self, shelf: Shelf) -> None:
        saved(shelf)
        other = Shelf(shelf.folder, EngineConfig(ease=EaseConfig(ridge=7.0)))
        assert other.latest() == (None, [])
        with pytest.raises(BrokenModel, match="other settings"):
            other.read(1)

    def test_what_was_learned_on_a_validation_part_is_there_for_the_next_fits(self, shelf: Shelf) -> None:
        assert shelf.tuned() is None
        engine = fitted()
        tuned = engine.tuned.model_copy(update={"pairs": 7})
        shelf.save(engine, ORIGIN, {}, created=1e9, tuned=tuned)
        saved(shelf)
        assert shelf.tuned() == tuned
        assert Shelf(shelf.folder, EngineConfig(ease=EaseConfig(ridge=7.0))).tuned() is None
        config = EngineConfig().tuned(tuned)
        assert not config.blend.learned
        assert not config.content.learned
        assert config.blend.weights == tuned.blend.weights

    def test_settings_that_no_fit_depends_on_may_change(self, shelf: Shelf) -> None:
        saved(shelf)
        model, _ = Shelf(shelf.folder, EngineConfig(rerank_pool=7)).latest()
        assert model is not None

    def test_nothing_there_is_nothing(self, tmp_path: Path) -> None:
        assert Shelf(tmp_path / "nowhere").latest() == (None, [])
        assert not (tmp_path / "nowhere").exists()


class TestWriting:
    def test_cut_off_before_the_end_leaves_the_shelf_as_it_was(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        saved(shelf)

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            with pytest.raises(OSError, match="No space"):
                saved(shelf)
        assert sorted(path.name for path in shelf.folder.iterdir()) == [".lock", "000001"]
        assert saved(shelf).version == 2

    def test_what_a_killed_process_left_behind_is_swept(self, shelf: Shelf) -> None:
        saved(shelf)
        shutil.copytree(shelf.path(1), shelf.folder / ".new-000002")
        assert shelf.versions() == [1]
        assert saved(shelf).version == 2
        assert not list(shelf.folder.glob(".new-*"))

    def test_is_one_process_at_a_time_and_free_again_when_that_is_killed(self, shelf: Shelf) -> None:
        shelf.folder.mkdir()
        holding = (
            "import sys, pathlib; from recommender.archive import Shelf\n"
            "with Shelf(pathlib.Path(sys.argv[1])).reserved():\n"
            "    print('held', flush=True); sys.stdin.read()"
        )
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            [sys.executable, "-c", holding, str(shelf.folder)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(ShelfBusy, match="Another process"):
                saved(shelf)
            other.kill()
        assert saved(shelf).version == 1

    def test_is_plain_numpy(self, shelf: Shelf) -> None:
        saved(shelf)
        with zipfile.ZipFile(arrays_of(shelf, 1)) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        told = json.loads((shelf.path(1) / MANIFEST).read_bytes())
        assert told["format"] == FORMAT
        assert told["size"] == arrays_of(shelf, 1).stat().st_size
