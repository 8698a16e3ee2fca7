-- Giving money back: reversed payment codes, refunds, decided exceptions. The tables whose checks change are made anew and
-- filled from the old ones, in the order of their rows. The program has foreign keys off meanwhile and checks them before it
-- commits.

-- parked marks an open sale that was put aside with its payment, to go on with another customer.
ALTER TABLE sale ADD COLUMN parked INTEGER NOT NULL DEFAULT 0 CHECK (parked = 0 OR (parked = 1 AND state = 'open'));

CREATE TABLE payment_new (
    id             INTEGER PRIMARY KEY,
    sale           INTEGER NOT NULL REFERENCES sale,
    out_trade_no   TEXT    NOT NULL CHECK (length(out_trade_no) BETWEEN 1 AND 32 AND out_trade_no NOT GLOB '*[^0-9A-Za-z_-]*'),
    tender         TEXT    NOT NULL CHECK (tender = 'cash' OR tender GLOB 'wechat-*'),
    state          TEXT    NOT NULL CHECK (state = 'paid' OR state = 'opened' OR state = 'waiting' OR state = 'closing'
        OR state = 'reversing' OR state = 'exception' OR state = 'closed' OR state = 'refused' OR state = 'refunded'),
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
    reason         TEXT    NOT NULL CHECK (reason = '' OR reason = 'late' OR reason = 'twice' OR reason = 'amount' OR reason = 'currency'
        OR reason = 'after-end' OR reason = 'returning' OR reason = 'reversed' OR reason = 'undone' OR reason = 'unknown'),
    may_exist      INTEGER NOT NULL CHECK (may_exist IN (0, 1)),
    closing_since  INTEGER,
    close_from     INTEGER,
    declined       INTEGER NOT NULL CHECK (declined IN (0, 1)),
    may_reverse    INTEGER NOT NULL CHECK (may_reverse IN (0, 1)),
    reversed       INTEGER NOT NULL CHECK (reversed IN (0, 1)),
    asks           INTEGER NOT NULL CHECK (asks >= 0),
    closes         INTEGER NOT NULL CHECK (closes >= 0),
    version        INTEGER NOT NULL CHECK (version > 0),
    -- Money that is seen while it is being reversed is kept in mind and not booked.
    CHECK (state = 'paid' OR state = 'exception' OR state = 'refunded' OR state = 'reversing'
        OR (amount = 0 AND transaction_id = '' AND evidence = '')),
    CHECK (NOT (state = 'paid' OR state = 'exception' OR state = 'refunded') OR evidence <> ''),
    CHECK (state <> 'paid' OR (amount = asked AND currency = 'CNY')),
    CHECK (state <> 'paid' OR tender = 'cash' OR (transaction_id <> '' AND amount > 0)),
    CHECK ((state IN ('exception', 'refunded')) = (reason <> '')),
    CHECK (tender <> 'cash' OR (state = 'paid' AND evidence = 'cashier' AND settlement = amount AND tendered >= amount))
) STRICT;

INSERT INTO payment_new (id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail,
        amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, declined,
        may_reverse, reversed, asks, closes, version)
    SELECT id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail,
        amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, 0,
        0, 0, asks, closes, version
    FROM payment ORDER BY id;
DROP TABLE payment;
ALTER TABLE payment_new RENAME TO payment;

CREATE UNIQUE INDEX payment_out_trade_no ON payment (out_trade_no);
CREATE UNIQUE INDEX payment_transaction ON payment (transaction_id) WHERE transaction_id <> '';
CREATE INDEX payment_live ON payment (id) WHERE (state = 'opened' OR state = 'waiting' OR state = 'closing' OR state = 'reversing');
-- Cash is found by the sale it closed.
CREATE INDEX payment_sale ON payment (sale) WHERE tender <> 'cash';
CREATE INDEX payment_day ON payment (day, id) WHERE tender <> 'cash';
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payments are kept'); END;
CREATE TRIGGER payment_fixed BEFORE UPDATE OF sale, out_trade_no, tender, asked, opened_at ON payment
    BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;

