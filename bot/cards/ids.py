"""The ids of everything that can be pressed. All state is in the store; an id only says where to look."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.arranged import Proposal
from bot.store.records import ChannelId, ListId, MemberId, PostId, SongId

FEEDBACK = r"fb:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<verb>like|skip|dislike|listen)"
PAGE = r"pg:v1:(?P<post>\d{1,18}):(?P<page>\d{1,3})(?::[abnz])?"
MORE = r"more:v1:(?P<post>\d{1,18}):(?P<dial>same|adventurous)"
RADIO = r"radio:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4}):(?P<action>next|like_this|stop)"
HIDE = r"hide:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
FROM = r"from:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
STEER = r"steer:v1:(?P<post>\d{1,18})"
PAST = r"past:v1:(?P<whose>me|server):(?P<page>\d{1,6})(?::[abnz])?"
OPEN_RADIO = r"opened:v1:(?P<whose>me|server):(?P<page>\d{1,6})"
PLAYED = r"played:v1:(?P<post>\d{1,18}):(?P<page>\d{1,6}):(?P<whose>me|server):(?P<back>\d{1,6})(?::[abnz])?"
CHOOSE = r"pick:v1:(?P<post>\d{1,18})(?::\d)?"
EXPORT = r"ex:v1:(?P<post>\d{1,18}):open"
EXPORT_AS = r"ex:v1:(?P<post>\d{1,18}):(?P<form>links|text|csv|m3u|jspf|spotify|listenbrainz)"
EXPORT_LINKS = r"ex:v1:(?P<post>\d{1,18}):links:(?P<page>\d{1,4})(?::[abnz])?"
MEANT = r"meant:v1:(?P<post>\d{1,18}):(?P<wish>like|recommend)"
WHY = r"why:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
TASTE_STEP = r"ts:v1:step:(?P<step>begin|genre|artist|decade|done)"
TASTE_MENU = r"ts:v1:menu:(?P<kind>genre|artist|decade):(?P<number>\d)"
TASTE_SHARE = r"ts:v1:share"
OPEN = r"open:v1:(?P<post>\d{1,18})"
ARTIST = r"artist:v1:(?P<post>\d{1,18}):(?P<action>related|albums)"
SAVE = r"save:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
SAVE_TO = r"saveto:v1:(?P<post>\d{1,18}):(?P<slot>\d{1,4})"
DELETE_LIST = r"list:v1:(?P<list>\d{1,18}):(?P<action>delete|keep)"
LISTS = r"lists:v1:(?P<page>\d{1,3}):[abnz]"
HISTORY = r"hist:v1:(?P<kind>all|like|skip|dislike):(?P<page>\d{1,3}):[abnzf]"
HISTORY_SONG = r"histsong:v1"
ASK = r"ask:v1:(?P<post>\d{1,18}):(?P<action>answer|add|close)"
ASK_WINDOW = r"askwindow:v1:(?P<post>\d{1,18})"
PRIVACY = r"priv:v1:(?P<action>me|pause|learn|hide|name|listen|deafen|export|delete|ask_here|ask_all|do_here|do_all)"
SERVER_PRIVACY = r"privs:v1:(?P<action>show|settings|reset|reset_again|reset_now)"
SERVER_RETENTION = r"privs:v1:keep"
CLAIM = r"claim:v1:(?P<song>\d{1,18}):(?P<member>\d{1,20}):(?P<action>confirm|refuse)"
CHARTS = (
    r"charts:v1:(?P<view>liked|rising|fresh|member):(?P<period>week|month|all):(?P<member>\d{1,20}):"
    r"(?P<page>\d{1,3}):(?P<owner>\d{1,20}):[abnzvp]"
)
FINDS = r"finds:v1:(?P<member>\d{1,20}):(?P<page>\d{1,3}):(?P<owner>\d{1,20}):[abnz]"

# What is pressed on the cards of a command, or does what it does, belongs to it: by the first part of its id …
COMMANDS = {
    "ask": "ask",
    "askwindow": "ask",
    "charts": "charts",
    "claim": "artist",
    "finds": "finds",
    "from": "recommend",
    "hide": "block",
    "hist": "history",
    "list": "playlist delete",
    "lists": "playlist list",
    "open": "search",
    "opened": "radio history",
    "past": "radio history",
    "played": "radio history",
    "priv": "privacy",
    "privs": "privacy",
    "radio": "radio play",
    "save": "playlist add",
    "saveto": "playlist add",
    "set": "settings",
    "setup": "setup",
    "steer": "radio play",
    "ts": "taste start",
    "unskip": "discovery skip",
    "weeks": "discovery history",
}
# … or, before that, by its first and last parts.
FINER = {
    ("artist", "albums"): "search",
    ("artist", "related"): "related",
    ("meant", "like"): "Like this song",
    ("meant", "recommend"): "Recommend from this",
    ("ts", "share"): "taste show",
}
OF_MANY = frozenset({"ex", "fb", "histsong", "more", "pg", "pick", "why"})
"""First parts of what stands on the cards of many commands; of ``more`` the post says what it asks again."""


def command_of(custom_id: str) -> str:
    """The command that something that is pressed belongs to; empty for what stands on the cards of many."""
    first, *_, last = custom_id.split(":")
    return FINER.get((first, last)) or COMMANDS.get(first, "")


WEEKS = r"weeks:v1:(?P<page>\d{1,4}):[abnz]"
UNSKIP = r"unskip:v1:(?P<week>\d{4}-W\d{2})"

_DRAFT = r"(?P<channel>\d{1,20}):(?P<weekday>[0-6]):(?P<hour>\d|1\d|2[0-3]):(?P<zone>[\w+/-]{1,40})"
SETUP = r"setup:v1:begin"
SETUP_STEP = r"setup:v1:(?P<step>look|place|taste|finish|now|later):" + _DRAFT
SETUP_MENU = r"setup:v1:menu:(?P<what>channel|weekday|hour|zone):" + _DRAFT
# Panels of any version are answered, those of another one with what there is now.
SETTINGS = r"set:v(?P<version>\d{1,3}):page(?::(?P<page>\w{1,20}))?"
SETTING = r"set:v(?P<version>\d{1,3}):to:(?P<setting>[a-z_.]{1,40})(?::(?P<value>\w{1,20}))?"
SETTINGS_RESET = r"set:v(?P<version>\d{1,3}):reset:(?P<page>\w{1,20})"
SETTINGS_VERSION = "1"


def feedback(post: PostId, slot: int, verb: str) -> str:
    """Rate or hear a slot."""
    return f"fb:v1:{post}:{slot}:{verb}"


def page(post: PostId, number: int, arrow: str) -> str:
    """Turn to a page, counted from 0; ``arrow`` tells apart what leads to the same page."""
    return f"pg:v1:{post}:{number}:{arrow}"


def more(post: PostId, dial: str) -> str:
    """Ask the same again: ``same`` or ``adventurous``."""
    return f"more:v1:{post}:{dial}"


def radio(post: PostId, slot: int, action: str) -> str:
    """Move a radio on from a slot."""
    return f"radio:v1:{post}:{slot}:{action}"


def hide(post: PostId, slot: int) -> str:
    """Hide the artist of a slot's song."""
    return f"hide:v1:{post}:{slot}"


