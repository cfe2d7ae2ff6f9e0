"""What an operator sees first: the preview page, used with keyboard and mouse."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.page import Screen, browser, chromium, preview, screen

if chromium() is None and not os.environ.get("CI"):
    pytest.skip("no chromium on this machine: apt-get install chromium", allow_module_level=True)

# On a busy machine what a press leads to takes more than the usual five seconds to appear.
expect.set_options(timeout=30_000)


async def songs(view: Screen) -> list[str]:
    """The titles on the newest card."""
    return re.findall(r"^(.+? · .+? · \d{4})$", await view.newest(), re.MULTILINE)


# Three starts of the program with a browser beside them: on a busy machine more than a minute.
@pytest.mark.timeout(300)
async def test_the_page_from_the_first_start_to_a_fresh_one(tmp_path: Path) -> None:
    async with browser() as opened:
        async with preview(tmp_path) as (process, url):
            async with screen(opened, url) as view:
                await a_heart_changes_the_next_answer(view)
            async with screen(opened, url) as view:
                await the_first_answer_is_personal_and_shows_the_others(view)
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
        async with preview(tmp_path) as (_, url), screen(opened, url) as view:
            assert await noor_is_known(view)
        async with preview(tmp_path, "--fresh") as (_, url), screen(opened, url) as view:
            assert not await noor_is_known(view)


async def noor_is_known(view: Screen) -> bool:
    """Ask as the member who is new, in a server whose others are not."""
    await view.act_as("Noor (new here)")
    await view.command("/recommend")
    return "Nothing known about you yet" not in await view.newest()


async def a_heart_changes_the_next_answer(view: Screen) -> None:
    assert not await noor_is_known(view)
    first = await songs(view)
    assert len(first) == 4
    heart = view.cards.last.get_by_role("button", name="❤️").first
    before = int((await heart.inner_text()).removeprefix("❤️") or 0)
    await view.press("❤️")
    await expect(heart).to_have_text(f"❤️{before + 1}")
    for nth in (1, 2):
        await view.press("❤️", nth)
    assert await noor_is_known(view)
    assert not set(first) & set(await songs(view))
    assert re.search("you liked|you like |a taste like yours", await view.newest())


async def the_first_answer_is_personal_and_shows_the_others(view: Screen) -> None:
    await view.act_as("Mira")
    await view.command("/recommend")
    assert re.search("members? with a taste like yours", await view.newest())
    await view.command("/radio play", "teardrp masive atack")
    assert "Radio from Teardrop · Massive Attack" in await view.newest()
    await view.press("Next")
    if "song 2" not in await view.newest():
        # On a busy machine a press may have come too late to be answered: a member presses again.
        await view.press("Next")
    await expect(view.cards.last).to_contain_text(re.compile("song [23]"))
    await view.command("/discovery now")
    await expect(view.cards.last).to_contain_text("new to you all")
