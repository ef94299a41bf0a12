-- Dossiers opened with the Département's key: asked, then done (docs/server.md, "La clé de secours").
CREATE TABLE opening (
    id uuid PRIMARY KEY,
    dossier uuid NOT NULL,
    successor uuid NOT NULL,
    reason text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    opened_by text,
    opened_at timestamptz
);
CREATE INDEX opening_by_dossier ON opening (dossier);
