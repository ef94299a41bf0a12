"""Laptops that tell more than they promised: on a sheet of paper, or over a shoulder."""

from tests.mutants.mutant import Change, Mutant

_HANDOUTS = "desktop/services/handouts.py"

SHOWING = (
    Mutant(
        "sensitive-on-paper",
        "A sheet names a structure where being known tells something about a person",
        (
            Change(
                _HANDOUTS,
                "return [name for structure in found if (name := words_of(structure.name))]",
                "return []",
            ),
        ),
        (
            "tests/services/test_handouts.py::"
            "test_a_sensitive_structure_is_never_on_it_whoever_wrote_its_name",
        ),
    ),
    Mutant(
        "hidden-on-paper",
        "An appointment that was to stay hidden is printed",
        (Change(_HANDOUTS, "if item.visibility is not Visibility.HIDDEN", "if item.minutes"),),
        (
            "tests/services/test_handouts.py::"
            "test_my_own_next_appointment_goes_before_a_colleagues_and_hidden_ones_stay_hidden",
        ),
    ),
    Mutant(
        "danger-not-asked",
        "A paper that could put somebody in danger is printed without a question",
        (
            Change(
                "desktop/ui/handout/state.py",
                "is_safe = self.is_agreed or not self.is_dangerous",
                "is_safe = True",
            ),
        ),
        (
            "tests/ui/handout/test_view.py::"
            "test_a_paper_that_could_put_her_in_danger_is_asked_about_first",
        ),
    ),
    Mutant(
        "given-and-forgotten",
        "A sheet is printed and the dossier does not know",
        (
            Change(
                "desktop/ui/handout/view.py",
                "            printed=self._viewmodel.note_printed,\n",
                "            printed=lambda: None,\n",
            ),
        ),
        (
            "tests/ui/handout/test_view.py::"
            "test_printed_it_is_noted_as_given_and_other_pages_hear_of_it",
        ),
    ),
    Mutant(
        "name-in-a-list",
        "Lists tell whole names in discreet mode",
        (
            Change(
                "desktop/services/persons.py",
                "name=self._workplace.names.sorted_by_family(str(first), str(name)),",
                'name=f"{name} {first}",',
            ),
        ),
        ("tests/app/test_discreet_mode.py::test_no_page_tells_a_name_while_the_mode_is_on",),
    ),
    Mutant(
        "any-fifteen-digits",
        "Any fifteen digits are taken for a social security number",
        (
            Change(
                "desktop/domain/free_text.py",
                "        return is_nir(plain)\n",
                "        return len(plain) == 15\n",
            ),
        ),
        ("tests/domain/test_free_text.py::test_a_wrong_key_makes_it_another_number",),
    ),
)
