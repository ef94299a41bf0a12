-- An erasure done again after a backup was put back: the office cannot know who has had the dossier
-- since, so that every laptop is told, those that come later included.
ALTER TABLE erasure ADD COLUMN told_to_all boolean NOT NULL DEFAULT false;
