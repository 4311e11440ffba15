-- The order store, first version. Later versions add files beside this one and never
-- change it.
--
-- What SQL guards or looks for has a column; the whole record is JSON in `body`, written
-- with the columns by one function. `n` counts rows in the order of writing, because the
-- wall clock may jump. States bear the names that the domain gives them.
-- Moments are milliseconds since 1970 (UTC). Money is whole won.

-- What commands were answered.
CREATE TABLE replies (
    n         INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    at        INTEGER NOT NULL,
    endpoint  TEXT    NOT NULL,
    body_hash TEXT    NOT NULL,
    reply     TEXT    NOT NULL
) STRICT;

-- Every menu that was ever in force, by its hash.
CREATE TABLE menus (
    n     INTEGER PRIMARY KEY,
    hash  TEXT    NOT NULL UNIQUE,
    since INTEGER NOT NULL,
    json  TEXT    NOT NULL
) STRICT;

CREATE TABLE menu_in_force (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    hash TEXT    NOT NULL REFERENCES menus (hash)
) STRICT;

-- What is counted or sold out.
CREATE TABLE stock (
    key      TEXT    PRIMARY KEY NOT NULL,
    count    INTEGER CHECK (count >= 0),
    sold_out INTEGER NOT NULL DEFAULT 0 CHECK (sold_out IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE quotes (
    n       INTEGER PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    taken   INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
    body    TEXT    NOT NULL
) STRICT;
CREATE INDEX quotes_untaken ON quotes (expires) WHERE taken = 0;

-- What quotes hold. No end (`expires` is null) once an order took the quote up.
CREATE TABLE holds (
    quote_id TEXT    NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    key      TEXT    NOT NULL,
    count    INTEGER NOT NULL CHECK (count >= 0),
    expires  INTEGER,
    PRIMARY KEY (quote_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_key ON holds (key, expires, count);
CREATE INDEX holds_by_end ON holds (expires) WHERE expires IS NOT NULL;

CREATE TABLE orders (
    n        INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    quote_id TEXT    NOT NULL UNIQUE REFERENCES quotes (id),
    state    TEXT    NOT NULL CHECK (state IN (
        'placed', 'paying', 'at_counter', 'released', 'accepted', 'ready', 'done',
        'abandoned', 'needs_staff')),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    total    INTEGER NOT NULL CHECK (total >= 0),
    day      TEXT    NOT NULL,
    number   INTEGER CHECK (number >= 1),
    body     TEXT    NOT NULL,
    UNIQUE (day, number)
) STRICT;
CREATE INDEX orders_by_day ON orders (day, n);
CREATE INDEX orders_open ON orders (n) WHERE state NOT IN ('done', 'abandoned');

CREATE TRIGGER orders_take_quotes AFTER INSERT ON orders BEGIN
    UPDATE quotes SET taken = 1 WHERE id = NEW.quote_id;
END;
CREATE TRIGGER orders_keep_facts BEFORE UPDATE ON orders
WHEN NEW.quote_id IS NOT OLD.quote_id
    OR NEW.day IS NOT OLD.day
    OR (OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number)
BEGIN
    SELECT RAISE(ABORT, 'the quote, day and number of an order never change');
END;
CREATE TRIGGER orders_stay BEFORE DELETE ON orders BEGIN
    SELECT RAISE(ABORT, 'an order is never deleted');
END;

-- The last call number given on each business day.
CREATE TABLE numbers (
    day  TEXT    PRIMARY KEY NOT NULL,
    last INTEGER NOT NULL CHECK (last BETWEEN 1 AND 4294967295)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    method     TEXT    NOT NULL CHECK (method IN ('kakaopay', 'counter')),
    amount     INTEGER NOT NULL CHECK (amount > 0),
    state      TEXT    NOT NULL CHECK (state IN (
        'prepared', 'asking', 'waiting', 'approving', 'unknown', 'closing', 'approved',
        'declined', 'expired', 'reversing', 'reversed', 'needs_staff')),
    gateway_id TEXT,
    approved   INTEGER,
    next_try   INTEGER,
    body       TEXT    NOT NULL,
    CONSTRAINT proof CHECK (state <> 'approved' OR approved IS amount),
    UNIQUE (method, gateway_id)
) STRICT;
CREATE INDEX attempts_by_order ON attempts (order_id, n);
CREATE UNIQUE INDEX one_live_attempt ON attempts (order_id)
    WHERE state NOT IN ('declined', 'expired', 'reversed');
CREATE UNIQUE INDEX one_approved_attempt ON attempts (order_id) WHERE state = 'approved';
CREATE INDEX attempts_open ON attempts (n)
    WHERE state NOT IN ('declined', 'expired', 'reversed', 'approved', 'needs_staff');
CREATE INDEX attempts_for_staff ON attempts (n) WHERE state = 'needs_staff';

CREATE TRIGGER attempts_keep_facts BEFORE UPDATE ON attempts
WHEN NEW.order_id IS NOT OLD.order_id
    OR NEW.method IS NOT OLD.method
    OR NEW.amount IS NOT OLD.amount
    OR (OLD.gateway_id IS NOT NULL AND NEW.gateway_id IS NOT OLD.gateway_id)
BEGIN
    SELECT RAISE(ABORT, 'the order, method, amount and gateway id of an attempt never change');
END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts BEGIN
    SELECT RAISE(ABORT, 'a payment attempt is never deleted');
END;

-- Secrets that approve attempts. Apart from every record, and deleted when used.
CREATE TABLE tokens (
    attempt_id TEXT PRIMARY KEY NOT NULL REFERENCES attempts (id),
    token      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE relays (
    n        INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    order_id TEXT    NOT NULL REFERENCES orders (id),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    state    TEXT    NOT NULL CHECK (state IN (
        'queued', 'sending', 'unsure', 'delivered', 'accepted', 'rejected', 'needs_staff')),
    next_try INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (order_id, revision)
) STRICT;
CREATE INDEX relays_open ON relays (n)
    WHERE state IN ('queued', 'sending', 'unsure', 'delivered');

CREATE TABLE prints (
    n        INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    order_id TEXT    NOT NULL REFERENCES orders (id),
    slip     TEXT    NOT NULL,
    copy     INTEGER NOT NULL CHECK (copy >= 1),
    printer  TEXT    NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN (
        'queued', 'sending', 'sent_unconfirmed', 'printed', 'failed')),
    next_try INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (order_id, slip, copy)
) STRICT;
CREATE INDEX prints_open ON prints (printer, n) WHERE state IN ('queued', 'sending');
CREATE INDEX prints_for_staff ON prints (n) WHERE state IN ('sent_unconfirmed', 'failed');

CREATE TABLE calls (
    n        INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    answered INTEGER,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX calls_open ON calls (n) WHERE answered IS NULL;

CREATE TABLE decisions (
    n     INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    by    TEXT    NOT NULL,
    what  TEXT    NOT NULL,
    about TEXT    NOT NULL,
    why   TEXT    NOT NULL
) STRICT;
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed');
END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions BEGIN
    SELECT RAISE(ABORT, 'a decision is never deleted');
END;

-- What the screens were told.
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    order_id TEXT,
    body     TEXT    NOT NULL
) STRICT;
CREATE TRIGGER events_have_no_gap BEFORE INSERT ON events
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN
    SELECT RAISE(ABORT, 'event numbers have no gap');
END;
CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;

-- Numbers that pumps remember.
CREATE TABLE cursors (
    name  TEXT    PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;
