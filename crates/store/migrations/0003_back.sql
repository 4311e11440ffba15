-- Money that goes back by staff's word, and cash receipts (현금영수증).

CREATE TABLE refunds (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    attempt_id TEXT    NOT NULL REFERENCES attempts (id),
    amount     INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN (
        'prepared', 'sending', 'unknown', 'done', 'refused', 'needs_staff')),
    next_try   INTEGER,
    body       TEXT    NOT NULL,
    CONSTRAINT some_money_goes_back CHECK (amount > 0)
) STRICT;
CREATE INDEX refunds_by_order ON refunds (order_id, n);
CREATE UNIQUE INDEX one_open_refund ON refunds (attempt_id)
    WHERE state NOT IN ('done', 'refused');
CREATE INDEX refunds_open ON refunds (n) WHERE state IN ('prepared', 'sending', 'unknown');
CREATE INDEX refunds_for_staff ON refunds (n) WHERE state = 'needs_staff';

-- What was promised back of an attempt, done or not yet, is never above what it took.
CREATE TRIGGER refunds_fit_when_new BEFORE INSERT ON refunds
WHEN NEW.state <> 'refused'
    AND NEW.amount + (
        SELECT coalesce(sum(amount), 0) FROM refunds
        WHERE attempt_id = NEW.attempt_id AND id <> NEW.id AND state <> 'refused')
    > (SELECT coalesce(max(approved), 0) FROM attempts WHERE id = NEW.attempt_id)
BEGIN
    SELECT RAISE(ABORT, 'no more goes back than was taken');
END;
CREATE TRIGGER refunds_fit_when_changed BEFORE UPDATE ON refunds
WHEN NEW.state <> 'refused'
    AND NEW.amount + (
        SELECT coalesce(sum(amount), 0) FROM refunds
        WHERE attempt_id = NEW.attempt_id AND id <> NEW.id AND state <> 'refused')
    > (SELECT coalesce(max(approved), 0) FROM attempts WHERE id = NEW.attempt_id)
BEGIN
    SELECT RAISE(ABORT, 'no more goes back than was taken');
END;
CREATE TRIGGER refunds_keep_facts BEFORE UPDATE ON refunds
WHEN NEW.order_id IS NOT OLD.order_id
    OR NEW.attempt_id IS NOT OLD.attempt_id
    OR NEW.amount IS NOT OLD.amount
    OR (OLD.state = 'done' AND NEW.state <> 'done')
BEGIN
    SELECT RAISE(ABORT, 'what a refund is of and gave back never changes');
END;
CREATE TRIGGER refunds_stay BEFORE DELETE ON refunds BEGIN
    SELECT RAISE(ABORT, 'a refund is never deleted');
END;

CREATE TABLE cash_receipts (
    n            INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    order_id     TEXT    NOT NULL REFERENCES orders (id),
    attempt_id   TEXT    NOT NULL REFERENCES attempts (id),
    amount       INTEGER NOT NULL CONSTRAINT a_receipt_is_of_money CHECK (amount > 0),
    state        TEXT    NOT NULL CHECK (state IN (
        'recorded', 'issuing', 'unknown', 'issued', 'to_void', 'voiding', 'voided',
        'refused', 'needs_staff')),
    issue_number TEXT UNIQUE,
    next_try     INTEGER,
    body         TEXT    NOT NULL
) STRICT;
CREATE INDEX cash_receipts_by_order ON cash_receipts (order_id, n);
CREATE UNIQUE INDEX one_living_receipt ON cash_receipts (attempt_id)
    WHERE state NOT IN ('voided', 'refused');
CREATE INDEX cash_receipts_open ON cash_receipts (n)
    WHERE state IN ('recorded', 'issuing', 'unknown', 'to_void', 'voiding');
CREATE INDEX cash_receipts_for_staff ON cash_receipts (n) WHERE state = 'needs_staff';

CREATE TRIGGER cash_receipts_keep_facts BEFORE UPDATE ON cash_receipts
WHEN NEW.order_id IS NOT OLD.order_id
    OR NEW.attempt_id IS NOT OLD.attempt_id
    OR NEW.amount IS NOT OLD.amount
    OR (OLD.issue_number IS NOT NULL AND NEW.issue_number IS NOT OLD.issue_number)
BEGIN
    SELECT RAISE(ABORT, 'what a cash receipt is of and its number never change');
END;
CREATE TRIGGER cash_receipts_stay BEFORE DELETE ON cash_receipts BEGIN
    SELECT RAISE(ABORT, 'a cash receipt is never deleted');
END;

-- The numbers that guests typed for them: secrets, apart from every record, and deleted
-- when used.
CREATE TABLE receipt_numbers (
    receipt_id TEXT PRIMARY KEY NOT NULL REFERENCES cash_receipts (id),
    kind       TEXT NOT NULL,
    number     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
