package apiv2

import (
	"net/http"
	"sync"
	"time"
)

// skew is our clock against WeChat's. Safe for concurrent use.
//
// A Date header has whole seconds and was written some time between sending and receiving, so an answer gives not a
// number but a range. The first range's middle is taken and kept until an answer contradicts it.
type skew struct {
	mu    sync.Mutex
	ahead time.Duration
	known bool
}

// longestTrip is the most that an answer may have taken to say anything about the time.
const longestTrip = 30 * time.Second

func (s *skew) measure(date string, sent, received time.Time) {
	theirs, err := http.ParseTime(date)
	if err != nil || received.Before(sent) || received.Sub(sent) > longestTrip {
		return
	}
	least, most := sent.Sub(theirs)-time.Second, received.Sub(theirs)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known && s.ahead >= least && s.ahead <= most {
		return
	}
	s.ahead, s.known = least+(most-least)/2, true
}

// Skew is how far our clock is ahead of WeChat's, to about half a second, by the Date headers of verified answers; ok is
// false before the first one.
func (c *Client) Skew() (ahead time.Duration, ok bool) {
	c.skew.mu.Lock()
	defer c.skew.mu.Unlock()
	return c.skew.ahead, c.skew.known
}
