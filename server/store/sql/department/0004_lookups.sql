-- What each request asks of a professional's dossiers is looked up, however many are open to her.
CREATE INDEX grant_by_opening ON grant_ (professional, granted_seq) WHERE open;
CREATE INDEX grant_by_closing ON grant_ (professional, revoked_seq) WHERE revoked_seq IS NOT NULL;
CREATE INDEX grant_by_end ON grant_ (professional, until) WHERE open AND until IS NOT NULL;