def start_from(post: PostId, slot: int) -> str:
    """Recommend from a slot's song."""
    return f"from:v1:{post}:{slot}"


def steer(post: PostId) -> str:
    """Choose where to steer a radio."""
    return f"steer:v1:{post}"


def past(whose: str, page: int, arrow: str = "") -> str:
    """Turn to a page of past radios, by an arrow or from the songs of one."""
    return f"past:v1:{whose}:{page}" + (f":{arrow}" if arrow else "")


def open_radio(whose: str, page: int) -> str:
    """Choose a past radio from a page."""
    return f"opened:v1:{whose}:{page}"


def played(post: PostId, whose: str, back: int, page: int, arrow: str) -> str:
    """Turn to a page of a past radio's songs; ``back`` is the page of the list that it was chosen from."""
    return f"played:v1:{post}:{page}:{whose}:{back}:{arrow}"


def choose(post: PostId, menu: int = 0) -> str:
    """Choose one song of a long post; ``menu`` tells its menus apart where it needs several."""
    return f"pick:v1:{post}" + (f":{menu}" if menu else "")


def export(post: PostId) -> str:
    """Take a list out."""
    return f"ex:v1:{post}:open"


def export_as(post: PostId, form: str) -> str:
    """Take a list out as links, a file, or into an account."""
    return f"ex:v1:{post}:{form}"


def export_links(post: PostId, page: int, arrow: str) -> str:
    """Turn to a page of links, counted from 0."""
    return f"ex:v1:{post}:links:{page}:{arrow}"


def meant(post: PostId, wish: str) -> str:
    """Say which song of a message is meant, to like it or to ask from it."""
    return f"meant:v1:{post}:{wish}"


def why(post: PostId, slot: int) -> str:
    """Ask why a slot was chosen."""
    return f"why:v1:{post}:{slot}"


def taste_step(step: str) -> str:
    """Go to a step of `/taste start`: ``genre``, ``artist``, ``decade`` or ``done``; ``begin`` begins privately."""
    return f"ts:v1:step:{step}"


def taste_menu(kind: str, number: int) -> str:
    """Choose in one of a step's menus, counted from 0."""
    return f"ts:v1:menu:{kind}:{number}"


