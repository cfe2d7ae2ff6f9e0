"""The judge takes what discord.py says and refuses what Discord would."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.http import handle_message_parameters
from discord.webhook.async_ import interaction_message_response_params

from tests.openapi import DOCUMENT, Judge, Refused

pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="Discord's document is not here")

CALLBACK = "/interactions/1/token/callback"
ORIGINAL = "/webhooks/2/token/messages/@original"
MESSAGES = "/channels/3/messages"
COMMANDS = "/applications/2/commands"


@pytest.fixture
def judge() -> Judge:
    return Judge.load()


def card(buttons: int = 3, text: str = "**Teardrop**") -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=0x336699)
    thumbnail: discord.ui.Thumbnail[Any] = discord.ui.Thumbnail("attachment://cover.png")
    section: discord.ui.Section[Any] = discord.ui.Section(text, accessory=thumbnail)
    box.add_item(section)
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    for number in range(buttons):
        row.add_item(discord.ui.Button(emoji="❤️", custom_id=f"fb:v1:1:{number}:like"))
    box.add_item(row)
    box.add_item(discord.ui.Separator())
    view.add_item(box)
    return view


def cover() -> discord.File:
    return discord.File(io.BytesIO(b"png"), "cover.png", description="a cover")


def body_of(params: Any) -> Any:
    """What goes over the wire: JSON, or a multipart's fields."""
    if params.multipart:
        return {part["name"]: part["value"] for part in params.multipart}
    return json.loads(json.dumps(params.payload))


def choices(*names: str) -> dict[str, Any]:
    return {"type": 8, "data": {"choices": [{"name": name, "value": name[:100]} for name in names]}}


def row_of(*components: dict[str, Any]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": list(components)}]}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "a", **more}


async def test_what_discord_py_sends_is_taken(judge: Judge) -> None:
    mentions = discord.AllowedMentions(everyone=False, users=[discord.Object(5)], roles=False)
    with handle_message_parameters(
        view=card(), files=[cover()], allowed_mentions=mentions, nonce="week-47-12345"
    ) as params:
        judge.check("POST", "/api/v10" + MESSAGES, body_of(params))
    with interaction_message_response_params(type=4, view=card(), files=[cover()]) as params:
        judge.check("POST", CALLBACK, body_of(params), {"with_response": "1"})
    with handle_message_parameters(content="edited", allowed_mentions=mentions) as params:
        judge.check("PATCH", ORIGINAL, body_of(params))
        judge.check("PATCH", f"{MESSAGES}/4", body_of(params))
        judge.check("POST", "/webhooks/2/token", body_of(params), {"wait": 1, "with_components": 0})
    with interaction_message_response_params(type=7, view=card(), embeds=[]) as params:
        judge.check("POST", CALLBACK, body_of(params))
    with handle_message_parameters(
        content="reply",
        message_reference={"message_id": 4, "channel_id": 3},  # pyright: ignore[reportArgumentType]
    ) as params:
        judge.check("POST", MESSAGES, body_of(params))
    assert judge.total == 7
    assert judge.checked["create_interaction_response"] == 2


async def test_a_kept_attachment_is_taken(judge: Judge) -> None:
    data: Any = {
        "id": "9",
        "size": 3,
        "filename": "a.png",
        "url": "https://cdn/a.png",
        "proxy_url": "https://cdn/a.png",
    }
    data["content_type"] = "image/png"
    client = discord.Client(intents=discord.Intents.none())
    kept = discord.Attachment(data=data, state=client._connection)  # pyright: ignore[reportPrivateUsage]
    with handle_message_parameters(attachments=[kept, cover()]) as params:
        judge.check("PATCH", f"{MESSAGES}/4", body_of(params))


async def test_commands_are_taken(judge: Judge) -> None:
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)

    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    class Settings(app_commands.Group):
        @app_commands.command(description="which day")
        @app_commands.choices(day=[app_commands.Choice(name="Monday", value=0)])
        async def weekly(
            self, interaction: discord.Interaction, channel: discord.TextChannel, day: int
        ) -> None: ...

    @tree.command(description="five songs")
    async def recommend(
        interaction: discord.Interaction, song: str | None, count: app_commands.Range[int, 1, 5] = 5
    ) -> None: ...

    @recommend.autocomplete("song")
    async def songs(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return []

    @tree.context_menu(name="More like this")
    async def more(interaction: discord.Interaction, message: discord.Message) -> None: ...

    tree.add_command(Settings(name="settings", description="of this server"))
    judge.check("PUT", COMMANDS, [command.to_dict(tree) for command in tree.get_commands()])
    judge.check("PUT", "/applications/2/guilds/7/commands", [more.to_dict(tree)])


async def test_every_kind_of_component_is_taken(judge: Judge) -> None:
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=discord.Colour.red(), spoiler=True)
    gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://cover.png", description="a collage")
    shown: discord.ui.File[Any] = discord.ui.File("attachment://cover.png")
    listen: discord.ui.Button[Any] = discord.ui.Button(label="Listen", url="https://example.org")
    linked: discord.ui.Section[Any] = discord.ui.Section("text", accessory=listen)
    box.add_item(gallery).add_item(shown).add_item(linked)
    song = discord.SelectOption(label="Roads", value="3", description="Portishead", emoji="🎵", default=True)
    selects: list[discord.ui.Item[Any]] = [
        discord.ui.Select(custom_id="song", options=[song], placeholder="choose", max_values=1),
        discord.ui.UserSelect(custom_id="user"),
        discord.ui.RoleSelect(custom_id="role"),
        discord.ui.MentionableSelect(custom_id="any"),
        discord.ui.ChannelSelect(custom_id="channel", channel_types=[discord.ChannelType.text]),
    ]
    for select in selects:
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        box.add_item(row.add_item(select))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(box)
    with handle_message_parameters(view=view, files=[cover()]) as params:
        judge.check("POST", MESSAGES, body_of(params))