-- Real money without its sale. second marks money of another transaction than the payment's own. entry is missing for
-- money of another currency or unknown amount: it has no posting. action, decided_by, decided_why and decided_at are the
-- last decision; decided_entry is what settling, handing back or noting booked, returned_entry what the proof of the last
-- refund or of the reversal did. An amount that WeChat did not tell may be learned once, and is booked then.
CREATE TABLE exception_new (
    id             INTEGER PRIMARY KEY,
    payment        INTEGER NOT NULL REFERENCES payment,
    second         INTEGER NOT NULL CHECK (second IN (0, 1)),
    at             INTEGER NOT NULL,
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    reason         TEXT    NOT NULL CHECK (reason IN
        ('late', 'twice', 'amount', 'currency', 'after-end', 'returning', 'reversed', 'undone', 'unknown')),
    amount         INTEGER NOT NULL CHECK (amount >= 0),
    settlement     INTEGER NOT NULL CHECK (settlement BETWEEN 0 AND amount),
    currency       TEXT    NOT NULL,
    transaction_id TEXT    NOT NULL,
    paid_at        INTEGER,
    entry          INTEGER REFERENCES journal,
    told_at        INTEGER, -- when its amount was learned, if that was after it was
    state          TEXT    NOT NULL CHECK (state IN ('open', 'refunding', 'returned', 'settled', 'cash', 'noted')),
    refund_at      INTEGER, -- when it refunds itself
    action         TEXT    NOT NULL CHECK (action IN ('', 'refund', 'hold', 'settle', 'cash', 'note', 'wait')),
    decided_by     TEXT    NOT NULL, -- empty for the till itself
    decided_why    TEXT    NOT NULL,
    decided_at     INTEGER,
    decided_entry  INTEGER REFERENCES journal,
    returned_at    INTEGER,
    returned_entry INTEGER REFERENCES journal,
    CHECK (second = 0 OR transaction_id <> ''),
    CHECK (entry IS NULL OR (amount > 0 AND currency = 'CNY')),
    CHECK (told_at IS NULL OR (amount > 0 AND second = 0)),
    CHECK (returned_entry IS NULL OR (returned_at IS NOT NULL AND entry IS NOT NULL)),
    CHECK (state <> 'returned' OR returned_at IS NOT NULL),
    CHECK (refund_at IS NULL OR state = 'open'),
    CHECK ((action = '') = (decided_at IS NULL)),
    CHECK (decided_entry IS NULL OR (entry IS NOT NULL AND state IN ('settled', 'cash', 'noted'))),
    CHECK (state <> 'settled' OR (second = 0 AND action = 'settle' AND decided_entry IS NOT NULL)),
    CHECK (state <> 'cash' OR (action = 'cash' AND decided_entry IS NOT NULL)),
    CHECK (state <> 'noted' OR action = 'note')
) STRICT;

-- The first version could give nothing back here, so somebody may have dealt with what is open elsewhere: it waits for a person.
INSERT INTO exception_new (id, payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry, state, refund_at,
        action, decided_by, decided_why, decided_at, decided_entry, returned_at, returned_entry)
    SELECT id, payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry,
        CASE WHEN returned_at IS NULL THEN 'open' ELSE 'returned' END, NULL,
        CASE WHEN returned_at IS NULL THEN 'hold' ELSE '' END, '',
        CASE WHEN returned_at IS NULL THEN 'from before refunds could be given here' ELSE '' END,
        CASE WHEN returned_at IS NULL THEN at END, NULL, returned_at, returned_entry
    FROM exception ORDER BY id;
DROP TABLE exception;
ALTER TABLE exception_new RENAME TO exception;

