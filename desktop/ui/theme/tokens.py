"""The colours and sizes of Coffre, as data, so that a test can measure every contrast."""

from dataclasses import dataclass
from enum import StrEnum

BASE_TEXT_PX = 14
SMALLEST_SCALE = 100
LARGEST_SCALE = 200


class Role(StrEnum):
    """What a colour means. `PRIVATE` says "sealed for you alone" and nothing else."""

    NEUTRAL = "neutral"
    PRIMARY = "primary"
    OK = "ok"
    PENDING = "pending"
    DANGER = "danger"
    PRIVATE = "private"


@dataclass(frozen=True)
class Tokens:
    """One theme at one text size. Colours are `#RRGGBB`."""

    name: str
    background: str
    surface: str
    sunken: str
    line: str
    # The border of what can be typed in or ticked: `line` is too faint to find a field by.
    edge: str
    ink: str
    secondary: str
    primary: str
    primary_soft: str
    primary_hover: str
    on_primary: str
    pending: str
    # The words of a pending mark: the shape's orange is readable as a shape, not as small text.
    pending_text: str
    pending_soft: str
    danger: str
    danger_soft: str
    ok: str
    ok_soft: str
    private: str
    private_soft: str
    # Quiet grounds of the map, told apart by their borders too: one for each EPCI.
    map_tints: tuple[str, ...]
    scale: int = SMALLEST_SCALE

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"

    def text_px(self, at_100: int = BASE_TEXT_PX) -> int:
        """A size that follows the text scale: fonts, icons, and what must hold text."""
        return round(at_100 * self.scale / 100)

    def shape(self, role: Role) -> str:
        """The colour of a dot, a bar or an edge."""
        return {
            Role.NEUTRAL: self.secondary,
            Role.PRIMARY: self.primary,
            Role.OK: self.ok,
            Role.PENDING: self.pending,
            Role.DANGER: self.danger,
            Role.PRIVATE: self.private,
        }[role]

    def text(self, role: Role) -> str:
        """The colour of words that carry a role."""
        return self.pending_text if role is Role.PENDING else self.shape(role)

    def soft(self, role: Role) -> str:
        """The quiet surface behind words that carry a role."""
        return {
            Role.NEUTRAL: self.sunken,
            Role.PRIMARY: self.primary_soft,
            Role.OK: self.ok_soft,
            Role.PENDING: self.pending_soft,
            Role.DANGER: self.danger_soft,
            Role.PRIVATE: self.private_soft,
        }[role]


LIGHT = Tokens(
    name="light",
    background="#F6F4EF",
    surface="#FFFFFF",
    sunken="#EFECE5",
    line="#DAD5CA",
    edge="#87837A",
    ink="#1F2A2E",
    secondary="#55626A",
    primary="#1B5E5A",
    primary_soft="#DCEBE9",
    primary_hover="#164C49",
    on_primary="#FFFFFF",
    pending="#B4641A",
    pending_text="#9C5514",
    pending_soft="#F8E9D9",
    danger="#A3312A",
    danger_soft="#F7E1DF",
    ok="#2F6F44",
    ok_soft="#DFEFE3",
    private="#5B3E8C",
    private_soft="#EEE8F7",
    map_tints=(
        *("#ECE7DA", "#F0E7E6", "#E2EAEC", "#F4EADB"),
        *("#E7ECDC", "#EFE4DD", "#E1E9E5", "#E9E7EC"),
    ),
)

DARK = Tokens(
    name="dark",
    background="#15191B",
    surface="#1D2326",
    sunken="#111517",
    line="#333C41",
    edge="#707E85",
    ink="#E8EBEA",
    secondary="#A4B0B5",
    primary="#6FC3BB",
    primary_soft="#1F3B3A",
    primary_hover="#86D0C8",
    on_primary="#15191B",
    pending="#E5A261",
    pending_text="#E5A261",
    pending_soft="#3D2C1B",
    danger="#F08C84",
    danger_soft="#45211F",
    ok="#84C799",
    ok_soft="#1E3626",
    private="#BFA3EE",
    private_soft="#2E2440",
    map_tints=(
        *("#2B2A22", "#2E2628", "#20292D", "#30291F"),
        *("#262D21", "#2F2623", "#1F2B28", "#2A2B31"),
    ),
)