async def test_embeds_and_polls_are_taken(judge: Judge) -> None:
    embed = discord.Embed(
        title="t", description="d", url="https://example.org", colour=3, timestamp=discord.utils.utcnow()
    )
    embed.add_field(name="a", value="b").set_footer(text="f").set_author(name="n").set_thumbnail(
        url="https://x.org/a.png"
    )
    poll = (
        discord.Poll("which?", dt.timedelta(hours=24))
        .add_answer(text="one", emoji="1️⃣")
        .add_answer(text="two")
    )
    with handle_message_parameters(embed=embed, poll=poll) as params:
        judge.check("POST", MESSAGES, body_of(params))


async def test_a_modal_of_discord_py_is_taken(judge: Judge) -> None:
    modal = discord.ui.Modal(title="Jump", custom_id="jump", timeout=None)
    page: discord.ui.TextInput[Any] = discord.ui.TextInput(custom_id="page", placeholder="7", max_length=3)
    label: discord.ui.Label[Any] = discord.ui.Label(text="Page", description="which one", component=page)
    modal.add_item(label)
    old: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Old style", custom_id="old")
    modal.add_item(old)
    judge.check("POST", CALLBACK, {"type": 9, "data": modal.to_dict()})


@pytest.mark.parametrize(
    "body",
    [
        {"type": 1},
        {"type": 5},
        {"type": 5, "data": {"flags": 64}},
        {"type": 6},
        choices(),
        choices("Teardrop"),
        {"type": 8, "data": {"choices": [{"name": "one", "value": 1}]}},
        {"type": 8, "data": {"choices": [{"name": "half", "value": 0.5}]}},
        {
            "type": 9,
            "data": {
                "custom_id": "jump",
                "title": "Jump",
                "components": [
                    {"type": 18, "label": "Page", "component": {"type": 4, "custom_id": "page", "style": 1}},
                ],
            },
        },
    ],
)
def test_callbacks_are_taken(judge: Judge, body: dict[str, Any]) -> None:
    judge.check("POST", CALLBACK, body)


def test_literal_routes_come_first(judge: Judge) -> None:
    assert judge.match("PATCH", ORIGINAL).name == "update_original_webhook_message"
    assert judge.match("PATCH", "/webhooks/2/token/messages/4").name == "update_webhook_message"
    assert judge.match("DELETE", f"{MESSAGES}/4/reactions/%E2%9D%A4/@me").name == "delete_my_message_reaction"
    assert judge.match("DELETE", f"{MESSAGES}/4/reactions/❤️/5").name == "delete_user_message_reaction"