CREATE UNIQUE INDEX exception_first ON exception (payment) WHERE second = 0;
CREATE UNIQUE INDEX exception_second ON exception (payment, transaction_id) WHERE second = 1;
CREATE INDEX exception_unended ON exception (id) WHERE (state = 'open' OR state = 'refunding');
CREATE INDEX exception_day ON exception (day, id);
CREATE INDEX exception_transaction ON exception (transaction_id) WHERE transaction_id <> '';
CREATE TRIGGER exception_no_delete BEFORE DELETE ON exception BEGIN SELECT RAISE(ABORT, 'exceptions are kept'); END;
CREATE TRIGGER exception_fixed BEFORE UPDATE OF payment, second, at, day, reason ON exception
    BEGIN SELECT RAISE(ABORT, 'what came is never rewritten'); END;
CREATE TRIGGER exception_told BEFORE UPDATE OF amount, settlement, currency, transaction_id, paid_at, entry, told_at ON exception
    WHEN old.amount <> 0 OR old.transaction_id <> '' OR new.amount = 0 OR new.transaction_id = ''
    BEGIN SELECT RAISE(ABORT, 'what came is never rewritten'); END;
CREATE TRIGGER exception_ended BEFORE UPDATE OF state, action, decided_by, decided_why, decided_at ON exception
    WHEN old.state <> 'open' AND old.state <> 'refunding' BEGIN SELECT RAISE(ABORT, 'a decision that ended an exception stands'); END;
CREATE TRIGGER exception_ended_entry BEFORE UPDATE OF decided_entry ON exception
    WHEN old.state <> 'open' AND old.state <> 'refunding' AND (old.amount <> 0 OR old.transaction_id <> '')
    BEGIN SELECT RAISE(ABORT, 'a decision that ended an exception stands'); END;

-- A refund is money on its way back: of a sale, or of an exception. day is the day it was written down on. Of a payment whose
-- amount WeChat did not tell, total is what is known, and it and the transaction may be learned once.
CREATE TABLE refund (
    id             INTEGER PRIMARY KEY,
    out_refund_no  TEXT    NOT NULL CHECK (length(out_refund_no) BETWEEN 1 AND 64 AND out_refund_no NOT GLOB '*[^0-9A-Za-z_|*@-]*'),
    payment        INTEGER NOT NULL REFERENCES payment,
    exception      INTEGER REFERENCES exception,
    transaction_id TEXT    NOT NULL, -- of the money that goes back
    tender         TEXT    NOT NULL CHECK (tender = 'cash' OR tender GLOB 'wechat-*'), -- how it goes back
    portal         INTEGER NOT NULL CHECK (portal IN (0, 1)),
    state          TEXT    NOT NULL CHECK (state IN ('asked', 'accepted', 'done', 'stuck', 'closed', 'refused')),
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    amount         INTEGER NOT NULL CHECK (amount > 0),
    total          INTEGER NOT NULL CHECK (total >= amount),
    settlement     INTEGER NOT NULL CHECK (settlement BETWEEN 0 AND amount),
    reason         TEXT    NOT NULL,
    cashier        TEXT    NOT NULL,
    approver       TEXT    NOT NULL,
    asked_at       INTEGER NOT NULL,
    done_at        INTEGER,
    refund_id      TEXT    NOT NULL,
    cause          TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    may_exist      INTEGER NOT NULL CHECK (may_exist IN (0, 1)),
    asks           INTEGER NOT NULL CHECK (asks >= 0),
    sends          INTEGER NOT NULL CHECK (sends >= 0),
    version        INTEGER NOT NULL CHECK (version > 0),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK (tender <> 'cash' OR (state = 'done' AND settlement = amount AND exception IS NULL AND portal = 0))
) STRICT;
CREATE UNIQUE INDEX refund_number ON refund (out_refund_no);
CREATE INDEX refund_live ON refund (id) WHERE (state = 'asked' OR state = 'accepted' OR state = 'stuck');
CREATE INDEX refund_payment ON refund (payment, id);
CREATE INDEX refund_exception ON refund (exception, id) WHERE exception IS NOT NULL;
CREATE INDEX refund_day ON refund (day, id);

