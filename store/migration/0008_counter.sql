-- A counter complete: discounts, promotions and weights on the lines, rounded cash, parts and tenders that are taken outside, goods that
-- come back for others or without a receipt, carts that are put aside, and what an item cost before. Tables whose checks change are made
-- anew and filled from the old ones, in the order of their rows.

-- rounding is what rounding the cash took off when it closed the sale; negative when it went up. member: the customer is one. What is
-- taken off the whole sale is discount less what is taken off its lines.
ALTER TABLE sale ADD COLUMN rounding INTEGER NOT NULL DEFAULT 0 CHECK (rounding = 0 OR (state = 'closed' AND rounding BETWEEN -99 AND 99 AND rounding <= gross - discount));
ALTER TABLE sale ADD COLUMN member INTEGER NOT NULL DEFAULT 0 CHECK (member = 0 OR member = 1);

-- more is what few lines have, as JSON, NULL for none of it: weight (g) and label (what its own label says) of one piece; list, the
-- catalogue's price where another one was given; member, the price for members; deal and cut, what takes something off, with deal_off and
-- cut_off, how much of all pieces; note. A column for each would be a byte for each on every line that there is.
ALTER TABLE sale_line ADD COLUMN more TEXT CHECK (json_valid(more));

ALTER TABLE item ADD COLUMN member INTEGER NOT NULL DEFAULT 0 CHECK (member BETWEEN 0 AND 100000000);
ALTER TABLE item ADD COLUMN weighed INTEGER NOT NULL DEFAULT 0 CHECK (weighed IN (0, 1));
ALTER TABLE item ADD COLUMN open INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1));
ALTER TABLE item ADD COLUMN retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1));
ALTER TABLE item ADD COLUMN colour TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN photo TEXT NOT NULL DEFAULT '';

-- part: it is for a part of what was due. What is taken by hand, cash or outside ("other:NAME"), is paid from its first moment, and
-- refunded only as a part of a sale that was given up.
CREATE TABLE payment_new (
    id             INTEGER PRIMARY KEY,
    sale           INTEGER NOT NULL REFERENCES sale,
    out_trade_no   TEXT    NOT NULL CHECK (length(out_trade_no) BETWEEN 1 AND 32 AND out_trade_no NOT GLOB '*[^0-9A-Za-z_-]*'),
    tender         TEXT    NOT NULL CHECK (tender = 'cash' OR tender GLOB 'wechat-*' OR tender GLOB 'other:?*'),
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
        OR reason = 'after-end' OR reason = 'returning' OR reason = 'reversed' OR reason = 'undone' OR reason = 'unknown' OR reason = 'part'),
    may_exist      INTEGER NOT NULL CHECK (may_exist IN (0, 1)),
    closing_since  INTEGER,
    close_from     INTEGER,
    declined       INTEGER NOT NULL CHECK (declined IN (0, 1)),
    may_reverse    INTEGER NOT NULL CHECK (may_reverse IN (0, 1)),
    reversed       INTEGER NOT NULL CHECK (reversed IN (0, 1)),
    asks           INTEGER NOT NULL CHECK (asks >= 0),
    closes         INTEGER NOT NULL CHECK (closes >= 0),
    version        INTEGER NOT NULL CHECK (version > 0),
    api            TEXT    NOT NULL DEFAULT '' CHECK (api = '' OR api = 'v1'),
    prepay_id      TEXT    NOT NULL DEFAULT '' CHECK (prepay_id = '' OR tender GLOB 'wechat-*'),
    part           INTEGER NOT NULL DEFAULT 0 CHECK (part = 0 OR (part = 1 AND asked > 0)),
    -- Money that is seen while it is being reversed is kept in mind and not booked.
    CHECK (state = 'paid' OR state = 'exception' OR state = 'refunded' OR state = 'reversing'
        OR (amount = 0 AND transaction_id = '' AND evidence = '')),
    CHECK (NOT (state = 'paid' OR state = 'exception' OR state = 'refunded') OR evidence <> ''),
    CHECK (state <> 'paid' OR (amount = asked AND currency = 'CNY')),
    CHECK (state <> 'paid' OR tender = 'cash' OR tender GLOB 'other:*' OR (transaction_id <> '' AND amount > 0)),
    CHECK ((state = 'exception' OR state = 'refunded') = (reason <> '')),
    CHECK (reason <> 'part' OR part = 1),
    CHECK (tender GLOB 'wechat-*' OR (evidence = 'cashier' AND settlement = amount AND tendered >= amount
        AND (state = 'paid' OR (state = 'refunded' AND reason = 'part'))))
) STRICT;

INSERT INTO payment_new (id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail,
        amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, declined,
        may_reverse, reversed, asks, closes, version, api, prepay_id)
    SELECT id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail,
        amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, declined,
        may_reverse, reversed, asks, closes, version, api, prepay_id
    FROM payment ORDER BY id;
DROP TABLE payment;
ALTER TABLE payment_new RENAME TO payment;

