-- Every way to pay, every end of a payment, and money that comes late.
--
-- SQLite cannot change a CHECK, so the attempts move to a new table. Tokens refer to them
-- and wait aside meanwhile.

CREATE TEMPORARY TABLE tokens_kept AS SELECT attempt_id, token FROM tokens;
DROP TABLE tokens;

CREATE TABLE attempts_next (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    method     TEXT    NOT NULL CHECK (method IN (
        'kakaopay', 'toss', 'barcode', 'qr', 'sticker', 'counter')),
    amount     INTEGER NOT NULL CHECK (amount > 0),
    state      TEXT    NOT NULL CHECK (state IN (
        'prepared', 'asking', 'waiting', 'approving', 'unknown', 'closing', 'approved',
        'declined', 'expired', 'reversing', 'reversed', 'voided', 'partly_refunded',
        'refunded', 'needs_staff')),
    gateway_id TEXT,
    approved   INTEGER,
    refunded   INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    next_try   INTEGER,
    -- When a closed attempt is looked at once more.
    watch      INTEGER,
    -- 1 once money came after its end: it pays nothing, and a newer one may stand beside it.
    late       INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    body       TEXT    NOT NULL,
    CONSTRAINT proof CHECK (
        state NOT IN ('approved', 'voided', 'partly_refunded', 'refunded')
        OR (approved IS amount AND late = 0)),
    CONSTRAINT no_more_than_taken CHECK (refunded <= coalesce(approved, 0)),
    UNIQUE (method, gateway_id)
) STRICT;
INSERT INTO attempts_next (n, id, order_id, method, amount, state, gateway_id, approved,
        next_try, body)
    SELECT n, id, order_id, method, amount, state, gateway_id, approved, next_try, body
    FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_next RENAME TO attempts;

CREATE INDEX attempts_by_order ON attempts (order_id, n);
CREATE UNIQUE INDEX one_live_attempt ON attempts (order_id)
    WHERE late = 0 AND state NOT IN ('declined', 'expired', 'reversed', 'voided', 'refunded');
CREATE UNIQUE INDEX one_approved_attempt ON attempts (order_id)
    WHERE state IN ('approved', 'partly_refunded');
CREATE INDEX attempts_open ON attempts (n)
    WHERE state IN ('prepared', 'asking', 'waiting', 'approving', 'unknown', 'closing',
        'reversing')
    OR (watch IS NOT NULL AND state IN ('declined', 'expired', 'reversed'))
    OR (next_try IS NOT NULL AND state = 'needs_staff');
CREATE INDEX attempts_for_staff ON attempts (n) WHERE state = 'needs_staff';

CREATE TRIGGER attempts_keep_facts BEFORE UPDATE ON attempts
WHEN NEW.order_id IS NOT OLD.order_id
    OR NEW.method IS NOT OLD.method
    OR NEW.amount IS NOT OLD.amount
    OR (OLD.gateway_id IS NOT NULL AND NEW.gateway_id IS NOT OLD.gateway_id)
    OR NEW.refunded < OLD.refunded
    OR NEW.late < OLD.late
BEGIN
    SELECT RAISE(ABORT, 'what an attempt is, took and gave back never changes back');
END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts BEGIN
    SELECT RAISE(ABORT, 'a payment attempt is never deleted');
END;

CREATE TABLE tokens (
    attempt_id TEXT PRIMARY KEY NOT NULL REFERENCES attempts (id),
    token      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tokens (attempt_id, token) SELECT attempt_id, token FROM tokens_kept;
DROP TABLE tokens_kept;
