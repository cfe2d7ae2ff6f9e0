"""The preview in headless Chromium, driven as a member drives it: type, press, read."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )


@asynccontextmanager
async def preview(folder: Path, *arguments: str) -> AsyncGenerator[tuple[Process, str]]:
    """`python -m bot run` without a token, as an operator starts it; yields the process and the page's address."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "DISCORD_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run", "--no-open", *arguments),
        cwd=folder,
        stdout=PIPE,
        env={
            **given,
            "PYTHONPATH": str(ROOT),
            "SEGUE_PREVIEW_PORT": "0",
            "SEGUE_SOURCES": "none",
            "SEGUE_COMMANDS_A_MINUTE": "0",
            "PYTHONUNBUFFERED": "1",
        },
    )
    assert process.stdout is not None
    try:
        said = ""
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/#\S+", said)):
            line = await process.stdout.readline()
            assert line, f"the preview ended: {said}"
            said += line.decode()
        yield process, address.group()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@dataclass
class Screen:
    """The page, and what a member does on it."""

    page: Page

    async def act_as(self, name: str) -> None:
        """Choose whom to act as."""
        (chosen,) = await self.page.get_by_label("Viewing as").select_option(label=name)
        # What is typed before the page has changed over is lost.
        await self.page.wait_for_function("chosen => simcordPreview.viewerId === chosen", arg=chosen)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is being done, as the page itself tells."""
        await self.page.wait_for_function("() => simcordPreview.ready")

    async def command(self, text: str, option: str | None = None) -> None:
        """Type a slash command, perhaps with its first option, and send it."""
        before = await self.cards.count()
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type(text, delay=15)
        await self.page.locator("[role=listbox] [role=option]:visible").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_label(re.compile("^Command /")).first.wait_for()
        if option is not None:
            field = self.page.locator(".command-option-input")
            if not await field.count():  # none is required, so the list of them is open
                await self.page.locator("[role=listbox] [role=option]:visible").first.click()
                await field.first.wait_for()
            await self.page.keyboard.type(option, delay=25)
            await self.page.locator("[role=listbox] [role=option]:visible").first.wait_for()
            await self.page.keyboard.press("Enter")
        else:
            for unused in await self.page.get_by_label(re.compile("^Remove .* option$")).all():
                await unused.click()
        await self.page.get_by_role("button", name="Send").click()
        await self.cards.nth(before).wait_for()
        await self.settled()

    @property
    def cards(self) -> Locator:
        """Every message of the bot, oldest first."""
        return self.page.locator("article.channel-message").filter(has_text="APP")

    async def newest(self) -> str:
        """What the newest message says."""
        return await self.cards.last.inner_text()

    async def press(self, label: str, nth: int = 0) -> None:
        """Press a button of the newest message."""
        await self.cards.last.get_by_role("button", name=label).nth(nth).click()
        await self.settled()


@asynccontextmanager
async def browser() -> AsyncGenerator[Browser]:
    """A browser; its pages know nothing of each other."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS])
        try:
            yield opened
        finally:
            await opened.close()


@asynccontextmanager
async def screen(
    opened: Browser, url: str, *, width: int = 1100, height: int = 1000, scale: float = 1
) -> AsyncGenerator[Screen]:
    """Open the preview in a page of its own."""
    async with await opened.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale
    ) as page:
        await page.goto(url)
        await page.locator("#channel-composer-input").wait_for()
        yield Screen(page)
