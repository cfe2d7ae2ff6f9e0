"""The picture of the curves is drawn from points, whatever they were measured on."""

from pathlib import Path

from PIL import Image

from benchmarks.curves import Point, draw, said, settings


def test_every_setting_becomes_a_point_of_the_picture(tmp_path: Path) -> None:
    points = [
        Point(setting, ndcg=0.2 + 0.001 * number, novelty=4 + 0.1 * number, coverage=0.05, little=0.2)
        for number, setting in enumerate(settings())
    ]
    assert len({said(point).split("NDCG")[0] for point in points}) == len(points)
    draw(points, tmp_path / "images" / "curves.png")
    with Image.open(tmp_path / "images" / "curves.png") as picture:
        assert picture.width > 1_000
        assert len(picture.convert("RGB").getcolors(2**20) or []) > 3
