-- A second printer, why a job waits or failed, jobs that another one took the place of, and copies of every document. The table is made
-- anew, in the order of its rows.

-- first is the job of which this one is a copy, and copy which of them, from one: a copy of a copy is one more copy of the first. A
-- sale's is called a reprint. other: it goes to the second printer. ahead: a person asked for it, so it is sent before what is
-- queued; all that goes to the second printer is. cause is why it waits or failed, code what kind of trouble that is; of a job that a
-- person ended cause is who.
CREATE TABLE print_job_new (
    id        INTEGER PRIMARY KEY,
    sale      INTEGER REFERENCES sale,
    document  TEXT    NOT NULL CHECK (document = 'sale' OR document = 'reprint' OR document = 'refund'
        OR document = 'x' OR document = 'z' OR document = 'cash' OR document = 'bill'
        OR document = 'pending' OR document = 'exceptions' OR document = 'label'),
    copy      INTEGER NOT NULL CHECK (copy >= 0),
    state     TEXT    NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'printed'
        OR state = 'unconfirmed' OR state = 'failed' OR state = 'cancelled' OR state = 'superseded'),
    bytes     BLOB,
    tries     INTEGER NOT NULL CHECK (tries >= 0),
    cause     TEXT    NOT NULL,
    queued_at INTEGER NOT NULL,
    refund    INTEGER REFERENCES refund,
    z         INTEGER, -- of a shift; no reference, because the index that it needs would be one more page for each shift that opens
    facts     TEXT CHECK (json_valid(facts)),
    first     INTEGER REFERENCES print_job CHECK (first < id),
    other     INTEGER NOT NULL DEFAULT 0 CHECK (other = 0 OR other = 1),
    ahead     INTEGER NOT NULL DEFAULT 0 CHECK (ahead = other OR ahead = 1),
    code      TEXT    NOT NULL DEFAULT '' CHECK (code = '' OR state = 'queued' OR state = 'sending' OR state = 'unconfirmed' OR state = 'failed'),
    CHECK ((document = 'sale' OR document = 'reprint' OR document = 'refund') = (sale IS NOT NULL)),
    CHECK ((sale IS NULL) = (facts IS NOT NULL)),
    CHECK ((copy = 0) = (first IS NULL)),
    CHECK (copy = 0 OR document <> 'sale'),
    CHECK (copy > 0 OR document <> 'reprint'),
    CHECK ((document = 'refund') = (refund IS NOT NULL)),
    CHECK ((document = 'z') = (z IS NOT NULL))
) STRICT;

INSERT INTO print_job_new (id, sale, document, copy, state, bytes, tries, cause, queued_at, refund, z, facts, first, code)
    SELECT j.id, j.sale, j.document, j.copy, j.state, j.bytes, j.tries, j.cause, j.queued_at, j.refund, j.z, j.facts,
        CASE WHEN j.copy = 0 THEN NULL WHEN j.z IS NULL THEN (SELECT s.job FROM sale s WHERE s.id = j.sale)
            ELSE (SELECT f.id FROM print_job f WHERE f.z = j.z AND f.copy = 0) END,
        CASE WHEN j.cause <> '' AND (j.state = 'queued' OR j.state = 'failed') THEN 'printer' ELSE '' END
    FROM print_job j ORDER BY j.id;
DROP TABLE print_job;
ALTER TABLE print_job_new RENAME TO print_job;

CREATE UNIQUE INDEX print_job_copy ON print_job (first, copy) WHERE first IS NOT NULL; -- the first is found by its sale, refund or Z report
CREATE UNIQUE INDEX print_job_refund ON print_job (refund) WHERE refund IS NOT NULL AND copy = 0;
CREATE UNIQUE INDEX print_job_z ON print_job (z) WHERE z IS NOT NULL AND copy = 0;

-- print_queue is where the spool goes on in what is queued in turn. What is sent ahead is found here instead: it is old as often as
-- new, and the queue would go back for it and read all that was printed since. So few jobs are that the index is nearly empty, and a
-- sale's job is in none of these.
CREATE INDEX print_job_ahead ON print_job (id) WHERE ahead = 1 AND (state = 'queued' OR state = 'sending');

-- What a person may have to do something about.
CREATE INDEX print_job_open ON print_job (id) WHERE state = 'unconfirmed' OR state = 'failed' OR code <> '';

CREATE TRIGGER print_job_facts BEFORE UPDATE OF id, sale, document, copy, refund, z, facts, first ON print_job
    BEGIN SELECT RAISE(ABORT, 'what a paper is about never changes'); END;
CREATE TRIGGER print_job_no_delete BEFORE DELETE ON print_job BEGIN SELECT RAISE(ABORT, 'print jobs are kept'); END;
