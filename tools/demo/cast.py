"""The eight people of the morning that is played: invented, and always the same."""

from dataclasses import dataclass
from datetime import time

from protocol.kinds.persons import Sex


@dataclass(frozen=True)
class Role:
    """Somebody the heroine meets on the day itself."""

    first_name: str
    birth_name: str
    sex: Sex
    age: int
    town: str
    hour: time
    past: int
    """Meetings before this one."""
    rhythm: int
    """Days between two."""
    request: str
    absences: int = 0
    """How many of the last ones were missed without excuse."""


CAST = (
    Role("Nadia", "Benali", Sex.FEMALE, 38, "Melle", time(9), 6, 28,
         "Demande à parler «\u00a0à quelqu’un d’extérieur\u00a0» depuis la séparation."),
    Role("Yves", "Morisset", Sex.MALE, 47, "Melle", time(9, 45), 0, 28,
         "Orienté par sa référente\u00a0: troubles du sommeil, isolement depuis la fin de son"
         " contrat."),
    Role("Élodie", "Guérin", Sex.FEMALE, 29, "Melle", time(10, 30), 9, 14,
         "Anxiété au moment des démarches, rendez-vous souvent manqués."),
    Role("Jean-Luc", "Audebert", Sex.MALE, 56, "Melle", time(11, 15), 4, 56,
         "Deuil récent, la référente s’inquiète d’un repli."),
    Role("Fatou", "Diallo", Sex.FEMALE, 33, "Chef-Boutonne", time(14), 5, 42,
         "Parcours migratoire difficile, demande un espace pour en parler."),
    Role("Sandrine", "Pelletier", Sex.FEMALE, 44, "Chef-Boutonne", time(14, 45), 7, 28,
         "Aidante de sa mère, dit ne plus tenir.", absences=2),
    Role("Thi Lan", "N’Guyen", Sex.FEMALE, 51, "Chef-Boutonne", time(15, 30), 3, 91,
         "Fatigue continue, cherche à comprendre ce qui se répète."),
    Role("Manuel", "Da Silva", Sex.MALE, 60, "Chef-Boutonne", time(16, 15), 2, 182,
         "Confiance très entamée après plusieurs refus d’embauche."),
)  # fmt: skip
