-- A sale that is given up after parts of it were paid has a paper that says what is handed back. The table of jobs is made anew, in the
-- order of its rows.

CREATE TABLE print_job_new (
    id        INTEGER PRIMARY KEY,
    sale      INTEGER REFERENCES sale,
    document  TEXT    NOT NULL CHECK (document = 'sale' OR document = 'reprint' OR document = 'refund'
        OR document = 'x' OR document = 'z' OR document = 'cash' OR document = 'bill'
        OR document = 'pending' OR document = 'exceptions' OR document = 'label' OR document = 'given-back'),
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
    CHECK (document = 'refund' OR (document = 'sale' OR document = 'reprint') = (sale IS NOT NULL)),
    CHECK ((sale IS NULL) = (facts IS NOT NULL)),
    CHECK ((copy = 0) = (first IS NULL)),
    CHECK (copy = 0 OR document <> 'sale'),
    CHECK (copy > 0 OR document <> 'reprint'),
    CHECK ((document = 'refund') = (refund IS NOT NULL)),
    CHECK ((document = 'z') = (z IS NOT NULL))
) STRICT;

INSERT INTO print_job_new (id, sale, document, copy, state, bytes, tries, cause, queued_at, refund, z, facts, first, other, ahead, code)
    SELECT id, sale, document, copy, state, bytes, tries, cause, queued_at, refund, z, facts, first, other, ahead, code FROM print_job ORDER BY id;
DROP TABLE print_job;
ALTER TABLE print_job_new RENAME TO print_job;

CREATE UNIQUE INDEX print_job_copy ON print_job (first, copy) WHERE first IS NOT NULL; -- the first is found by its sale, refund or Z report
CREATE UNIQUE INDEX print_job_refund ON print_job (refund) WHERE refund IS NOT NULL AND copy = 0;
CREATE UNIQUE INDEX print_job_z ON print_job (z) WHERE z IS NOT NULL AND copy = 0;
CREATE INDEX print_job_ahead ON print_job (id) WHERE ahead = 1 AND (state = 'queued' OR state = 'sending');
CREATE INDEX print_job_open ON print_job (id) WHERE state = 'unconfirmed' OR state = 'failed' OR code <> '';
CREATE TRIGGER print_job_facts BEFORE UPDATE OF id, sale, document, copy, refund, z, facts, first ON print_job
    BEGIN SELECT RAISE(ABORT, 'what a paper is about never changes'); END;
CREATE TRIGGER print_job_no_delete BEFORE DELETE ON print_job BEGIN SELECT RAISE(ABORT, 'print jobs are kept'); END;

-- The paper that says that a part went back: the same of all that went back at once. Null of a part that did not, or by itself; 0 of one that
-- was handed back before there was such a paper. No reference, as of z above: jobs are kept.
ALTER TABLE sale_part ADD COLUMN back_job INTEGER CHECK (back_job >= 0);
UPDATE sale_part SET back_job = 0 WHERE back_entry IS NOT NULL;
DROP TRIGGER sale_part_back;
CREATE TRIGGER sale_part_back BEFORE UPDATE OF back_at, back_by, back_entry, back_job ON sale_part WHEN old.back_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'what went back stays back'); END;
