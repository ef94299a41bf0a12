"""What Coffre is made of, and whom it owes: the licences ask for it, and it is fair."""

from PySide6.QtWidgets import QWidget

from desktop.ui.kit import Card, Secondary, Strong, Text, column


class AboutCard(Card):
    """Credits of the data, the letters, the drawings and the libraries."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("À propos de Coffre"))
        self.add(Text(self.tr("Version {0} · licence EUPL-1.2").format(version)))
        for subject, credit in self._credits():
            self.add(column(Strong(subject), Secondary(credit), gap=2))

    def _credits(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("Communes et codes postaux"),
                self.tr(
                    "INSEE, DGCL, La Poste, DILA, réunis par Etalab\u00a0: Licence Ouverte 2.0. "
                    "Millésime 2026."
                ),
            ),
            (
                self.tr("Contours de la carte"),
                self.tr("IGN, ADMIN EXPRESS COG, simplifiés\u00a0: Licence Ouverte 2.0."),
            ),
            (
                self.tr("Caractères"),
                self.tr(
                    "Inter, de Rasmus Andersson et contributeurs\u00a0: SIL Open Font License 1.1."
                ),
            ),
            (
                self.tr("Dessins"),
                self.tr("Lucide et ses contributeurs\u00a0: licence ISC."),
            ),
            (
                self.tr("Mots des clés"),
                self.tr(
                    "Listes tirées de mnemonic, de Pavol Rusnak (MIT), et de xkcdpass, de Steven "
                    "Tobin et contributeurs (BSD)."
                ),
            ),
            (
                self.tr("Bibliothèques"),
                self.tr(
                    "Qt et PySide6 (LGPL 3), SQLCipher (BSD), SQLite (domaine public), libsodium "
                    "et PyNaCl (ISC et Apache 2.0), OpenSSL (Apache 2.0), requests (Apache 2.0), "
                    "urllib3 (MIT), certifi (MPL 2.0), msgspec (BSD), sqlite-utils (Apache 2.0), "
                    "python-calamine (MIT), icalendar et python-dateutil (BSD), tzdata "
                    "(Apache 2.0), PDFium et pypdfium2 (BSD et Apache 2.0), keyring (MIT), "
                    "Zstandard et backports.zstd (BSD et PSF), platformdirs (MIT), "
                    "truststore (MIT)."
                ),
            ),
        )