def test_reactions_have_no_body(judge: Judge) -> None:
    path = f"{MESSAGES}/4/reactions/%E2%9D%A4%EF%B8%8F/@me"
    judge.check("PUT", path, None)
    with pytest.raises(Refused, match="takes no body"):
        judge.check("PUT", path, {})


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("POST", "/channels/x/messages", {"content": "x"}, "no such route"),
        ("POST", "/nowhere", {}, "no such route"),
        ("POST", MESSAGES, None, "None is not of type 'object'"),
        ("POST", MESSAGES, {"content": 5}, r"\$.content"),
        ("POST", MESSAGES, {"contents": "x"}, "'contents' was unexpected"),
        ("POST", MESSAGES, {"content": "x" * 2001}, "over 2000"),
        ("POST", MESSAGES, {"tts": False}, "an empty message"),
        ("POST", MESSAGES, {"content": "x", "nonce": "n" * 26}, r"\$.nonce"),
        ("PATCH", ORIGINAL, {"content": "x" * 2001}, r"\$.content"),
        ("PATCH", ORIGINAL, {"tts": True}, r"\$.tts"),
        ("POST", CALLBACK, {"type": 3}, "none of"),
        ("POST", CALLBACK, {"type": 4, "data": {"content": "x" * 2001}}, r"\$.data.content"),
        ("POST", CALLBACK, {"type": 4}, "an empty message"),
        ("POST", CALLBACK, choices("x" * 101), r"name"),
        ("POST", CALLBACK, choices(""), r"name"),
        ("POST", CALLBACK, choices(*map(str, range(26))), "choices"),
        ("POST", MESSAGES, row_of(button(label="x" * 81)), r"\$.components\[0\].components\[0\].label"),
        ("POST", MESSAGES, row_of(button(custom_id="x" * 101)), r"custom_id"),
        ("POST", MESSAGES, row_of(button(), button()), "custom_id 'a' twice"),
        ("POST", MESSAGES, row_of(button(label=None)), "neither label nor emoji"),
        ("POST", MESSAGES, row_of(button(url="https://x")), "not on this style"),
        ("POST", MESSAGES, row_of(button(custom_id=None)), "needs custom_id"),
        ("POST", MESSAGES, row_of(button(emojy="x")), "'emojy' was unexpected"),
        ("POST", MESSAGES, row_of(*[button(custom_id=str(n)) for n in range(6)]), "too long"),
        ("POST", MESSAGES, {"components": [{"type": 10, "content": "x"}]}, "needs the Components V2 flag"),
        ("PUT", COMMANDS, [{"name": "Loud", "description": "x"}], "lower case"),
        ("PUT", COMMANDS, [{"name": "x", "description": "x" * 101}], r"\$\[0\].description"),
        ("PUT", COMMANDS, [{"name": "x", "description": "x"}] * 2, "twice"),
        ("PUT", COMMANDS, [{"name": "x", "type": 1}], "missing"),
        ("GET", MESSAGES, {"limit": 5}, "takes no body"),
    ],
)
def test_what_discord_refuses(judge: Judge, method: str, path: str, body: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        judge.check(method, path, body)


def test_an_unknown_query_is_refused(judge: Judge) -> None:
    judge.check("GET", MESSAGES, None, {"limit": "5", "after": "0"})
    with pytest.raises(Refused, match="limitt"):
        judge.check("GET", MESSAGES, None, {"limitt": "5"})


async def test_a_card_over_budget_is_refused(judge: Judge) -> None:
    def check(view: discord.ui.LayoutView, **more: Any) -> None:
        body = {"flags": 1 << 15, "components": view.to_components(), **more}
        judge.check("POST", MESSAGES, body)

    attached = {"attachments": [{"id": 0, "filename": "cover.png"}]}
    check(card(), **attached)
    with pytest.raises(Refused, match=r"cover.png is not attached"):
        check(card())
    with pytest.raises(Refused, match="not beside Components V2"):
        check(card(), content="x", **attached)
    with pytest.raises(Refused, match=r"is too long|over 4000|4000 at most"):
        check(card(text="x" * 4001), **attached)

    row: list[dict[str, Any]] = [{"type": 1, "components": [button()]}]
    texts: list[dict[str, Any]] = [{"type": 10, "content": "x"} for _ in range(39)]
    judge.check("POST", MESSAGES, {"flags": 1 << 15, "components": [{"type": 17, "components": texts}]})
    with pytest.raises(Refused, match="41 components"):
        judge.check(
            "POST", MESSAGES, {"flags": 1 << 15, "components": [{"type": 17, "components": texts[:38] + row}]}
        )


def test_text_counts_over_all_displays(judge: Judge) -> None:
    texts = [{"type": 10, "content": "x" * 1500} for _ in range(3)]
    with pytest.raises(Refused, match="4500 characters"):
        judge.check("POST", MESSAGES, {"flags": 1 << 15, "components": texts})
