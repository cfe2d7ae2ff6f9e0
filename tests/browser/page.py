"""The preview in headless Chromium, driven as a member drives it: type, press, read."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright
from playwright.async_api import TimeoutError as TooLong

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

    async def command(self, text: str, option: str | None = None, **given: str | Path) -> None:
        """Type a slash command, perhaps with its first option or with some by their names, and send it.

        Args:
            text: the command, such as ``/radio play``.
            option: what is typed into the first option; the first suggestion is taken.
            given: what is typed into an option of this name, or the file that is attached there; where there are
                suggestions, the first one with these words is taken.
        """
        for patience in (15_000, 30_000):
            before = await self.cards.count()
            await self._typed(text, option, given)
            try:
                await self.cards.nth(before).wait_for(timeout=patience)
            except TooLong:
                # What comes later than Discord waits is not answered: on a busy machine a member asks again.
                continue
            break
        else:
            raise AssertionError(f"{text} was not answered twice")
        await self.settled()

    async def _typed(self, text: str, option: str | None, given: Mapping[str, str | Path]) -> None:
        """Type a command and send it off."""
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type(text, delay=15)
        await self._entry(text).wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_label(re.compile("^Command /")).first.wait_for()
        if option is not None:
            await self._first(option)
        for name, value in given.items():
            await self._give(name, value)
        if option is None and not given:
            for unused in await self.page.get_by_label(re.compile("^Remove .* option$")).all():
                await unused.click()
        await self.page.get_by_role("button", name="Send").click()

    def _entry(self, words: str = "", begin: str = "") -> Locator:
        """The first suggestion with these words; with ``^`` at its beginning."""
        entries = self.page.locator("[role=listbox] [role=option]:visible")
        return entries.filter(has_text=re.compile(begin + re.escape(words), re.IGNORECASE)).first

    async def _suggested(self, last: str, words: str = "") -> Locator:
        """Wait for a suggestion; what is asked while the bot's timers run is lost, so the last letter is typed again."""
        entry = self._entry(words)
        for _ in range(3):
            try:
                await entry.wait_for(timeout=4_000)
            except TooLong:
                await self.page.keyboard.press("Backspace")
                await self.page.keyboard.type(last)
            else:
                break
        return entry

    async def _first(self, value: str) -> None:
        """Type into the first option."""
        field = self.page.locator(".command-option-input")
        if not await field.count():  # none is required, so the list of them is open
            await self._entry().click()
            await field.first.wait_for()
        await self.page.keyboard.type(value, delay=25)
        await self._suggested(value[-1])
        await self.page.keyboard.press("Enter")

    async def _give(self, name: str, value: str | Path) -> None:
        """Fill in one option."""
        pill = self.page.locator(f".command-pill[data-option='{name}']")
        if not await pill.count():
            await self.page.locator(".command-ghost").click()
            await self._entry(name, "^").click()
        if isinstance(value, Path):
            await pill.locator("input[type=file]").set_input_files(value)
            return
        field = pill.locator(".command-option-input")
        await field.click()
        await self.page.keyboard.type(value, delay=25)
        if await field.get_attribute("role") == "combobox":
            await (await self._suggested(value[-1], value)).click()

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

    async def choose(self, *labels: str, menu: int = 0) -> None:
        """Choose from a menu of the newest message."""
        trigger = self.cards.last.locator(".select-trigger").nth(menu)
        await trigger.click()
        for label in labels:
            await self._entry(label).click()
        if await trigger.get_attribute("aria-expanded") == "true":  # several may be chosen
            await trigger.click()
        await self.settled()

    async def fill(self, text: str) -> None:
        """Write into the window that is open, and send it off."""
        window = self.page.locator(".modal-dialog")
        await window.locator("input, textarea").first.fill(text)
        await window.get_by_role("button", name="Submit").click()
        await window.wait_for(state="hidden")
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
