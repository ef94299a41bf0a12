"""The colours can be read, and the look changes while people work."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QRawFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.assets import asset
from desktop.ui.theme import DARK, LIGHT, Mode, Role, Theme, Tokens, current_tokens, icon_pixmap
from desktop.ui.theme.stylesheet import stylesheet_for
from desktop.ui.theme.theme import system_text_scale

both_themes = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two `#RRGGBB` colours."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def test_the_contrast_measure_knows_black_from_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") < 4.5 < contrast("#757575", "#FFFFFF")


@both_themes
def test_body_text_reads_at_seven_to_one_on_every_surface(tokens: Tokens) -> None:
    grounds = [tokens.background, tokens.surface, tokens.sunken]
    grounds += [tokens.soft(role) for role in Role]
    assert min(contrast(tokens.ink, ground) for ground in grounds) >= 7


@both_themes
@pytest.mark.parametrize("role", Role)
def test_the_words_of_a_role_read_on_its_soft_ground_and_on_plain_ones(
    tokens: Tokens, role: Role
) -> None:
    grounds = [tokens.soft(role), tokens.background, tokens.surface, tokens.sunken]
    assert min(contrast(tokens.text(role), ground) for ground in grounds) >= 4.5


@both_themes
def test_quiet_text_reads_wherever_it_may_stand(tokens: Tokens) -> None:
    grounds = [tokens.background, tokens.surface, tokens.sunken]
    grounds += [tokens.soft(role) for role in Role]
    assert min(contrast(tokens.secondary, ground) for ground in grounds) >= 4.5


@both_themes
def test_the_words_of_a_primary_button_read_at_rest_and_under_the_pointer(tokens: Tokens) -> None:
    assert contrast(tokens.on_primary, tokens.primary) >= 4.5
    assert contrast(tokens.on_primary, tokens.primary_hover) >= 4.5


@both_themes
def test_shapes_edges_and_focus_rings_stand_out(tokens: Tokens) -> None:
    plain = [tokens.background, tokens.surface, tokens.sunken]
    for role in Role:
        grounds = [*plain, tokens.soft(role)]
        assert min(contrast(tokens.shape(role), ground) for ground in grounds) >= 3
    fields = [*plain, tokens.private_soft]
    assert min(contrast(tokens.edge, ground) for ground in fields) >= 3
    assert min(contrast(tokens.primary, ground) for ground in [*fields, tokens.line]) >= 3


@both_themes
def test_the_map_is_read_on_every_tint(tokens: Tokens) -> None:
    assert len(set(tokens.map_tints)) == 8
    assert min(contrast(tokens.ink, tint) for tint in tokens.map_tints) >= 7
    for drawn in (tokens.primary, tokens.pending, tokens.edge):
        assert min(contrast(drawn, tint) for tint in (*tokens.map_tints, tokens.surface)) >= 3


@both_themes
def test_violet_is_only_for_what_is_sealed(tokens: Tokens) -> None:
    others = [tokens.text(role) for role in Role if role is not Role.PRIVATE]
    assert tokens.private not in others


@both_themes
def test_the_style_sheet_is_complete(tokens: Tokens) -> None:
    # A name without a token would have raised; a dollar left over would reach Qt.
    assert "$" not in stylesheet_for(tokens)


def test_switching_theme_and_text_size_is_live(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    label = QLabel("Coffre")
    qtbot.addWidget(label)
    with qtbot.waitSignal(theme.changed):
        theme.choose_mode(Mode.DARK)
    assert qapp.palette().window().color().name().upper() == DARK.background
    with qtbot.waitSignal(theme.changed):
        theme.choose_scale(200)
    assert label.font().pixelSize() == 28
    assert current_tokens().text_px(22) == 44


def test_choosing_the_same_again_repaints_nothing(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose_mode(Mode.LIGHT)
        theme.choose_scale(100)


def test_a_theme_put_on_later_takes_the_place_of_the_first(
    wear: Callable[..., Theme], qtbot: QtBot
) -> None:
    first = wear()
    wear(mode=Mode.DARK)
    first.choose_scale(150)
    assert current_tokens().name == "dark"
    assert current_tokens().scale == 100


def test_the_text_scale_stays_between_its_bounds(wear: Callable[..., Theme]) -> None:
    theme = wear()
    theme.choose_scale(40)
    assert theme.scale == 100
    theme.choose_scale(900)
    assert theme.scale == 200


@pytest.mark.parametrize(
    ("points", "platform", "scale"),
    [(9, "windows", 100), (13.5, "windows", 150), (26, "cocoa", 200), (11, "xcb", 100)],
)
def test_a_larger_interface_font_asked_of_the_system_is_followed(
    points: float, platform: str, scale: int
) -> None:
    font = QFont()
    font.setPointSizeF(points)
    assert system_text_scale(font, platform) == scale


def test_motion_is_not_reduced_unless_the_system_says_so(theme: Theme) -> None:
    assert theme.reduces_motion is False


def test_inter_is_bundled_with_every_sign_we_write(theme: Theme) -> None:
    assert "Inter" in QFontDatabase.families()
    font = QRawFont.fromFont(QFont("Inter"))
    assert font.familyName().startswith("Inter")
    signs = "éèàçœŒæÉÀ«»’“”…–—·•€°²½\u00a0\u202f→✓↵"
    assert [sign for sign in signs if not font.supportsCharacter(ord(sign))] == []


def test_bold_is_really_bolder(theme: Theme) -> None:
    plain, bold = QFont("Inter"), QFont("Inter")
    bold.setWeight(QFont.Weight.Bold)
    words = "Rendez-vous du jour"
    assert QFontMetrics(bold).horizontalAdvance(words) > QFontMetrics(plain).horizontalAdvance(
        words
    )


def test_every_icon_draws_in_the_colour_it_is_given(qapp: QApplication) -> None:
    names = [file.name[:-4] for file in asset("icons").iterdir() if file.name.endswith(".svg")]
    assert len(names) >= 30
    for name in names:
        image = icon_pixmap(name, "#A3312A", 24, 2.0).toImage()
        assert image.width() == 48
        colours = {
            image.pixelColor(x, y).name().upper()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert colours == {"#A3312A"}, name


def test_fonts_and_icons_come_with_their_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in asset("fonts", "Inter-OFL.txt").read_text().upper()
    assert "ISC License" in asset("icons", "LUCIDE-LICENSE.txt").read_text()
