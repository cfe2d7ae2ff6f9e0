"""What a description is about: its words without those that stand in any text."""

from __future__ import annotations

import re
from collections import Counter

MOST = 24
"""Words of one item."""
SHORTEST, LONGEST = 3, 40
TITLE = 2
"""A word of the title counts so often."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ADDRESS = re.compile(r"\S+(?:://|@|www\.)\S*|\S+\.(?:com|org|net|de|fm|co|io)\b\S*", re.IGNORECASE)

_ENGLISH = """
a about above after again all also always am an and any are as at back be because been before being below best
between both but by can come could day did do does doing down during each even ever every few find first for from
further get gets give go goes going good got great had has have having he help her here hers herself him himself his
how if in into is isn it its itself just know let life like little look made make makes making many may me might more
most much must my myself need never new no nor not now of off often on once one only or other our ours ourselves out
over own part people put really right said same say says see she should since so some something still such take
tell than that the their theirs them themselves then there these they thing things think this those through time to
today together too two under until up us use using very want was way we week weekly well were what when where which
while who whom whose why will with within without world would year years you your yours yourself
podcast podcasts episode episodes show shows series season host hosts hosted hosting listen listener listeners
subscribe audio audiobook audiobooks book books read reads narrated author unabridged official join guest guests
radio station stream live
"""
_GERMAN = """
aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da dabei
damit danach dann das dass daß dein deine dem den denn der des dessen dich die dies diese diesem diesen dieser dieses
dir doch dort du durch ein eine einem einen einer eines einfach er es etwas euch euer eure für gegen gibt haben hat
hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer in ins ist ja jede jedem jeden jeder
jedes jetzt kann kein keine können könnte machen man mehr mein meine mit muss nach neue neuen neuer neues nicht nichts
noch nun nur ob oder ohne rund sehr sein seine seinem seinen seiner seit sich sie sind so soll sondern sonst über um
und uns unser unsere unter viel viele vom von vor wann war waren warum was weg weil welche wenn wer werden wie wieder
will wir wird wo wurde zu zum zur zwischen folge folgen hörbuch sendung woche jahr jahre leben menschen welt
"""
_SPANISH = """
al algo algunas algunos ante antes aquí así aunque cada como con contra cual cuando de del desde donde dos el él
ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está estaba están estar estas este esto estos
fue fueron gente ha habla hablar hace hacia han hasta hay la las le les lo los más me mejor mi mis mucho muchos muy
nada ni no nos nosotros nuestra nuestras nuestro nuestros o otra otras otro otros para pero poco por porque puede que
qué quien quién se sea ser si sí sido sin sobre solo son su sus también tanto te tiene tienen todo todos tu tus un una
unas uno unos vida y ya yo programa episodio episodios libro semana año años mundo
"""
_FRENCH = """
afin ai aussi autre autres au aux avec avoir bien car ce cela ces cet cette ceux chaque chez comme comment dans de
depuis des deux donc dont du elle elles en encore entre est et été être eux fait faire fois il ils je jour la là le
les leur leurs lui ma mais même mes moi moins mon ne nos notre nous on ont ou où par parce pas peu plus pour pourquoi
quand que quel quelle quelles quels qui sa sans se ses si son sont sous sur ta te tes toi ton tous tout toute toutes
très tu un une vers vie vos votre vous émission épisode épisodes livre semaine an ans année années monde
"""
STOP = frozenset(word for listed in (_ENGLISH, _GERMAN, _SPANISH, _FRENCH) for word in listed.split())
POETIC = re.compile(
    r"\b(?:poe(?:m|ms|t|ts|try|tic)|verse|sonnets?|haiku|gedichte?|lyrik|poesie|poes[ií]a|po[eè]mas?|po[eé]sie|po[eè]mes?)\b",
    re.IGNORECASE,
)
"""Whether something speaks of poetry, in the same languages."""


def words_of(title: str, description: str | None) -> tuple[tuple[str, float], ...]:
    """The words that tell most, the most frequent first, each with its share of the most frequent one."""
    counts: Counter[str] = Counter()
    for text, times in ((title, TITLE), (_ADDRESS.sub(" ", description or ""), 1)):
        for word in _WORD.findall(text.casefold()):
            if SHORTEST <= len(word) <= LONGEST and word not in STOP:
                counts[word] += times
    listed = counts.most_common(MOST)
    return tuple((word, round(times / listed[0][1], 3)) for word, times in listed)
