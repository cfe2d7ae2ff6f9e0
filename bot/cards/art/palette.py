"""The palettes of each mood: the artist chooses one of them, so an artist's songs look like one catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.cards.art.colour import Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """Darkest, lightest, and three colours between that stand on both."""

    ink: Colour
    paper: Colour
    lead: Colour
    second: Colour
    third: Colour


def _hex(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code)
    return red / 255, green / 255, blue / 255


def _palettes(*rows: str) -> tuple[Palette, ...]:
    return tuple(Palette(*(_hex(code) for code in row.split())) for row in rows)


PALETTES: Final[dict[str, tuple[Palette, ...]]] = {
    "dreamy": _palettes(
        "2B2350 FBEBDD 8A6FC4 F2A7A0 CDB4DF",
        "0F2F3D F3E6D3 2F7F8C F2A98C 9CCBBF",
        "10183A F7DCC6 3F6FB0 F29C9C A9D3D8",
        "3A2E4F FCE9D4 E07A80 F6BC8B 9DB8CE",
        "1C3330 EFEAD2 4E8A72 E8B26D A9CBA6",
        "2A1B3D FFE3E0 B0508C F58F7C 7E8FD0",
    ),
    "bold": _palettes(
        "14151A F2EADB D7261E F4B41A 1F4E8C",
        "1C1413 EFE3D0 C8451B E0A458 5E1F1C",
        "121214 F1F1E6 F2D80F FF4A2E 6A6C78",
        "17110F EAE3D5 B01E36 D8A657 3C5460",
        "0C1B20 F0E7D6 F25C05 F2B705 0F6C78",
        "161616 F4EFE6 2B4BD8 FF5A36 BDB6A6",
    ),
    "electric": _palettes(
        "0D0821 F1ECFF 5B2BFF FF3D9A 19D8C8",
        "06121F E8F7F7 0091D6 FF5A5F 00CDBB",
        "0B1A1C EAF5EC 12B38D F3E55A 175F63",
        "150611 FFEDE3 FF3B2F FFB000 9E124C",
        "0A0F2C ECEFFA 2447FF FF7A45 86A5FF",
        "0F0A1E F3EEFA 8B3DFF FFC247 3CB6FF",
    ),
    "blue": _palettes(
        "0B1D33 F1E9D8 1D5FA8 E2A42B C9402B",
        "0A1826 EDE6D6 24628F D98E32 86AECB",
        "1B1B1F EEE8DC 9C2F2B C7A15A 4B6A78",
        "0C2326 F3EAD6 0E7C7B E9B44C D1495B",
        "1A1A40 F4EBDD 3F3D9E D99A2B A3B1D6",
        "101B1F F0EADB C4541F 2F7285 E3B75B",
    ),
    "fine": _palettes(
        "22201C F5EFE2 8A6F45 5E2B2B B9A17A",
        "1C2430 EFF0EC 48698F C58B4E A3B4C2",
        "1F2A24 F1F0E6 5F8468 B4583C B3C4AB",
        "0E1424 EFE8D6 33508B D8B66A 8793B2",
        "2A1518 F4E9DF 963E42 C9986F D8BFA0",
        "21202B F3EFEA 6B5B95 C77B58 ABA6BF",
    ),
    "warm": _palettes(
        "3A1420 FFF0D6 F28C18 E0322B 0F8B8D",
        "1F1A3D FBEBCB E8531F F6B420 1E7F5C",
        "3B0F2B FFE8D9 F0506E F99B3C 2BA38B",
        "2E1A16 F8E8D0 C4532D E6A63A 3E6B5E",
        "24123F FFF1CF F9423A FFB627 00A6A6",
        "10312B FFF0D0 E4572E F3A712 2E8F6B",
    ),
    "folk": _palettes(
        "2C2A1F F4EAD2 C98B3B 6B7F4E A34A2A",
        "16261F F0EBDA 2F6B4D D98B4A 9DB17C",
        "1D2A3A F3EBDC 426C94 B8623A C9AE7C",
        "2A1E2E F5E3C9 E09F3E 9E4A36 64748A",
        "2B2535 F2E9E1 7C6A9B C77F7F 8FA07A",
        "1E2B2E F3EAD8 C45B3C 3F7D7A E3B667",
    ),
    "pop": _palettes(
        "2D1E4F FFF2E8 FF6F91 FFC75F 3EC6C1",
        "1B1B4B FDEFF6 FF5DA2 FFD84D 6C7BFF",
        "3A1C2C FFF3E0 FF7A2F FF4F7B 2F9BFF",
        "0D2B45 F1FBF8 18B7BE F76C5E FFD166",
        "27104E F6EDFF 8C3BFF FF8A5B 5DD9C1",
        "14213D FFF5E4 F4436C FFB703 3A86FF",
    ),
    "street": _palettes(
        "151515 ECE8E1 D4A017 B0402E 6F6A63",
        "0E1116 EFEBE4 7B2FF7 F2317F 2BC9B5",
        "1C1210 F1E4D6 B23A22 E3A857 405A63",
        "15170F ECE9D8 6E7A2E D1A93A A83F2B",
        "1A0F1F F4E4E4 8A2D72 E0567A E8A87C",
        "101820 F2EEE6 FF6B1A 2A9D8F 8D99A6",
    ),
}
