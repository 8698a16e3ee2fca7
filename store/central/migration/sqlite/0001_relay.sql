-- What the relay keeps. An instant is milliseconds since 1970 UTC, and 0 is never. Where a column of text would hold what came from
-- outside, it is a BLOB: a query need not be UTF-8. The tables of PostgreSQL beside this have the same names and columns.

PRAGMA application_id = 1196708434; -- "GTRR"

-- One row. Who changes tills, routes or keys raises n first, and so is alone at it until the transaction ends.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n  INTEGER NOT NULL
) STRICT;
INSERT INTO revision (id, n) VALUES (1, 0);

CREATE TABLE shop (
    id       TEXT    PRIMARY KEY CHECK (id <> ''),
    number   INTEGER NOT NULL UNIQUE CHECK (number >= 0), -- 0 is the first
    name     TEXT    NOT NULL UNIQUE,
    route    TEXT    NOT NULL UNIQUE CHECK (route <> ''),
    added_at INTEGER NOT NULL CHECK (added_at > 0)
) STRICT;

-- token, offered and code are hashes (SHA-256). number is what the many notices have for the till: an id is long. No till is ever deleted.
CREATE TABLE till (
    number     INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE CHECK (id <> ''),
    shop       TEXT    NOT NULL REFERENCES shop (id),
    name       TEXT    NOT NULL CHECK (name <> ''),
    position   INTEGER NOT NULL CHECK (position >= 0),
    route      TEXT    NOT NULL UNIQUE CHECK (route <> ''),
    code       BLOB    UNIQUE CHECK (length(code) = 32),
    code_until INTEGER NOT NULL DEFAULT 0,
    token      BLOB    UNIQUE CHECK (length(token) = 32),
    token_at   INTEGER NOT NULL DEFAULT 0,
    offered    BLOB    UNIQUE CHECK (length(offered) = 32),
    offered_at INTEGER NOT NULL DEFAULT 0,
    added_at   INTEGER NOT NULL CHECK (added_at > 0),
    paired_at  INTEGER NOT NULL DEFAULT 0,
    seen_at    INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (shop, position),
    CHECK ((token IS NULL) = (token_at = 0)),
    CHECK ((offered IS NULL) = (offered_at = 0)),
    CHECK ((code IS NULL) = (code_until = 0)),
    CHECK (revoked_at = 0 OR (token IS NULL AND offered IS NULL AND code IS NULL))
) STRICT;
CREATE UNIQUE INDEX till_name ON till (shop, name) WHERE revoked_at = 0;

CREATE TABLE wechat_key (
    shop   TEXT    NOT NULL REFERENCES shop (id),
    id     TEXT    NOT NULL CHECK (id <> ''),
    pem    BLOB    NOT NULL,
    put_at INTEGER NOT NULL CHECK (put_at > 0),
    PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

-- Notices, from when they were answered with success by the relay. status 0: no till has taken it; else what the till said, for good.
-- header is JSON. The key is narrow because a notice's place in it is at random: nearly every notice of a commit changes another page
-- of the key.
CREATE TABLE notice (
    till        INTEGER NOT NULL REFERENCES till (number),
    hash        BLOB    NOT NULL CHECK (length(hash) = 16), -- of id
    id          TEXT    NOT NULL CHECK (id <> ''),
    method      TEXT    NOT NULL,
    path        BLOB    NOT NULL,
    query       BLOB    NOT NULL,
    header      BLOB    NOT NULL,
    body        BLOB    NOT NULL,
    received_at INTEGER NOT NULL CHECK (received_at > 0),
    again_at    INTEGER NOT NULL, -- not to be handed to the till before
    attempt     INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    status      INTEGER NOT NULL DEFAULT 0 CHECK (status = 0 OR status BETWEEN 200 AND 299 OR status BETWEEN 400 AND 499),
    answered_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (till, hash),
    CHECK ((status = 0) = (answered_at = 0))
) STRICT;
CREATE INDEX notice_waiting ON notice (till, again_at) WHERE status = 0;
CREATE INDEX notice_received ON notice (received_at);

-- Relays that said which streams they have, and until when that is so.
CREATE TABLE relay (
    id      TEXT    PRIMARY KEY CHECK (id <> ''),
    present INTEGER NOT NULL -- until then
) STRICT, WITHOUT ROWID;

CREATE TABLE stream (
    relay TEXT NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    till  TEXT NOT NULL REFERENCES till (id),
    PRIMARY KEY (relay, till)
) STRICT, WITHOUT ROWID;
CREATE INDEX stream_till ON stream (till);

-- What one relay asks the relay that has the till's stream, and what that answers.
CREATE TABLE ask (
    id       TEXT    PRIMARY KEY CHECK (id <> ''),
    till     TEXT    NOT NULL REFERENCES till (id),
    request  BLOB    NOT NULL, -- JSON
    deadline INTEGER NOT NULL
) STRICT;

CREATE TABLE reply (
    id     TEXT    PRIMARY KEY CHECK (id <> ''),
    status INTEGER NOT NULL,
    type   TEXT    NOT NULL,
    body   BLOB    NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

-- Certificates and what belongs to them, by name.
CREATE TABLE blob (
    name  TEXT PRIMARY KEY CHECK (name <> ''),
    value BLOB NOT NULL
) STRICT;
