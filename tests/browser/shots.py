"""The pictures in docs/, taken from the preview: `make shots`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.browser.page import ROOT, Screen, browser, preview, screen

TARGET = ROOT / "docs" / "images"
MARGIN = 12


async def shoot(view: Screen, name: str) -> None:
    """Take the newest card alone."""
    card = view.cards.last
    await card.scroll_into_view_if_needed()
    await view.page.mouse.move(0, 0)
    await view.page.wait_for_function(
        "() => [...document.images].every(image => image.complete && image.naturalWidth)"
    )
    await card.screenshot(path=TARGET / f"{name}.png")
    print(f"docs/images/{name}.png")


async def main() -> None:
    """Act as Mira: ask, like, ask why, look at the taste, listen to the radio, make the weekly post."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            browser() as opened,
            preview(Path(folder)) as (_, url),
            screen(opened, url, width=1060, height=1500, scale=1.5) as view,
        ):
            await view.act_as("Mira")
            await view.command("/recommend")
            await shoot(view, "recommend")
            await view.press("❤️")
            await shoot(view, "liked")
            await view.press("Listen")
            await view.press("Why this?")
            await shoot(view, "why")
            await view.command("/taste show")
            await shoot(view, "taste")
            await view.command("/radio play", "teardrop")
            await view.press("Next")
            await shoot(view, "radio")
            await view.command("/discovery now")
            await shoot(view, "weekly")


if __name__ == "__main__":
    asyncio.run(main())
