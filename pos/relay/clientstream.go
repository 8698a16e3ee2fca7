package relay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"guitai/pos"
)

// Bounds of what is read.
const (
	maxEvent = 512 << 10 // bytes of one event: [MaxBody] in base64, its headers, and room
	maxBatch = 16 << 20  // bytes of the answer of a long-poll
)

// stream keeps one stream, and returns why it ended.
func (c *Client) stream(ctx context.Context) *lineError {
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	silence := helloWithin
	watch := time.AfterFunc(silence, func() { cut(errHeld) })
	defer watch.Stop()
	failed := func(err error) *lineError {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return asLine(err)
	}
	res, err := c.get(ctx, PathStream)
	if err != nil {
		return failed(err)
	}
	defer res.Body.Close() //nolint:errcheck // cut off, not read to its end
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		return broke(fmt.Errorf("something else than a relay answers: %q", got))
	}
	events := newEventReader(res.Body)
	var hello, beat bool
	for {
		name, data, err := events.next()
		if err != nil {
			if cause := context.Cause(ctx); errors.Is(cause, errHeld) && beat {
				return broke(fmt.Errorf("nothing was heard for %s", silence))
			}
			return failed(err)
		}
		watch.Reset(silence)
		switch name {
		case EventHello:
			var h Hello
			if err := json.Unmarshal(data, &h); err != nil {
				return broke(fmt.Errorf("read hello: %w", err))
			}
			silence = silenceOf(h)
			watch.Reset(silence)
			if !hello {
				c.log.Info("connected to the relay", "relay", fmt.Sprintf("%.64s", h.Relay))
				hello = true
				c.fine()
			}
			c.heard(ctx, h)
		case EventRequest:
			c.receive(data)
		default: // a heartbeat, or something of a newer relay
			if beat = beat || hello; hello {
				c.fine()
			}
		}
	}
}

// silenceOf is how long a stream may be silent, by what the relay says of its heartbeat.
func silenceOf(h Hello) time.Duration {
	if h.HeartbeatMS <= 0 {
		return Silence
	}
	beat := time.Duration(min(h.HeartbeatMS, int64(time.Hour/time.Millisecond))) * time.Millisecond
	return max(2*time.Second, min(beat*8/3, 5*time.Minute))
}

// poll asks again and again, until it is time to try a stream (nil) or the line breaks.
func (c *Client) poll(ctx context.Context, until time.Time) *lineError {
	wait := time.Duration(0) // the first answer says whether there is a relay at all
	for time.Now().Before(until) {
		began := time.Now()
		batch, err := c.pollOnce(ctx, wait)
		if err != nil {
			return asLine(err)
		}
		c.fine()
		c.heard(ctx, batch.Hello)
		for i := range batch.Requests {
			c.receive(batch.Requests[i])
		}
		// A relay that answers at once with nothing must not be asked without end.
		if len(batch.Requests) == 0 && wait > 0 && time.Since(began) < time.Second && !sleep(ctx, time.Second) {
			return asLine(ctx.Err())
		}
		wait = LongPoll
	}
	return nil
}

func (c *Client) pollOnce(ctx context.Context, wait time.Duration) (polled, error) {
	ctx, cancel := context.WithTimeout(ctx, wait+callWithin)
	defer cancel()
	var batch polled
	err := c.call(ctx, http.MethodGet, fmt.Sprintf("%s?wait=%d", PathStream, int(wait/time.Second)), nil, &batch, maxBatch)
	return batch, err
}

// heard does what the relay asks for in its hello.
func (c *Client) heard(ctx context.Context, h Hello) {
	if !h.Rotate && len(c.cfg.Keys) == 0 {
		return
	}
	c.desk.work(func() {
		if h.Rotate {
			c.rotate(ctx)
		}
		c.uploadKeys(ctx, h.Keys)
	})
}

// receive takes one request. One that cannot be read, or is larger than an honest relay lets in, is the relay's worry: a notice stays there.
func (c *Client) receive(data []byte) {
	var r pos.RelayRequest
	err := json.Unmarshal(data, &r)
	if err == nil && !bounded(r) {
		err = errors.New("it is beyond the bounds of the protocol")
	}
	if err == nil {
		c.desk.take(r)
	} else if c.mayLog() {
		c.log.Error("unreadable request", "err", short(err))
	}
}

// bounded tells whether a request is within what a relay takes from outside. Many may be under way, so one must not be large.
func bounded(r pos.RelayRequest) bool {
	for name, value := range r.Header {
		if len(name) > maxHeaderName || len(value) > maxHeaderValue {
			return false
		}
	}
	return plainID(r.ID) && len(r.Kind) <= 16 && len(r.Method) <= 16 && len(r.Path) <= maxPath && len(r.Query) <= maxQuery &&
		len(r.Header) <= maxHeaders && len(r.Body) <= MaxBody
}

// polled is a [Batch] whose requests are not read yet.
type polled struct {
	Hello
	Requests rawList `json:"requests"`
}

// rawList is a list of at most [mostUnderWay]: what is a short text may be a long list.
type rawList []json.RawMessage

// UnmarshalJSON implements [json.Unmarshaler].
func (l *rawList) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t == nil {
		return err // null is none
	} else if t != json.Delim('[') {
		return errors.New("requests are a list")
	}
	for d.More() {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return err
		}
		if *l = append(*l, one); len(*l) > mostUnderWay {
			return errors.New("too many requests at once")
		}
	}
	return nil
}

// eventReader reads Server-Sent Events. An event is at most [maxEvent] long, and so is a line.
type eventReader struct{ lines *bufio.Scanner }

func newEventReader(r io.Reader) *eventReader {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 4<<10), maxEvent)
	return &eventReader{s}
}

// next returns the next event, or a comment as an event without a name. An event that the end cuts off is none.
func (e *eventReader) next() (name string, data []byte, err error) {
	some := false
	for e.lines.Scan() {
		line := e.lines.Bytes()
		if len(line) == 0 {
			if some {
				return name, data, nil
			}
			continue
		}
		if line[0] == ':' {
			if !some {
				return "", nil, nil
			}
			continue
		}
		field, value, _ := strings.Cut(string(line), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name, some = value, true
		case "data":
			if len(data)+len(value) > maxEvent {
				return "", nil, bufio.ErrTooLong
			}
			if data != nil {
				data = append(data, '\n')
			}
			data, some = append(data, value...), true
		}
	}
	if err := e.lines.Err(); err != nil {
		return "", nil, err
	}
	return "", nil, io.ErrUnexpectedEOF
}
