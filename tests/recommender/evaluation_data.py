"""Files to evaluate on whose right answers can be proved by hand."""

from collections.abc import Iterable
from pathlib import Path

from recommender.evaluation.exam import Candidates, Exam
from recommender.evaluation.reading import Files, Split, read_split

TRAIN = "user,item\nann,a\nann,b\nben,a\nben,b\ncat,a\ncat,c\ndan,a\n"
"""Four listen to a, two to b, one to c: to dan and cat popularity brings b first, to a stranger a."""
TEST = "user,item\ndan,b\ncat,b\neve,a\n"


def written(folder: Path, **files: str | bytes) -> dict[str, Path]:
    """Write files, each under its name and .csv."""
    paths = {name: folder / f"{name}.csv" for name in files}
    for name, content in files.items():
        paths[name].write_bytes(content if isinstance(content, bytes) else content.encode())
    return paths


def split_of(
    folder: Path, train: str | bytes = TRAIN, test: str | bytes = TEST, **more: str | bytes
) -> Split:
    """Read a split from the contents of its files."""
    return read_split(Files(**written(folder, train=train, test=test, **more)), seed=0)


def exam_of(split: Split, kind: Candidates = Candidates.ALL) -> Exam:
    return Exam.of(split, kind)


def csv_of(header: str, rows: Iterable[tuple[object, ...]]) -> str:
    """Lay rows out as a CSV without anything to quote."""
    return "\n".join([header, *(",".join(str(cell) for cell in row) for row in rows)]) + "\n"
