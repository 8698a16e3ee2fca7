-- Staff, shifts that are counted and reported, cash that moves without a sale, and papers that are not of a sale. Tables whose
-- checks change are made anew and filled from the old ones, in the order of their rows.

-- Who works at the till. Rows change; every change but of wrong and wait is an entry of the journal, by which Verify makes the
-- list again. pin is what a PIN is proven with: argon2id with its parameters and salt. wrong and wait are the wrong PINs in a
-- row, and until when no other is looked at.
CREATE TABLE staff (
    id     INTEGER PRIMARY KEY,
    name   TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 20),
    role   TEXT    NOT NULL CHECK (role IN ('cashier', 'manager', 'owner')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    pin    TEXT    NOT NULL CHECK (pin GLOB '$argon2id$*'),
    wrong  INTEGER NOT NULL CHECK (wrong >= 0),
    wait   INTEGER CHECK (wait IS NULL OR wrong > 0)
) STRICT;
CREATE UNIQUE INDEX staff_name ON staff (name) WHERE active = 1;
CREATE TRIGGER staff_no_delete BEFORE DELETE ON staff BEGIN SELECT RAISE(ABORT, 'who worked here stays on record'); END;

-- A shift covers the journal from first_seq, which follows the last_seq of the shift before, to last_seq. opened_seq is the first
-- entry that was made while it was open: what comes before it was booked while none was. float_entry is the entry of a float that
-- was counted, float_count the count. A shift that ends has a Z report: its number, its JSON and that one's SHA-256, which the
-- entry of the close, last_seq, carries too. Shifts closed before there were reports have none.
CREATE TABLE shift_new (
    id          INTEGER PRIMARY KEY,
    day         INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    number      INTEGER NOT NULL CHECK (number > 0),
    opened_at   INTEGER NOT NULL,
    opened_by   TEXT    NOT NULL, -- empty for one that opened by itself
    first_seq   INTEGER NOT NULL CHECK (first_seq > 0),
    opened_seq  INTEGER NOT NULL CHECK (opened_seq >= first_seq),
    float_entry INTEGER REFERENCES journal CHECK (float_entry >= opened_seq),
    float_count TEXT CHECK (json_valid(float_count)),
    closed_at   INTEGER,
    closed_by   TEXT, -- empty for one that closed by itself
    last_seq    INTEGER REFERENCES journal CHECK (last_seq >= opened_seq),
    z           INTEGER CHECK (z > 0),
    report      TEXT CHECK (json_valid(report)),
    report_hash TEXT CHECK (length(report_hash) = 64),
    UNIQUE (day, number),
    CHECK ((float_entry IS NULL) = (float_count IS NULL)),
    CHECK ((closed_at IS NULL) = (last_seq IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)),
    CHECK ((z IS NULL) = (report IS NULL) AND (z IS NULL) = (report_hash IS NULL)),
    CHECK (z IS NULL OR closed_at IS NOT NULL)
) STRICT;

-- Until now each opened with a sale and closed when the next one did.
WITH own AS (SELECT shift, min(entry) AS first, max(entry) AS last FROM sale WHERE shift IS NOT NULL GROUP BY shift),
    ranged AS (SELECT h.id, h.day, h.number, h.opened_at, h.closed_at, own.first, own.last,
            lead(own.first) OVER (ORDER BY h.id) AS next, row_number() OVER (ORDER BY h.id) AS n
        FROM shift h JOIN own ON own.shift = h.id)
INSERT INTO shift_new (id, day, number, opened_at, opened_by, first_seq, opened_seq, closed_at, closed_by, last_seq)
    SELECT id, day, number, opened_at, '', CASE n WHEN 1 THEN 1 ELSE first END, first, closed_at, CASE WHEN closed_at IS NOT NULL THEN '' END,
        CASE WHEN closed_at IS NOT NULL THEN coalesce(next - 1, last) END
    FROM ranged ORDER BY id;
DROP TABLE shift;
ALTER TABLE shift_new RENAME TO shift;

CREATE UNIQUE INDEX shift_open ON shift ((closed_at IS NULL)) WHERE closed_at IS NULL; -- one at a time
CREATE UNIQUE INDEX shift_z ON shift (z) WHERE z IS NOT NULL;
CREATE TRIGGER shift_no_delete BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'shifts are kept'); END;
CREATE TRIGGER shift_closed BEFORE UPDATE ON shift WHEN old.closed_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a closed shift never changes'); END;
CREATE TRIGGER shift_fixed BEFORE UPDATE OF id, day, number, opened_at, opened_by, first_seq, opened_seq ON shift
    BEGIN SELECT RAISE(ABORT, 'how a shift was opened never changes'); END;
