"""The field of a short code: hidden, with its own words for who shows it."""

from desktop.ui.kit.fields import PassphraseField


class CodeField(PassphraseField):
    """As the field of a passphrase."""

    def _show_words(self, *, is_shown: bool) -> str:
        return self.tr("Cacher le code") if is_shown else self.tr("Montrer le code")
