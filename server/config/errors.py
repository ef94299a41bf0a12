"""What can be wrong with the settings: one family, each with a French sentence for the operator."""


class SettingsRefused(Exception):
    """A setting is missing or cannot be; ``sentence`` says which and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
