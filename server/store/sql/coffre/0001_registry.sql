-- What is common to all départements of one server: who it is, and which it serves.

CREATE TABLE server (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO server DEFAULT VALUES;

CREATE TABLE department (
    code text PRIMARY KEY CHECK (code ~ '^[0-9a-z]{1,4}$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Refused enrolments, by hashed address and ten minutes: an invitation is not guessed.
CREATE TABLE refused_enrolment (
    address bytea NOT NULL,
    period bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (address, period)
);
