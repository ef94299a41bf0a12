"""The follow-up editor: facts in one row, three tiers that name their readers, what comes next."""
