"""Every table of the database. The migrations build exactly this; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is exactly INTEGER PRIMARY KEY.
Key = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("value", Text, nullable=False),
)

# ---------------------------------------------------------------- the catalogue

songs = Table(
    "songs",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    # Normalised artist and title: recordings of one song share it (see bot.sources.naming).
    Column("key", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("artist", Text, nullable=False),
    Column("album", Text),
    Column("released", String(10)),
    Column("duration_ms", Integer),
    Column("explicit", Boolean),
    Column("popularity", Float),
    Column("artwork_url", Text),
    Column("source", String(40), nullable=False),
    # A song that nobody but one member's listening history speaks of is shown to nobody.
    Column("listed", Boolean, nullable=False, server_default=true()),
    # What it is: a song, or something spoken or broadcast (bot.store.records.ItemKind).
    Column("kind", String(12), nullable=False, server_default="song"),
)

# What outside services say beside it, each on its own, so that one of them can be forgotten.
song_details = Table(
    "song_details",
    metadata,
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("album", Text),
    Column("released", String(10)),
    Column("duration_ms", Integer),
    Column("popularity", Float),
    Column("artwork_url", Text),
    Column("language", String(40)),
    Column("credits", JSON),
    Column("description", Text),
    Column("link", Text),
    Column("at", Float, nullable=False),
)

# Which service was asked about which song, and whether it knew it: nothing is asked twice in a row.
enquiries = Table(
    "enquiries",
    metadata,
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("at", Float, nullable=False),
    Column("found", Boolean, nullable=False),
)

track_ids = Table(
    "track_ids",
    metadata,
    Column("service", String(40), primary_key=True),
    Column("external_id", String(120), primary_key=True),
    Column("song_id", Key, ForeignKey("songs.id"), nullable=False, index=True),
    Column("source", String(40), nullable=False),
)

song_tags = Table(
    "song_tags",
    metadata,
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("tag", String(120), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("weight", Float, nullable=False),
)

AUDIO_FEATURES = (
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
)

audio_features = Table(
    "audio_features",
    metadata,
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True),
    Column("source", String(40), primary_key=True),
    *(Column(name, Float) for name in AUDIO_FEATURES),
)

playlists = Table(
    "playlists",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("name", Text, nullable=False),
    Column("genre", Text),
    UniqueConstraint("source", "external_id"),
)

playlist_songs = Table(
    "playlist_songs",
    metadata,
    Column("playlist_id", Key, ForeignKey("playlists.id"), primary_key=True),
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True, index=True),
)

# ------------------------------------------------------------ servers and members

servers = Table(
    "servers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("joined_at", Float, nullable=False),
    Column("left_at", Float),
    # When Segue introduced itself; none where a server's row was written before that.
    Column("welcomed_at", Float),
)

members = Table(
    "members",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_seen", Float, nullable=False),
    # When they were seen to have left the server, and when Discord was last asked whether they have; unix time.
    Column("left_at", Float),
    Column("looked_at", Float),
)

# What the admins of a server chose (bot.store.records.ServerSettings); what is not in it is as by default.
server_settings = Table(
    "server_settings",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("chosen", JSON, nullable=False),
    Column("at", Float, nullable=False),
)

# Who changed what; the member is none once they were forgotten.
setting_changes = Table(
    "setting_changes",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False, index=True),
    Column("member_id", BigInteger, index=True),
    Column("setting", String(40), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("at", Float, nullable=False),
)

# What members chose of what is learnt and shown of them; no row: learnt from, and named where others are.
member_choices = Table(
    "member_choices",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    # Nothing that they answer is learnt from while this is so.
    Column("paused", Boolean, nullable=False),
    # Others never see their name.
    Column("hidden", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

# --------------------------------------------------------------- posts and feedback

posts = Table(
    "posts",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False, index=True),
    Column("channel_id", BigInteger),
    Column("message_id", BigInteger, unique=True),
    Column("member_id", BigInteger, index=True),
    Column("query", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("closed_at", Float),
    # Whether who asked had paused learning then.
    Column("paused", Boolean, nullable=False, server_default=false()),
)

slots = Table(
    "slots",
    metadata,
    Column("post_id", Key, ForeignKey("posts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("song_id", Key, ForeignKey("songs.id"), nullable=False, index=True),
    Column("reasons", JSON, nullable=False),
    Column("source", String(20), nullable=False),
)

# Who takes part in a radio: whoever steers it, and the member from whose taste it plays.
listeners = Table(
    "listeners",
    metadata,
    Column("post_id", Key, ForeignKey("posts.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("of_taste", Boolean, nullable=False, server_default=false()),
    # The slot that they asked for more of last.
    Column("turned_to", Integer),
)

impressions = Table(
    "impressions",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("post_id", BigInteger, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("server_id", BigInteger, nullable=False),
    Column("member_id", BigInteger),
    Column("song_id", Key, ForeignKey("songs.id"), nullable=False),
    Column("score", Float, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("at", Float, nullable=False),
    CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity"),
    UniqueConstraint("post_id", "slot"),
    Index("ix_impressions_server_id_member_id_at", "server_id", "member_id", "at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False),
    Column("member_id", BigInteger, nullable=False),
    Column("song_id", Key, ForeignKey("songs.id"), nullable=False),
    Column("verb", String(12), nullable=False),
    Column("via", String(40), nullable=False),
    Column("post_id", BigInteger),
    Column("slot", Integer),
    Column("undoes", Key, ForeignKey("feedback.id"), unique=True),
    # The interaction that caused it: Discord may deliver one twice, it counts once.
    Column("cause", String(60), unique=True),
    Column("at", Float, nullable=False),
    # Whether the member had paused learning then: shown in counts, and learnt by nobody.
    Column("paused", Boolean, nullable=False, server_default=false()),
    CheckConstraint("verb IN ('like', 'skip', 'dislike', 'undo')", name="verb"),
    CheckConstraint("(verb = 'undo') = (undoes IS NOT NULL)", name="undoes"),
    Index("ix_feedback_server_id_member_id", "server_id", "member_id"),
)

# What a member does not want to meet: a song by its id, an artist or a genre by its folded name.
blocks = Table(
    "blocks",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(10), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("until", Float),
    Column("at", Float, nullable=False),
    CheckConstraint("kind IN ('song', 'artist', 'genre')", name="kind"),
)

# How much a member counts when songs are chosen for several: more after lists that pleased others more.
owed = Table(
    "owed",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("weight", Float, nullable=False),
    Column("at", Float, nullable=False),
)

# -------------------------------------------------- what members listen to, by their own wish

histories = Table(
    "histories",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", String(40), primary_key=True),
    # Where the member asked for it: there it counts as what a member of that server likes.
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False),
    # The name at the service; none for a file.
    Column("account", Text),
    # What is in: all up to `since`, and while it is read page by page, all from `until` to `newest`; unix time.
    Column("since", Float),
    Column("until", Float),
    Column("newest", Float),
    Column("at", Float, nullable=False),
)

listens = Table(
    "listens",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True, index=True),
    Column("source", String(40), primary_key=True),
    Column("plays", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("skips", Integer, nullable=False),
    Column("last_at", Float, nullable=False),
)

# The stretches of time that a member's files have covered, both ends included: what lies in one is in already.
listened = Table(
    "listened",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", String(40), primary_key=True),
    Column("first_at", Float, primary_key=True),
    Column("last_at", Float, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("service", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    # Encrypted with the operator's key; none where a name is all there is.
    Column("secret", Text),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Float),
    Column("at", Float, nullable=False),
)

# What a member chose to begin with; it fades as their own answers come.
tastes_chosen = Table(
    "tastes_chosen",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(12), primary_key=True),
    Column("value", String(120), primary_key=True),
    Column("at", Float, nullable=False),
    CheckConstraint("kind IN ('genre', 'artist', 'decade')", name="kind"),
)

# Who lets the others of a server see their taste; no row, no consent.
tastes_visible = Table(
    "tastes_visible",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
)

# ------------------------------------------------------------ lists that members keep, and songs they bring

# A member's own list is theirs alone; a server's, whose member is 0, is everybody's there.
song_lists = Table(
    "song_lists",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False),
    Column("member_id", BigInteger, nullable=False),
    # Who made it; none once they were forgotten.
    Column("made_by", BigInteger, index=True),
    Column("name", Text, nullable=False),
    # The name as it is compared.
    Column("key", Text, nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("server_id", "member_id", "key"),
)

song_list_songs = Table(
    "song_list_songs",
    metadata,
    Column("list_id", Key, ForeignKey("song_lists.id"), primary_key=True),
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True, index=True),
    # The order in which they came.
    Column("number", Integer, nullable=False),
    # Who brought it; none once they were forgotten.
    Column("member_id", BigInteger, index=True),
    Column("at", Float, nullable=False),
)

# Who brought a slot's song to a post, where a member did and not Segue.
brought = Table(
    "brought",
    metadata,
    Column("post_id", Key, ForeignKey("posts.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("member_id", BigInteger, nullable=False, index=True),
)

# For whom a slot of the weekly discovery was chosen, where others may see that.
meant_for = Table(
    "meant_for",
    metadata,
    Column("post_id", Key, ForeignKey("posts.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("member_id", BigInteger, nullable=False, index=True),
)

# Where a member agreed that Discord's Spotify activity is read; nobody else's ever is.
listening_consents = Table(
    "listening_consents",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    # Whether others of that server may see it.
    Column("visible", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

# What was seen lately and is not counted yet, so that a restart counts nothing twice.
listening_states = Table(
    "listening_states",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", JSON, nullable=False),
    Column("at", Float, nullable=False),
)

# ------------------------------------------------------------------ weekly discovery

discoveries = Table(
    "discoveries",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("since", Float, nullable=False),
    Column("dial", String(12), nullable=False, server_default="balanced"),
    # Which parts the post is mixed of, in their order (bot.store.records.Part); none: all.
    Column("parts", JSON, nullable=False, server_default="[]"),
    # Whether its favourite is found by a poll.
    Column("poll", Boolean, nullable=False, server_default=false()),
    # None: the server's.
    Column("language", String(8)),
    # No posts before this moment, unix time; None: they come.
    Column("paused_until", Float),
)

# One week of a discovery. Only who holds the lease (`owner`, before `until`) goes on with it.
discovery_runs = Table(
    "discovery_runs",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    # 0: the server's own post.
    Column("member_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("week", String(8), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("post_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("at", Float, nullable=False),
    Column("owner", String(32)),
    # The end of the lease; of what waits, when it is tried again.
    Column("until", Float, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    # Why it is not there (bot.store.records.Why).
    Column("why", String(12)),
    # When the admins were told.
    Column("noted_at", Float),
    CheckConstraint(
        "state IN ('claimed', 'sending', 'waiting', 'unsure', 'confirmed', 'skipped')", name="state"
    ),
)

# Members who want a weekly mix of their own as a direct message.
own_discoveries = Table(
    "own_discoveries",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    # Where they and Segue write to each other.
    Column("channel_id", BigInteger, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("since", Float, nullable=False),
    # How often in a row the member took no direct message …
    Column("closed", Integer, nullable=False),
    # … whether they are still to be told …
    Column("untold", Boolean, nullable=False),
    # … and whether it was turned off for that.
    Column("off", Boolean, nullable=False),
)

# The poll on the best songs of a weekly post: claimed before it is sent, confirmed after, counted when it has ended.
weekly_polls = Table(
    "weekly_polls",
    metadata,
    Column("post_id", Key, ForeignKey("posts.id"), primary_key=True),
    Column("state", String(12), nullable=False),
    # The songs, in the order of their answers.
    Column("songs", JSON, nullable=False),
    Column("message_id", BigInteger),
    Column("at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    # What most voted for; none where nobody did.
    Column("winner", BigInteger),
    CheckConstraint("state IN ('claimed', 'confirmed', 'counted', 'left_out')", name="state"),
)

# ------------------------------------------------------------------- out, and members' links

# Which list a member has put into which account of theirs: a second press must not make a second playlist.
exports = Table(
    "exports",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("service", String(40), primary_key=True),
    # How many songs the list had: a radio that has played on is another list.
    Column("songs", Integer, primary_key=True, autoincrement=False),
    # None while it is being written, and where that was cut off.
    Column("link", Text),
    Column("added", Integer, nullable=False),
    Column("at", Float, nullable=False),
)

# Channels in which an admin wants members' links to be answered.
link_channels = Table(
    "link_channels",
    metadata,
    Column("server_id", Key, ForeignKey("servers.id"), primary_key=True),
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
)

# ------------------------------------------------------------------------- artists

# Songs that members registered as their own: one registration a song, and who registered it.
claims = Table(
    "claims",
    metadata,
    Column("song_id", Key, ForeignKey("songs.id"), primary_key=True, autoincrement=False),
    # Where it was registered: the names are for that server alone.
    Column("server_id", Key, ForeignKey("servers.id"), nullable=False, index=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("state", String(12), nullable=False),
    # The admin who confirmed or refused it; none once they were forgotten, and where the operator did.
    Column("settled_by", BigInteger, index=True),
    # Whether the operator lets it come to other servers.
    Column("allowed", Boolean, nullable=False, server_default=false()),
    Column("at", Float, nullable=False),
    CheckConstraint("state IN ('waiting', 'confirmed', 'refused')", name="state"),
)

# ------------------------------------------------------------------- the operator

# What is off, and as "version" the model that serves until the newest shall again (bot.store.switches).
switches = Table(
    "switches",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("at", Float, nullable=False),
    CheckConstraint("kind IN ('command', 'source', 'server', 'model', 'version')", name="kind"),
)
