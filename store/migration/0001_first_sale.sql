-- The books of one till. Money is INTEGER fen, an instant INTEGER milliseconds since 1970 UTC, a business day the
-- INTEGER 20261120. Flags are 0 or 1. What is append-only says so by trigger. Checks of what every sale writes compare
-- value by value, because SQLite builds a table of its own for each IN with more than two.

PRAGMA application_id = 1196704073; -- "GTAI"

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The catalogue. search is what Find looks through: name, pinyin, PLU and barcodes in lower case, each between two
-- unit separators.
CREATE TABLE item (
    id       INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL CHECK (name <> ''),
    price    INTEGER NOT NULL CHECK (price BETWEEN 0 AND 100000000),
    category TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    pinyin   TEXT    NOT NULL,
    plu      TEXT    NOT NULL,
    cost     INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 100000000),
    tax_rate INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 10000),
    search   TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX item_plu ON item (plu) WHERE plu <> '';
CREATE INDEX item_position ON item (position);
CREATE INDEX item_category ON item (category, position);

CREATE TABLE item_barcode (
    barcode  TEXT    PRIMARY KEY CHECK (barcode <> ''),
    item     INTEGER NOT NULL REFERENCES item,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_barcode_item ON item_barcode (item, position);

-- The journal: what happened to the shop's money, one entry after another, each with the hash of the one before it.
CREATE TABLE journal (
    seq       INTEGER PRIMARY KEY CHECK (seq > 0),
    epoch     INTEGER NOT NULL CHECK (epoch > 0),
    kind      TEXT    NOT NULL CHECK (kind <> ''),
    body      TEXT    NOT NULL CHECK (json_valid(body)),
    prev_hash TEXT    NOT NULL CHECK (length(prev_hash) = 64),
    hash      TEXT    NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE TABLE posting (
    seq     INTEGER NOT NULL REFERENCES journal,
    n       INTEGER NOT NULL CHECK (n > 0),
    account TEXT    NOT NULL CHECK (account <> ''),
    fen     INTEGER NOT NULL CHECK (fen <> 0),
    PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;

-- The last link of the journal, kept apart from it, so that a journal cut short is noticed.
CREATE TABLE chain (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL CHECK (length(hash) = 64)
) STRICT;

-- Totals of a business day: per account the sum and number of its postings, and per tender ("tender:cash") what it
-- settled. The row "sales" counts closed sales. Kept in the transaction of the entry; Verify computes them again.
CREATE TABLE day_total (
    day     INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    account TEXT    NOT NULL CHECK (account <> ''),
    fen     INTEGER NOT NULL,
    n       INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (day, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
    id        INTEGER PRIMARY KEY,
    day       INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    number    INTEGER NOT NULL CHECK (number > 0),
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (day, number)
) STRICT;
CREATE UNIQUE INDEX shift_open ON shift ((closed_at IS NULL)) WHERE closed_at IS NULL; -- one at a time

-- A sale has its receipt number (shop, till, day, epoch, seq), shift, journal entry, the payment that settled it and the
-- print job of its receipt when, and only when, it is closed. The last two are how a closed sale's payment and job are
-- found: every index on those tables is one more page that each sale writes. They are written after the sale, so they are
-- no references; Verify proves them.
CREATE TABLE sale (
    id        INTEGER PRIMARY KEY,
    state     TEXT    NOT NULL CHECK (state = 'closed' OR state = 'open' OR state = 'abandoned'),
    gross     INTEGER NOT NULL CHECK (gross BETWEEN 0 AND 100000000),
    discount  INTEGER NOT NULL CHECK (discount BETWEEN 0 AND gross),
    cashier   TEXT    NOT NULL,
    opened_at INTEGER NOT NULL,
    shop      TEXT,
    till      TEXT,
    day       INTEGER CHECK (day BETWEEN 19700101 AND 99991231),
    epoch     INTEGER CHECK (epoch > 0),
    seq       INTEGER CHECK (seq > 0),
    shift     INTEGER REFERENCES shift,
    closed_at INTEGER,
    entry     INTEGER REFERENCES journal,
    payment   INTEGER,
    job       INTEGER,
    CHECK (CASE state WHEN 'closed'
        THEN shop IS NOT NULL AND till IS NOT NULL AND day IS NOT NULL AND epoch IS NOT NULL AND seq IS NOT NULL
            AND shift IS NOT NULL AND closed_at IS NOT NULL AND entry IS NOT NULL AND payment IS NOT NULL AND job IS NOT NULL
        ELSE shop IS NULL AND till IS NULL AND day IS NULL AND epoch IS NULL AND seq IS NULL
            AND shift IS NULL AND closed_at IS NULL AND entry IS NULL AND payment IS NULL AND job IS NULL END)
) STRICT;
CREATE UNIQUE INDEX sale_receipt ON sale (day, epoch, seq) WHERE day IS NOT NULL;
CREATE INDEX sale_open ON sale (id) WHERE state = 'open';

CREATE TABLE sale_line (
    sale     INTEGER NOT NULL REFERENCES sale,
    n        INTEGER NOT NULL CHECK (n > 0),
    item     INTEGER NOT NULL,
    barcode  TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    category TEXT    NOT NULL,
    price    INTEGER NOT NULL CHECK (price >= 0),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
    tax_rate INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 10000),
    PRIMARY KEY (sale, n)
) STRICT, WITHOUT ROWID;

-- A payment is one order to collect money for a sale. day is the day it was opened on, and from the moment money came
-- the day that was booked on.
CREATE TABLE payment (
    id             INTEGER PRIMARY KEY,
    sale           INTEGER NOT NULL REFERENCES sale,
    out_trade_no   TEXT    NOT NULL CHECK (length(out_trade_no) BETWEEN 1 AND 32 AND out_trade_no NOT GLOB '*[^0-9A-Za-z_-]*'),
    tender         TEXT    NOT NULL CHECK (tender = 'cash' OR tender GLOB 'wechat-*'),
    state          TEXT    NOT NULL CHECK (state = 'paid' OR state = 'opened' OR state = 'waiting' OR state = 'closing'
        OR state = 'exception' OR state = 'closed' OR state = 'refused' OR state = 'refunded'),
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    asked          INTEGER NOT NULL CHECK (asked BETWEEN 0 AND 100000000),
    opened_at      INTEGER NOT NULL,
    expires_at     INTEGER,
    cashier        TEXT    NOT NULL,
    code_url       TEXT    NOT NULL,
    paying         INTEGER NOT NULL CHECK (paying IN (0, 1)),
    cause          TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount >= 0),
    settlement     INTEGER NOT NULL CHECK (settlement BETWEEN 0 AND amount), -- of it, what the shop gets before fees
    currency       TEXT    NOT NULL,
    transaction_id TEXT    NOT NULL,
    evidence       TEXT    NOT NULL CHECK (evidence = 'cashier' OR evidence = '' OR evidence = 'reply'
        OR evidence = 'poll' OR evidence = 'query' OR evidence = 'notify' OR evidence = 'bill'),
    paid_at        INTEGER,
    tendered       INTEGER NOT NULL CHECK (tendered >= 0),
    reason         TEXT    NOT NULL CHECK (reason = '' OR reason = 'late' OR reason = 'twice'
        OR reason = 'amount' OR reason = 'currency' OR reason = 'after-end' OR reason = 'returning'),
    may_exist      INTEGER NOT NULL CHECK (may_exist IN (0, 1)),
    closing_since  INTEGER,
    close_from     INTEGER,
    asks           INTEGER NOT NULL CHECK (asks >= 0),
    closes         INTEGER NOT NULL CHECK (closes >= 0),
    version        INTEGER NOT NULL CHECK (version > 0),
    CHECK (state = 'paid' OR state = 'exception' OR state = 'refunded' OR (amount = 0 AND transaction_id = '' AND evidence = '')),
    CHECK (NOT (state = 'paid' OR state = 'exception' OR state = 'refunded') OR evidence <> ''),
    CHECK (state <> 'paid' OR (amount = asked AND currency = 'CNY')),
    CHECK (state <> 'paid' OR tender = 'cash' OR (transaction_id <> '' AND amount > 0)),
    CHECK ((state IN ('exception', 'refunded')) = (reason <> '')),
    CHECK (tender <> 'cash' OR (state = 'paid' AND evidence = 'cashier' AND settlement = amount AND tendered >= amount))
) STRICT;
CREATE UNIQUE INDEX payment_out_trade_no ON payment (out_trade_no);
CREATE UNIQUE INDEX payment_transaction ON payment (transaction_id) WHERE transaction_id <> '';
CREATE INDEX payment_live ON payment (id) WHERE (state = 'opened' OR state = 'waiting' OR state = 'closing');
-- Cash is found by the sale it closed.
CREATE INDEX payment_sale ON payment (sale) WHERE tender <> 'cash';
CREATE INDEX payment_day ON payment (day, id) WHERE tender <> 'cash';

-- The exact order as it was and will be sent. Apart from the payment, which is written with every answer.
CREATE TABLE payment_request (
    payment INTEGER PRIMARY KEY REFERENCES payment,
    body    BLOB    NOT NULL
) STRICT;

CREATE TABLE payment_event (
    payment        INTEGER NOT NULL REFERENCES payment,
    n              INTEGER NOT NULL CHECK (n > 0),
    at             INTEGER NOT NULL,
    source         TEXT    NOT NULL,
    signal         TEXT    NOT NULL CHECK (signal <> ''),
    from_state     TEXT    NOT NULL,
    to_state       TEXT    NOT NULL CHECK (to_state <> ''),
    transaction_id TEXT    NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount >= 0),
    settlement     INTEGER NOT NULL CHECK (settlement BETWEEN 0 AND amount),
    code           TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    PRIMARY KEY (payment, n)
) STRICT, WITHOUT ROWID;

-- Real money without its sale. second marks money of another transaction than the payment's own. entry is missing for
-- money of another currency or unknown amount: it has no posting.
CREATE TABLE exception (
    id             INTEGER PRIMARY KEY,
    payment        INTEGER NOT NULL REFERENCES payment,
    second         INTEGER NOT NULL CHECK (second IN (0, 1)),
    at             INTEGER NOT NULL,
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    reason         TEXT    NOT NULL CHECK (reason IN ('late', 'twice', 'amount', 'currency', 'after-end', 'returning')),
    amount         INTEGER NOT NULL CHECK (amount >= 0),
    settlement     INTEGER NOT NULL CHECK (settlement BETWEEN 0 AND amount),
    currency       TEXT    NOT NULL,
    transaction_id TEXT    NOT NULL,
    paid_at        INTEGER,
    entry          INTEGER REFERENCES journal,
    returned_at    INTEGER,
    returned_entry INTEGER REFERENCES journal,
    CHECK (second = 0 OR transaction_id <> ''),
    CHECK (entry IS NULL OR (amount > 0 AND currency = 'CNY')),
    CHECK (returned_entry IS NULL OR (returned_at IS NOT NULL AND entry IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX exception_first ON exception (payment) WHERE second = 0;
CREATE UNIQUE INDEX exception_second ON exception (payment, transaction_id) WHERE second = 1;
CREATE INDEX exception_undecided ON exception (id) WHERE returned_at IS NULL;
CREATE INDEX exception_day ON exception (day);

CREATE TABLE print_job (
    id        INTEGER PRIMARY KEY,
    sale      INTEGER NOT NULL REFERENCES sale,
    document  TEXT    NOT NULL CHECK (document IN ('sale', 'reprint')),
    copy      INTEGER NOT NULL CHECK (copy >= 0),
    state     TEXT    NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'printed'
        OR state = 'unconfirmed' OR state = 'failed' OR state = 'cancelled'),
    bytes     BLOB,
    tries     INTEGER NOT NULL CHECK (tries >= 0),
    cause     TEXT    NOT NULL,
    queued_at INTEGER NOT NULL,
    CHECK ((document = 'reprint') = (copy > 0))
) STRICT;
CREATE UNIQUE INDEX print_job_copy ON print_job (sale, copy) WHERE copy > 0; -- the first is found by its sale

-- Where the spool goes on: no job before this one is queued or being sent. It moves when a job is done and not when one
-- is added, so a sale does not write it.
CREATE TABLE print_queue (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    first INTEGER NOT NULL CHECK (first > 0)
) STRICT;
INSERT INTO print_queue (id, first) VALUES (1, 1);

-- Raw notices, as they came in. A body that came again only counts. size is the body's, of which at most 64 KiB are kept.
CREATE TABLE notice (
    id           INTEGER PRIMARY KEY,
    sha256       BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
    size         INTEGER NOT NULL CHECK (size >= 0),
    body         BLOB    NOT NULL CHECK (length(body) <= 65536),
    out_trade_no TEXT    NOT NULL,
    verdict      TEXT    NOT NULL CHECK (verdict <> ''),
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    count        INTEGER NOT NULL CHECK (count > 0)
) STRICT;

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;
CREATE TRIGGER payment_event_no_update BEFORE UPDATE ON payment_event BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER payment_event_no_delete BEFORE DELETE ON payment_event BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER payment_request_no_update BEFORE UPDATE ON payment_request BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;
CREATE TRIGGER payment_request_no_delete BEFORE DELETE ON payment_request BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payments are kept'); END;
CREATE TRIGGER payment_fixed BEFORE UPDATE OF sale, out_trade_no, tender, asked, opened_at ON payment
    BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;
CREATE TRIGGER sale_closed BEFORE UPDATE ON sale WHEN old.state = 'closed' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END;
CREATE TRIGGER sale_no_delete BEFORE DELETE ON sale BEGIN SELECT RAISE(ABORT, 'sales are kept'); END;
CREATE TRIGGER sale_line_no_update BEFORE UPDATE ON sale_line BEGIN SELECT RAISE(ABORT, 'the lines of a sale never change'); END;
CREATE TRIGGER sale_line_no_delete BEFORE DELETE ON sale_line BEGIN SELECT RAISE(ABORT, 'the lines of a sale never change'); END;
CREATE TRIGGER exception_no_delete BEFORE DELETE ON exception BEGIN SELECT RAISE(ABORT, 'exceptions are kept'); END;
