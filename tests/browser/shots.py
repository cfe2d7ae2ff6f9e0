"""The pictures in docs/, taken from the preview as members use it: `make shots`."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image

from tests.browser.page import ROOT, Screen, browser, preview, screen
from tests.browser.scenes import PREPARED, SCENES

TARGET = ROOT / "docs" / "images"
# High enough that no card is cut off.
WIDTH, HEIGHT, SCALE = 1_060, 1_900, 1.5
COLOURS = 256
# Cards as wide as on a phone; the page's own narrow layout would put covers below their text, as no phone does.
STYLE = """
article.channel-message { width: 460px !important; }
.message-components, .message-content { width: calc(100% - 76px) !important; margin-left: 64px !important; }
.message-context-actions { display: none !important; }
"""
# The page takes no style from elsewhere, but from its own script.
STYLED = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets.push(sheet);
}"""


async def shoot(view: Screen, name: str) -> None:
    """Take the newest card alone, in few colours so that the file is small."""
    card = view.cards.last
    await card.scroll_into_view_if_needed()
    await view.page.mouse.move(0, 0)
    await view.page.wait_for_function(
        "() => [...document.images].every(image => image.complete && image.naturalWidth)"
    )
    taken = Image.open(io.BytesIO(await card.screenshot())).convert("RGB")
    few = taken.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(TARGET / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png")


@asynccontextmanager
async def stage(folder: Path) -> AsyncGenerator[Screen]:
    """The preview anew, on a phone."""
    async with (
        browser() as opened,
        preview(folder) as (_, url),
        screen(opened, url, width=WIDTH, height=HEIGHT, scale=SCALE) as view,
    ):
        await view.page.evaluate(STYLED, STYLE)
        yield view


async def main(chosen: Sequence[str]) -> None:
    """Play scenes, each in a server of its own: the page shows the newest messages of a channel only.

    Args:
        chosen: the names of some scenes; none for every one.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if chosen and scene.__name__ not in chosen:
            continue
        with tempfile.TemporaryDirectory() as folder:
            if scene.__name__ in PREPARED:
                await PREPARED[scene.__name__](Path(folder))
            async with stage(Path(folder)) as view:
                await view.act_as("Mira")
                async for name in scene(view, Path(folder)):
                    await shoot(view, name)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