def taste_share() -> str:
    """Show one's own taste to everybody."""
    return "ts:v1:share"


def open_one(post: PostId) -> str:
    """Open one line of a list."""
    return f"open:v1:{post}"


def artist(post: PostId, action: str) -> str:
    """Go on from an artist: ``related`` or ``albums``."""
    return f"artist:v1:{post}:{action}"


def save(post: PostId, slot: int) -> str:
    """Put the song of a slot into a list."""
    return f"save:v1:{post}:{slot}"


def save_to(post: PostId, slot: int) -> str:
    """Choose the list for it."""
    return f"saveto:v1:{post}:{slot}"


def delete_list(number: ListId, action: str) -> str:
    """Answer whether a list shall go: ``delete`` or ``keep``."""
    return f"list:v1:{number}:{action}"


def lists(number: int, arrow: str) -> str:
    """Turn the pages of one's lists."""
    return f"lists:v1:{number}:{arrow}"


def history(kind: str, number: int, arrow: str) -> str:
    """Turn the pages of one's answers, or choose a kind of them (arrow ``f``)."""
    return f"hist:v1:{kind}:{number}:{arrow}"


def history_song() -> str:
    """Choose one of the songs of one's answers."""
    return "histsong:v1"


def ask(post: PostId, action: str) -> str:
    """Answer an ask, see what Segue would add, or close it."""
    return f"ask:v1:{post}:{action}"


def ask_window(post: PostId) -> str:
    """The window in which an answer is typed."""
    return f"askwindow:v1:{post}"


def privacy(action: str) -> str:
    """Do something about what is kept of whoever presses."""
    return f"priv:v1:{action}"


def server_privacy(action: str) -> str:
    """Do something about what is kept of a server."""
    return f"privs:v1:{action}"


def server_retention() -> str:
    """Choose for how long answers are kept."""
    return "privs:v1:keep"


def charts(view: str, period: str, member: int, page: int, owner: int, arrow: str) -> str:
    """Turn the charts that `owner` asked for; `member` is 0 where they are everybody's; ``v`` and ``p`` choose anew."""
    return f"charts:v1:{view}:{period}:{member}:{page}:{owner}:{arrow}"


def finds(member: int, page: int, owner: int, arrow: str) -> str:
    """Turn the finds that `owner` asked for; `member` is 0 where they are everybody's."""
    return f"finds:v1:{member}:{page}:{owner}:{arrow}"


def weeks(number: int, arrow: str) -> str:
    """Turn the pages of a server's weekly posts."""
    return f"weeks:v1:{number}:{arrow}"


def unskip(week: str) -> str:
    """Make the post of an ISO week all the same."""
    return f"unskip:v1:{week}"


def of_post(custom_id: str, post: PostId) -> bool:
    """Whether an id belongs to the songs of a post."""
    return custom_id.startswith((f"pick:v1:{post}", f"fb:v1:{post}:")) and custom_id.split(":")[2] == str(
        post
    )


def setup_begin() -> str:
    """Begin to set Segue up."""
    return "setup:v1:begin"


def _draft(proposal: Proposal) -> str:
    return f"{proposal.channel or 0}:{proposal.weekday}:{proposal.hour}:{proposal.timezone}"


def setup_step(step: str, proposal: Proposal) -> str:
    """Go to a step of a set-up, or end it: ``now`` or ``later``. What was chosen so far is in the id."""
    return f"setup:v1:{step}:{_draft(proposal)}"


def setup_menu(what: str, proposal: Proposal) -> str:
    """Choose ``channel``, ``weekday``, ``hour`` or ``zone`` in place of the one that was chosen so far."""
    return f"setup:v1:menu:{what}:{_draft(proposal)}"


def drafted(found: Mapping[str, str | None]) -> Proposal:
    """What was chosen so far, from the groups of an id."""
    channel = int(found["channel"] or 0)
    return Proposal(
        ChannelId(channel) if channel else None,
        int(found["weekday"] or 0),
        int(found["hour"] or 0),
        found["zone"] or "UTC",
    )


def settings_page(page: str | None = None) -> str:
    """Turn to a page of the settings; None for the menu of the pages."""
    return f"set:v{SETTINGS_VERSION}:page" + (f":{page}" if page else "")


def setting(name: str, value: str | None = None) -> str:
    """Change a setting to a value, or None for the menu of its values."""
    return f"set:v{SETTINGS_VERSION}:to:{name}" + (f":{value}" if value else "")


def settings_reset(page: str) -> str:
    """Have everything on a page as it is where nobody has changed it."""
    return f"set:v{SETTINGS_VERSION}:reset:{page}"


def claim(song: SongId, member: MemberId, action: str) -> str:
    """Say whether a song is a member's: ``confirm`` or ``refuse``."""
    return f"claim:v1:{song}:{member}:{action}"
