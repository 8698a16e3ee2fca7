-- WeChat's own bills, held against these books: what each said in figures, what differs, what was decided about it, and what was
-- booked from it. The bills' rows are not kept. A day here is the bill's: a calendar day in UTC+8.

-- One row for every reading that said something new; the newest of a kind and day counts. fee is in 1/1000 fen.
CREATE TABLE bill (
    id      INTEGER PRIMARY KEY,
    kind    TEXT    NOT NULL CHECK (kind IN ('trade', 'fund')),
    day     INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    sha256  TEXT    NOT NULL CHECK (length(sha256) = 64),
    fee     INTEGER NOT NULL,
    summary TEXT    NOT NULL CHECK (json_valid(summary)),
    read_at INTEGER NOT NULL,
    read_by TEXT    NOT NULL -- empty for the till itself
) STRICT;
CREATE INDEX bill_day ON bill (day, kind, id);

-- What was booked from a bill: the fees of a day, corrections of them, and payouts, each by its own number once and for ever.
CREATE TABLE bill_entry (
    entry  INTEGER PRIMARY KEY REFERENCES journal,
    bill   INTEGER NOT NULL REFERENCES bill,
    day    INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    kind   TEXT    NOT NULL CHECK (kind IN ('fees', 'payout')),
    number TEXT    NOT NULL CHECK ((kind = 'fees') = (number = '')),
    fen    INTEGER NOT NULL CHECK (fen <> 0)
) STRICT;
CREATE INDEX bill_entry_day ON bill_entry (day, kind);
CREATE UNIQUE INDEX bill_entry_payout ON bill_entry (number) WHERE kind = 'payout';

-- A difference. mark tells it from every other of its bill and day: its class, cause, numbers, amounts and states. theirs tells that the
-- bill has a row of it. resolved_by is the day of the bill that made it go away.
CREATE TABLE finding (
    id             INTEGER PRIMARY KEY,
    bill           INTEGER NOT NULL REFERENCES bill,
    kind           TEXT    NOT NULL CHECK (kind IN ('trade', 'fund')),
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    class          TEXT    NOT NULL CHECK (class IN ('match', 'ours-only', 'theirs-only', 'differs')),
    mark           TEXT    NOT NULL,
    item           TEXT    NOT NULL CHECK (item IN ('', 'payment', 'refund', 'reversal')),
    theirs         INTEGER NOT NULL CHECK (theirs IN (0, 1)),
    out_trade_no   TEXT    NOT NULL,
    transaction_id TEXT    NOT NULL,
    refund_no      TEXT    NOT NULL, -- out_refund_no, or refund_id where the bill has none
    body           TEXT    NOT NULL CHECK (json_valid(body)),
    found_at       INTEGER NOT NULL,
    resolved_at    INTEGER,
    resolved_by    INTEGER CHECK (resolved_by BETWEEN 19700101 AND 99991231),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CHECK (class <> 'ours-only' OR theirs = 0),
    CHECK (class = 'ours-only' OR theirs = 1)
) STRICT;
CREATE INDEX finding_day ON finding (day, kind);
CREATE UNIQUE INDEX finding_standing ON finding (day, kind, mark) WHERE resolved_at IS NULL;
CREATE INDEX finding_order ON finding (out_trade_no) WHERE out_trade_no <> '';

CREATE TABLE finding_decision (
    finding INTEGER NOT NULL REFERENCES finding,
    n       INTEGER NOT NULL CHECK (n > 0),
    action  TEXT    NOT NULL CHECK (action IN ('book', 'refund', 'ask', 'note')),
    by      TEXT    NOT NULL,
    reason  TEXT    NOT NULL CHECK (reason <> '' OR action <> 'note'),
    at      INTEGER NOT NULL,
    PRIMARY KEY (finding, n)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER bill_no_update BEFORE UPDATE ON bill BEGIN SELECT RAISE(ABORT, 'what a bill said stays'); END;
CREATE TRIGGER bill_no_delete BEFORE DELETE ON bill BEGIN SELECT RAISE(ABORT, 'what a bill said stays'); END;
CREATE TRIGGER bill_entry_no_update BEFORE UPDATE ON bill_entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bill_entry_no_delete BEFORE DELETE ON bill_entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'findings are kept'); END;
CREATE TRIGGER finding_fixed BEFORE UPDATE OF bill, kind, day, class, mark, item, theirs, out_trade_no, transaction_id, refund_no, body, found_at ON finding
    BEGIN SELECT RAISE(ABORT, 'what was found is never rewritten'); END;
CREATE TRIGGER finding_resolved BEFORE UPDATE OF resolved_at, resolved_by ON finding WHEN old.resolved_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'what was found is never rewritten'); END;
CREATE TRIGGER finding_decision_no_update BEFORE UPDATE ON finding_decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER finding_decision_no_delete BEFORE DELETE ON finding_decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
