"""The recommendations as a CSV file, written batch by batch."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from recommender.errors import DatasetError
from recommender.evaluation.exam import Exam
from recommender.evaluation.judging import Answers
from recommender.evaluation.reading import Split


class Recommendations:
    """Writes user,rank,item,score; ids as they were read, ranks from 1."""

    def __init__(self, stream: TextIO, split: Split, exam: Exam) -> None:
        self._rows = csv.writer(stream, lineterminator="\n")
        self._rows.writerow(["user", "rank", "item", "score"])
        self._users = split.users.to_numpy()[exam.users]
        self._items = split.items.to_numpy()[exam.candidates]

    def write(self, answers: Answers) -> None:
        """Add the rows of some users."""
        users, places = np.nonzero(answers.columns >= 0)
        self._rows.writerows(
            zip(
                self._users[answers.places[users]],
                (places + 1).tolist(),
                self._items[answers.columns[users, places]],
                (f"{score:.7g}" for score in answers.scores[users, places].tolist()),
                strict=True,
            )
        )


@contextmanager
def opened(path: Path | None, inputs: tuple[Path, ...]) -> Generator[TextIO | None]:
    """Open the file to write, compressed where its name ends in .gz; None where none is wanted.

    Raises:
        DatasetError: it cannot be written, or it is one of the inputs.
    """
    if path is None:
        yield None
        return
    if path.exists() and any(path.samefile(given) for given in inputs if given.exists()):
        raise DatasetError(f"{path} is one of the files to read. Name another file for the recommendations.")
    try:
        stream = (gzip.open if path.suffix == ".gz" else open)(path, "wt", encoding="utf-8", newline="")
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be written ({error.strerror}). Name a file in a folder that is there."
        ) from None
    with stream:
        yield stream  # pyright: ignore[reportReturnType]
