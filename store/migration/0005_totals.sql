-- Totals for the screens, and an index for a search. What SQL cannot know, the hour of a close by the shop's clock, and what
-- follows from it, the program fills in before it commits.

-- hour is the shop's clock at the close. It is kept, so that a shop that moves to another zone changes no total.
ALTER TABLE sale ADD COLUMN hour INTEGER NOT NULL DEFAULT 0 CHECK (hour = 0 OR (hour BETWEEN 1 AND 23 AND state = 'closed'));

-- day_total has two more kinds of rows: per hour ("hour:07") and per cashier ("cashier:王芳") what was taken for closed sales.

-- Per item what a month's closed sales sold, before discounts on the whole sale; what came back is not taken off. last is the
-- newest of these sales: its line has the name. A day's lines come in when the day is over, all at once, so that no sale pays for it.
CREATE TABLE month_item (
    month  INTEGER NOT NULL CHECK (month BETWEEN 197001 AND 999912),
    item   INTEGER NOT NULL,
    pieces INTEGER NOT NULL CHECK (pieces > 0),
    fen    INTEGER NOT NULL CHECK (fen >= 0),
    last   INTEGER NOT NULL REFERENCES sale,
    PRIMARY KEY (month, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX month_item_best ON month_item (month, fen DESC, item);

-- Through which day month_item has every closed sale. A sale that is booked on a day that early, under a clock that was set
-- back, comes in with its own transaction.
CREATE TABLE month_item_through (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 99991231)
) STRICT;
INSERT INTO month_item_through (id, day) VALUES (1, 0);

CREATE INDEX refund_refund_id ON refund (refund_id) WHERE refund_id <> '';