CREATE UNIQUE INDEX payment_out_trade_no ON payment (out_trade_no);
CREATE UNIQUE INDEX payment_transaction ON payment (transaction_id) WHERE transaction_id <> '';
CREATE INDEX payment_live ON payment (id) WHERE (state = 'opened' OR state = 'waiting' OR state = 'closing' OR state = 'reversing');
-- Cash is found by the sale it closed, unless it was for a part of one.
CREATE INDEX payment_sale ON payment (sale) WHERE (tender <> 'cash' OR part = 1);
CREATE INDEX payment_day ON payment (day, id) WHERE (tender <> 'cash' OR part = 1);
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payments are kept'); END;
CREATE TRIGGER payment_fixed BEFORE UPDATE OF sale, out_trade_no, tender, asked, opened_at, api, part ON payment
    BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;

-- The payments that settled a part of a sale, in their order, each with the entry that booked it: the one that closes a sale is not
-- among them. The parts of a sale that was given up went back: what was taken by hand with back_entry, what WeChat took as an exception.
CREATE TABLE sale_part (
    payment    INTEGER PRIMARY KEY REFERENCES payment,
    sale       INTEGER NOT NULL REFERENCES sale,
    n          INTEGER NOT NULL CHECK (n > 0),
    shift      INTEGER NOT NULL REFERENCES shift,
    day        INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    at         INTEGER NOT NULL,
    entry      INTEGER NOT NULL REFERENCES journal,
    back_at    INTEGER,
    back_by    TEXT,
    back_entry INTEGER REFERENCES journal,
    CHECK ((back_at IS NULL) = (back_by IS NULL)),
    CHECK (back_entry IS NULL OR back_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX sale_part_sale ON sale_part (sale, n);
CREATE INDEX sale_part_day ON sale_part (day);
CREATE TRIGGER sale_part_no_delete BEFORE DELETE ON sale_part BEGIN SELECT RAISE(ABORT, 'payments are kept'); END;
CREATE TRIGGER sale_part_fixed BEFORE UPDATE OF payment, sale, n, shift, day, at, entry ON sale_part
    BEGIN SELECT RAISE(ABORT, 'what came is never rewritten'); END;
CREATE TRIGGER sale_part_back BEFORE UPDATE OF back_at, back_by, back_entry ON sale_part WHEN old.back_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'what went back stays back'); END;

CREATE TABLE exception_new (
    id             INTEGER PRIMARY KEY,
    payment        INTEGER NOT NULL REFERENCES payment,
    second         INTEGER NOT NULL CHECK (second IN (0, 1)),
    at             INTEGER NOT NULL,
    day            INTEGER NOT NULL CHECK (day BETWEEN 19700101 AND 99991231),
    reason         TEXT    NOT NULL CHECK (reason IN
        ('late', 'twice', 'amount', 'currency', 'after-end', 'returning', 'reversed', 'undone', 'unknown', 'part')),
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
    CHECK (state <> 'settled' OR (second = 0 AND action = 'settle' AND decided_entry IS NOT NULL AND reason <> 'part')),
    CHECK (state <> 'cash' OR (action = 'cash' AND decided_entry IS NOT NULL)),
    CHECK (state <> 'noted' OR action = 'note')
) STRICT;

INSERT INTO exception_new (id, payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry, told_at, state, refund_at,
        action, decided_by, decided_why, decided_at, decided_entry, returned_at, returned_entry)
    SELECT id, payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry, told_at, state, refund_at,
        action, decided_by, decided_why, decided_at, decided_entry, returned_at, returned_entry
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

-- Without a payment it is of goods that came back without a receipt, in cash. for_sale is the sale that goods in exchange count
-- towards: such a refund is asked for with it, done when it closes, and closed when it is given up. void: the whole sale was taken back
-- on its own day.
CREATE TABLE refund_new (
    id             INTEGER PRIMARY KEY,
    out_refund_no  TEXT    NOT NULL CHECK (length(out_refund_no) BETWEEN 1 AND 64 AND out_refund_no NOT GLOB '*[^0-9A-Za-z_|*@-]*'),
    payment        INTEGER REFERENCES payment,
    exception      INTEGER REFERENCES exception,
    transaction_id TEXT    NOT NULL, -- of the money that goes back
    tender         TEXT    NOT NULL CHECK (tender = 'cash' OR tender GLOB 'wechat-*' OR tender GLOB 'other:?*' OR tender = 'exchange'), -- how it goes back
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
    for_sale       INTEGER REFERENCES sale,
    void           INTEGER NOT NULL DEFAULT 0 CHECK (void = 0 OR (void = 1 AND payment IS NOT NULL AND exception IS NULL)),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK (tender GLOB 'wechat-*' OR tender = 'exchange' OR (state = 'done' AND settlement = amount AND exception IS NULL AND portal = 0)),
    CHECK ((tender = 'exchange') = (for_sale IS NOT NULL)),
    CHECK (tender <> 'exchange' OR (payment IS NOT NULL AND exception IS NULL AND portal = 0 AND state IN ('asked', 'done', 'closed'))),
    CHECK (payment IS NOT NULL OR (tender = 'cash' AND exception IS NULL AND transaction_id = '' AND total = amount))
) STRICT;

INSERT INTO refund_new (id, out_refund_no, payment, exception, transaction_id, tender, portal, state, day, amount, total, settlement, reason, cashier, approver,
        asked_at, done_at, refund_id, cause, detail, may_exist, asks, sends, version)
    SELECT id, out_refund_no, payment, exception, transaction_id, tender, portal, state, day, amount, total, settlement, reason, cashier, approver,
        asked_at, done_at, refund_id, cause, detail, may_exist, asks, sends, version
    FROM refund ORDER BY id;
DROP TABLE refund;
ALTER TABLE refund_new RENAME TO refund;

CREATE UNIQUE INDEX refund_number ON refund (out_refund_no);
-- What is on its way through WeChat; goods in exchange wait for their sale.
CREATE INDEX refund_live ON refund (id) WHERE (state = 'asked' OR state = 'accepted' OR state = 'stuck') AND tender <> 'exchange';
CREATE INDEX refund_payment ON refund (payment, id);
CREATE INDEX refund_exception ON refund (exception, id) WHERE exception IS NOT NULL;
CREATE INDEX refund_day ON refund (day, id);
CREATE INDEX refund_refund_id ON refund (refund_id) WHERE refund_id <> '';
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund BEGIN SELECT RAISE(ABORT, 'refunds are kept'); END;
CREATE TRIGGER refund_fixed BEFORE UPDATE OF out_refund_no, payment, exception, tender, portal, day, amount, reason, cashier, approver, asked_at, for_sale, void ON refund
    BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_told BEFORE UPDATE OF transaction_id, total ON refund WHEN old.transaction_id <> '' OR new.transaction_id = ''
    BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER refund_done BEFORE UPDATE OF state, settlement, done_at ON refund WHEN old.state = 'done'
        AND (new.state IS NOT old.state OR new.settlement IS NOT old.settlement OR new.done_at IS NOT old.done_at)
    BEGIN SELECT RAISE(ABORT, 'what went back stays back'); END;

-- Goods of earlier sales that count towards a sale, in their order. goods is what a person calls them.
CREATE TABLE sale_credit (
    sale   INTEGER NOT NULL REFERENCES sale,
    n      INTEGER NOT NULL CHECK (n > 0),
    refund INTEGER NOT NULL UNIQUE REFERENCES refund,
    goods  TEXT    NOT NULL,
    PRIMARY KEY (sale, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sale_credit_no_update BEFORE UPDATE ON sale_credit BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;
CREATE TRIGGER sale_credit_no_delete BEFORE DELETE ON sale_credit BEGIN SELECT RAISE(ABORT, 'a refund is never rewritten'); END;

-- What came back without a receipt, as the lines of a sale.
CREATE TABLE refund_goods (
    refund   INTEGER NOT NULL REFERENCES refund,
    n        INTEGER NOT NULL CHECK (n > 0),
    item     INTEGER NOT NULL,
    barcode  TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    category TEXT    NOT NULL,
    price    INTEGER NOT NULL CHECK (price >= 0),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
    tax_rate INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 10000),
    more     TEXT CHECK (json_valid(more)),
    PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER refund_goods_no_update BEFORE UPDATE ON refund_goods BEGIN SELECT RAISE(ABORT, 'the lines of a refund never change'); END;
CREATE TRIGGER refund_goods_no_delete BEFORE DELETE ON refund_goods BEGIN SELECT RAISE(ABORT, 'the lines of a refund never change'); END;

-- The paper of a refund without a sale brings its facts with it.
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

-- Carts that were put aside; a row goes when somebody takes the cart back. Its number is never given out again.
CREATE TABLE held_cart (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    cashier TEXT    NOT NULL,
    cart    TEXT    NOT NULL CHECK (json_valid(cart))
) STRICT;

-- Every price that an item was given; from is 0 of a new one.
CREATE TABLE price_change (
    item        INTEGER NOT NULL REFERENCES item,
    n           INTEGER NOT NULL CHECK (n > 0),
    at          INTEGER NOT NULL,
    by          TEXT    NOT NULL,
    source      TEXT    NOT NULL CHECK (source IN ('edit', 'import', 'till')),
    price_from  INTEGER NOT NULL CHECK (price_from >= 0),
    price_to    INTEGER NOT NULL CHECK (price_to >= 0),
    member_from INTEGER NOT NULL CHECK (member_from >= 0),
    member_to   INTEGER NOT NULL CHECK (member_to >= 0),
    PRIMARY KEY (item, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER price_change_no_update BEFORE UPDATE ON price_change BEGIN SELECT RAISE(ABORT, 'what an item cost stays on record'); END;
CREATE TRIGGER price_change_no_delete BEFORE DELETE ON price_change BEGIN SELECT RAISE(ABORT, 'what an item cost stays on record'); END;

-- The promotions, in the order in which they are tried. body is the promotion without its number.
CREATE TABLE deal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL UNIQUE,
    body     TEXT    NOT NULL CHECK (json_valid(body)),
    by       TEXT    NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
