-- Orders from customers' own phones. No table is made anew: what is added is empty in every row there is.

-- api is by which interface an order was made: empty is the shop's own. prepay_id is what a phone pays by; of an order with a code on the
-- glass it stays empty.
ALTER TABLE payment ADD COLUMN api TEXT NOT NULL DEFAULT '' CHECK (api = '' OR api = 'v1');
ALTER TABLE payment ADD COLUMN prepay_id TEXT NOT NULL DEFAULT '' CHECK (prepay_id = '' OR tender <> 'cash');

-- origin is whose phone ordered; empty for a cashier's cart. ref makes a repetition the same order.
ALTER TABLE sale ADD COLUMN origin TEXT NOT NULL DEFAULT '' CHECK (origin = '' OR origin = 'product' OR origin = 'mini' OR origin = 'app');
ALTER TABLE sale ADD COLUMN ref TEXT NOT NULL DEFAULT '' CHECK ((ref = '') = (origin = '') AND length(ref) <= 128);

-- The number that a mini-program or an app gave is that order's for ever, whichever of the two it came from. That of a product code holds
-- while the order may be paid, which the till knows. A sale at the counter is in no index more than before.
CREATE UNIQUE INDEX sale_ref ON sale (ref) WHERE origin = 'mini' OR origin = 'app';

DROP TRIGGER payment_fixed;
CREATE TRIGGER payment_fixed BEFORE UPDATE OF sale, out_trade_no, tender, asked, opened_at, api ON payment
    BEGIN SELECT RAISE(ABORT, 'an order is never rewritten'); END;
CREATE TRIGGER sale_origin BEFORE UPDATE OF origin, ref ON sale BEGIN SELECT RAISE(ABORT, 'where a sale came from never changes'); END;