-- The exact request as it was and will be sent. Cash and refunds made by somebody else have none.
CREATE TABLE refund_request (
    refund INTEGER PRIMARY KEY REFERENCES refund,
    body   BLOB    NOT NULL
) STRICT;

-- Which goods a refund gives back; n is the line of the sale.
CREATE TABLE refund_line (
    refund   INTEGER NOT NULL REFERENCES refund,
    n        INTEGER NOT NULL CHECK (n > 0),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
    amount   INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;

-- Who said what about a refund, when, and the entry that it made.
CREATE TABLE refund_event (
    refund     INTEGER NOT NULL REFERENCES refund,
    n          INTEGER NOT NULL CHECK (n > 0),
    at         INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    signal     TEXT    NOT NULL CHECK (signal <> ''),
    from_state TEXT    NOT NULL,
    to_state   TEXT    NOT NULL CHECK (to_state <> ''),
    refund_id  TEXT    NOT NULL,
    settlement INTEGER NOT NULL CHECK (settlement >= 0),
    code       TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    entry      INTEGER REFERENCES journal,
    PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund BEGIN SELECT RAISE(ABORT, 'refunds are kept'); END;
CREATE TRIGGER refund_fixed BEFORE UPDATE OF out_refund_no, payment, exception, tender, portal, day, amount, reason, cashier, approver, asked_at ON refund
    BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_told BEFORE UPDATE OF transaction_id, total ON refund WHEN old.transaction_id <> '' OR new.transaction_id = ''
    BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_done BEFORE UPDATE OF state, settlement, done_at ON refund WHEN old.state = 'done'
        AND (new.state IS NOT old.state OR new.settlement IS NOT old.settlement OR new.done_at IS NOT old.done_at)
    BEGIN SELECT RAISE(ABORT, 'what went back stays back'); END;
CREATE TRIGGER refund_request_no_update BEFORE UPDATE ON refund_request BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_request_no_delete BEFORE DELETE ON refund_request BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_line_no_update BEFORE UPDATE ON refund_line BEGIN SELECT RAISE(ABORT, 'the lines of a refund never change'); END;
CREATE TRIGGER refund_line_no_delete BEFORE DELETE ON refund_line BEGIN SELECT RAISE(ABORT, 'the lines of a refund never change'); END;
CREATE TRIGGER refund_event_no_update BEFORE UPDATE ON refund_event BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER refund_event_no_delete BEFORE DELETE ON refund_event BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

CREATE TABLE print_job_new (
    id        INTEGER PRIMARY KEY,
    sale      INTEGER NOT NULL REFERENCES sale,
    document  TEXT    NOT NULL CHECK (document = 'sale' OR document = 'reprint' OR document = 'refund'),
    copy      INTEGER NOT NULL CHECK (copy >= 0),
    state     TEXT    NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'printed'
        OR state = 'unconfirmed' OR state = 'failed' OR state = 'cancelled'),
    bytes     BLOB,
    tries     INTEGER NOT NULL CHECK (tries >= 0),
    cause     TEXT    NOT NULL,
    queued_at INTEGER NOT NULL,
    refund    INTEGER REFERENCES refund,
    CHECK ((document = 'reprint') = (copy > 0)),
    CHECK ((document = 'refund') = (refund IS NOT NULL))
) STRICT;

INSERT INTO print_job_new (id, sale, document, copy, state, bytes, tries, cause, queued_at, refund)
    SELECT id, sale, document, copy, state, bytes, tries, cause, queued_at, NULL FROM print_job ORDER BY id;
DROP TABLE print_job;
ALTER TABLE print_job_new RENAME TO print_job;

CREATE UNIQUE INDEX print_job_copy ON print_job (sale, copy) WHERE copy > 0; -- the first is found by its sale
CREATE UNIQUE INDEX print_job_refund ON print_job (refund) WHERE refund IS NOT NULL;