CREATE TRIGGER shift_float BEFORE UPDATE OF float_entry, float_count ON shift WHEN old.float_entry IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a float is counted once'); END;

-- Cash that went into the drawer or out of it without a sale.
CREATE TABLE cash_movement (
    id       INTEGER PRIMARY KEY,
    shift    INTEGER NOT NULL REFERENCES shift,
    kind     TEXT    NOT NULL CHECK (kind IN ('cash-in', 'cash-drop', 'cash-expense')),
    amount   INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 100000000),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    by       TEXT    NOT NULL,
    approver TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    entry    INTEGER NOT NULL UNIQUE REFERENCES journal,
    job      INTEGER NOT NULL UNIQUE -- its slip
) STRICT;
CREATE TRIGGER cash_movement_no_update BEFORE UPDATE ON cash_movement BEGIN SELECT RAISE(ABORT, 'movements of cash are append-only'); END;
CREATE TRIGGER cash_movement_no_delete BEFORE DELETE ON cash_movement BEGIN SELECT RAISE(ABORT, 'movements of cash are append-only'); END;

-- What somebody counted in the drawer, and what the books had in it when the journal ended with entry head.
CREATE TABLE drawer_count (
    id       INTEGER PRIMARY KEY,
    shift    INTEGER NOT NULL REFERENCES shift,
    n        INTEGER NOT NULL CHECK (n > 0), -- counts within the shift
    at       INTEGER NOT NULL,
    by       TEXT    NOT NULL,
    count    TEXT    NOT NULL CHECK (json_valid(count)),
    sum      INTEGER NOT NULL CHECK (sum BETWEEN 0 AND 100000000),
    expected INTEGER NOT NULL,
    head     INTEGER NOT NULL REFERENCES journal,
    UNIQUE (shift, n)
) STRICT;
CREATE TRIGGER drawer_count_no_update BEFORE UPDATE ON drawer_count BEGIN SELECT RAISE(ABORT, 'counts are append-only'); END;
CREATE TRIGGER drawer_count_no_delete BEFORE DELETE ON drawer_count BEGIN SELECT RAISE(ABORT, 'counts are append-only'); END;

-- A document is of a sale, or brings its facts with it. Copies of a Z report count, as a sale's do.
CREATE TABLE print_job_new (
    id        INTEGER PRIMARY KEY,
    sale      INTEGER REFERENCES sale,
    document  TEXT    NOT NULL CHECK (document = 'sale' OR document = 'reprint' OR document = 'refund'
        OR document = 'x' OR document = 'z' OR document = 'cash' OR document = 'bill'),
    copy      INTEGER NOT NULL CHECK (copy >= 0),
    state     TEXT    NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'printed'
        OR state = 'unconfirmed' OR state = 'failed' OR state = 'cancelled'),
    bytes     BLOB,
    tries     INTEGER NOT NULL CHECK (tries >= 0),
    cause     TEXT    NOT NULL,
    queued_at INTEGER NOT NULL,
    refund    INTEGER REFERENCES refund,
    z         INTEGER, -- of a shift; no reference, because the index that it needs would be one more page for each shift that opens
    facts     TEXT CHECK (json_valid(facts)),
    CHECK ((document = 'sale' OR document = 'reprint' OR document = 'refund') = (sale IS NOT NULL)),
    CHECK ((sale IS NULL) = (facts IS NOT NULL)),
    CHECK (copy = 0 OR document = 'reprint' OR document = 'z'),
    CHECK (copy > 0 OR document <> 'reprint'),
    CHECK ((document = 'refund') = (refund IS NOT NULL)),
    CHECK ((document = 'z') = (z IS NOT NULL))
) STRICT;

INSERT INTO print_job_new (id, sale, document, copy, state, bytes, tries, cause, queued_at, refund)
    SELECT id, sale, document, copy, state, bytes, tries, cause, queued_at, refund FROM print_job ORDER BY id;
DROP TABLE print_job;
ALTER TABLE print_job_new RENAME TO print_job;

CREATE UNIQUE INDEX print_job_copy ON print_job (sale, copy) WHERE copy > 0 AND sale IS NOT NULL; -- the first is found by its sale
CREATE UNIQUE INDEX print_job_refund ON print_job (refund) WHERE refund IS NOT NULL;
CREATE UNIQUE INDEX print_job_z ON print_job (z, copy) WHERE z IS NOT NULL;
CREATE TRIGGER print_job_facts BEFORE UPDATE OF sale, document, copy, refund, z, facts ON print_job
    BEGIN SELECT RAISE(ABORT, 'what a paper is about never changes'); END;
