"""Coffres whose copies, restorations, exports or upgrades break a promise."""

from tests.mutants.mutant import Change, Mutant

_FOLDER = "desktop/store/snapshot_folder.py"
_UPGRADE = "desktop/store/upgrade.py"
_SNAPSHOTS = "tests/store/test_snapshots.py::"
_UPGRADES = "tests/store/test_upgrade.py::"

COPIES: tuple[Mutant, ...] = (
    Mutant(
        "copy-named-before-the-disk-has-it",
        "A copy takes its name before it is on the disk",
        (
            Change(
                _FOLDER,
                "                self._files.sync(_UNFINISHED)\n",
                "                pass\n",
            ),
        ),
        (_SNAPSHOTS + "test_a_copy_takes_its_name_only_once_it_is_on_the_disk",),
    ),
    Mutant(
        "erased-in-a-copy",
        "A copy that was being made holds somebody who was erased meanwhile",
        (
            Change(
                _FOLDER,
                "            if begun.age != self._age:\n",
                "            if begun.age > self._age:\n",
            ),
        ),
        (_SNAPSHOTS + "test_a_copy_begun_before_an_erasure_never_becomes_one",),
    ),
    Mutant(
        "copies-outlive-an-erasure",
        "Copies made before an erasure are kept",
        (
            Change(
                "desktop/sync/housekeeping.py",
                "            self.copies.run(erased, done, noted, check)\n",
                "            pass\n",
            ),
        ),
        (
            "tests/scenarios/test_given_back.py::"
            "test_nothing_of_somebody_erased_stays_in_any_copy[False]",
        ),
    ),
    Mutant(
        "copy-not-verified",
        "A copy that lacks rows counts as one",
        (
            Change(
                "desktop/store/copying.py",
                "            if counts is not None and counted(reader) != counts:\n",
                "            if counts is not None and not counted(reader):\n",
            ),
        ),
        (_SNAPSHOTS + "test_a_copy_that_lacks_a_row_is_not_counted_as_one",),
    ),
    Mutant(
        "upgrade-not-synced",
        "An upgraded vault takes the name before it is on the disk",
        (Change(_UPGRADE, "        self._files.sync(self._next.name)\n", ""),),
        (_UPGRADES + "test_the_new_vault_is_on_the_disk_before_it_takes_the_name",),
    ),
    Mutant(
        "upgrade-loses-rows",
        "A migration that loses rows is taken all the same",
        (
            Change(
                _UPGRADE,
                "            if now.get(name, 0) < count:\n",
                "            if now.get(name, 0) < 0:\n",
            ),
        ),
        (_UPGRADES + "test_a_migration_that_loses_rows_is_not_taken",),
    ),
    Mutant(
        "newer-vault-opened",
        "An older Coffre opens a newer vault before it refuses it",
        (
            Change(
                _UPGRADE,
                "    if version > len(history):\n        raise NewerStore\n",
                "    if version > len(history):\n        return False\n",
            ),
        ),
        (_UPGRADES + "test_a_newer_vault_is_refused_without_touching_a_byte[True]",),
    ),
    Mutant(
        "export-lengthened",
        "A file with something behind its end is taken for the whole vault",
        (
            Change(
                "desktop/crypto/export.py",
                "            if tag == _TAG_FINAL and self._file.read(1):\n",
                "            if tag == _TAG_FINAL and not self._file:\n",
            ),
        ),
        (
            "tests/scenarios/test_vault_in_a_file.py::"
            "test_a_file_altered_cut_or_lengthened_anywhere_is_refused_in_one_sentence",
        ),
    ),
)
