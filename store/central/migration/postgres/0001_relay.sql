-- What the relay keeps. An instant is milliseconds since 1970 UTC, and 0 is never. Where a column of text would hold what came from
-- outside, it is BYTEA: a query need not be UTF-8. The tables of SQLite beside this have the same names and columns.

-- One row. Who changes tills, routes or keys raises n first, and so is alone at it until the transaction ends.
CREATE TABLE revision (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    n  BIGINT NOT NULL
);
INSERT INTO revision (id, n) VALUES (1, 0);

CREATE TABLE shop (
    id       TEXT   PRIMARY KEY CHECK (id <> ''),
    number   BIGINT NOT NULL UNIQUE CHECK (number >= 0), -- 0 is the first
    name     TEXT   NOT NULL UNIQUE,
    route    TEXT   NOT NULL UNIQUE CHECK (route <> ''),
    added_at BIGINT NOT NULL CHECK (added_at > 0)
);

-- token, offered and code are hashes (SHA-256). number is what the many notices have for the till: an id is long. No till is ever deleted.
CREATE TABLE till (
    number     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT   NOT NULL UNIQUE CHECK (id <> ''),
    shop       TEXT   NOT NULL REFERENCES shop (id),
    name       TEXT   NOT NULL CHECK (name <> ''),
    position   BIGINT NOT NULL CHECK (position >= 0),
    route      TEXT   NOT NULL UNIQUE CHECK (route <> ''),
    code       BYTEA  UNIQUE CHECK (length(code) = 32),
    code_until BIGINT NOT NULL DEFAULT 0,
    token      BYTEA  UNIQUE CHECK (length(token) = 32),
    token_at   BIGINT NOT NULL DEFAULT 0,
    offered    BYTEA  UNIQUE CHECK (length(offered) = 32),
    offered_at BIGINT NOT NULL DEFAULT 0,
    added_at   BIGINT NOT NULL CHECK (added_at > 0),
    paired_at  BIGINT NOT NULL DEFAULT 0,
    seen_at    BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (shop, position),
    CHECK ((token IS NULL) = (token_at = 0)),
    CHECK ((offered IS NULL) = (offered_at = 0)),
    CHECK ((code IS NULL) = (code_until = 0)),
    CHECK (revoked_at = 0 OR (token IS NULL AND offered IS NULL AND code IS NULL))
);
CREATE UNIQUE INDEX till_name ON till (shop, name) WHERE revoked_at = 0;

CREATE TABLE wechat_key (
    shop   TEXT   NOT NULL REFERENCES shop (id),
    id     TEXT   NOT NULL CHECK (id <> ''),
    pem    BYTEA  NOT NULL,
    put_at BIGINT NOT NULL CHECK (put_at > 0),
    PRIMARY KEY (shop, id)
);

-- Notices, from when they were answered with success by the relay. status 0: no till has taken it; else what the till said, for good.
-- header is JSON. The key is narrow because a notice's place in it is at random: nearly every notice of a commit changes another page
-- of the key.
CREATE TABLE notice (
    till        BIGINT NOT NULL REFERENCES till (number),
    hash        BYTEA  NOT NULL CHECK (length(hash) = 16), -- of id
    id          TEXT   NOT NULL CHECK (id <> ''),
    method      TEXT   NOT NULL,
    path        BYTEA  NOT NULL,
    query       BYTEA  NOT NULL,
    header      BYTEA  NOT NULL,
    body        BYTEA  NOT NULL,
    received_at BIGINT NOT NULL CHECK (received_at > 0),
    again_at    BIGINT NOT NULL, -- not to be handed to the till before
    attempt     BIGINT NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    status      BIGINT NOT NULL DEFAULT 0 CHECK (status = 0 OR status BETWEEN 200 AND 299 OR status BETWEEN 400 AND 499),
    answered_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (till, hash),
    CHECK ((status = 0) = (answered_at = 0))
);
CREATE INDEX notice_waiting ON notice (till, again_at) WHERE status = 0;
CREATE INDEX notice_received ON notice (received_at);

-- Relays that said which streams they have, and until when that is so.
CREATE TABLE relay (
    id      TEXT   PRIMARY KEY CHECK (id <> ''),
    present BIGINT NOT NULL -- until then
);

CREATE TABLE stream (
    relay TEXT   NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    till  TEXT   NOT NULL REFERENCES till (id),
    PRIMARY KEY (relay, till)
);
CREATE INDEX stream_till ON stream (till);

-- What one relay asks the relay that has the till's stream, and what that answers.
CREATE TABLE ask (
    id       TEXT   PRIMARY KEY CHECK (id <> ''),
    till     TEXT   NOT NULL REFERENCES till (id),
    request  BYTEA  NOT NULL, -- JSON
    deadline BIGINT NOT NULL
);

CREATE TABLE reply (
    id     TEXT   PRIMARY KEY CHECK (id <> ''),
    status BIGINT NOT NULL,
    type   TEXT   NOT NULL,
    body   BYTEA  NOT NULL,
    at     BIGINT NOT NULL
);

-- Certificates and what belongs to them, by name.
CREATE TABLE blob (
    name  TEXT   PRIMARY KEY CHECK (name <> ''),
    value BYTEA  NOT NULL
);
