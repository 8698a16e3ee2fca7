package relay

import (
	"context"
	"time"

	"guitai/pos"
)

// lookEvery is how often the relay looks whether another process changed tills, routes or keys.
const lookEvery = 500 * time.Millisecond

// routing is every route and key, as they were at a revision. It is not changed once it is published.
type routing struct {
	revision int64
	routes   map[string]*route
	keys     map[string]keySet     // by shop
	tills    map[string]*allowance // that have a route
}

// allowance is what a till may still do.
type allowance struct {
	calls   bucket
	answers bucket // for other relays
}

// mayLeave tells whether a till may leave an answer for another relay: twice as often as it can be asked for one.
func (s *Server) mayLeave(till string) bool {
	a := s.routing.Load().tills[till]
	return a == nil || a.answers.take(time.Now(), 4*s.cfg.Limits.Rate, 4*s.cfg.Limits.Burst)
}

// route is where a route leads, with its buckets, which outlive the routing.
type route struct {
	pos.RelayRoute
	bucket *bucket // of posts
	kept   *bucket // of bytes in the mailbox
}

// mayKeep makes room in the mailbox for a notice: what one route brings must not fill the disk that all share.
func (s *Server) mayKeep(to *route, r pos.RelayRequest) bool {
	size := noticeRow + len(r.Body) + len(r.Query)
	for name, value := range r.Header {
		size += len(name) + len(value)
	}
	most := s.cfg.Limits.Kept
	return to.kept.takeMany(float64(size), time.Now(), most/(24*60*60), most)
}

// noticeRow is about what a notice without anything in it takes on disk, in bytes.
const noticeRow = 512

// short is how a route is named in logs: enough to tell it from others, too little to post to it.
func (r *route) short() string { return r.Route[:min(6, len(r.Route))] }

// look reads routes and keys again when the revision changed, and ends the streams of tills that were revoked.
func (s *Server) look(ctx context.Context) error {
	s.looking.Lock()
	defer s.looking.Unlock()
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	revision, err := s.cfg.Central.Revision(ctx)
	if err != nil {
		return err
	}
	old := s.routing.Load()
	if old != nil && old.revision == revision {
		s.health.read(true)
		return nil
	}
	// Read after the revision: a change in between is read now and, by the next look, once more.
	routes, err := s.cfg.Central.Routes(ctx)
	if err != nil {
		return err
	}
	keys, err := s.cfg.Central.Keys(ctx)
	if err != nil {
		return err
	}
	now := &routing{revision: revision, routes: make(map[string]*route, len(routes)), keys: keySets(keys), tills: map[string]*allowance{}}
	for _, r := range routes {
		at := &route{RelayRoute: r, bucket: &bucket{}, kept: &bucket{}}
		if old != nil && old.routes[r.Route] != nil {
			at.bucket, at.kept = old.routes[r.Route].bucket, old.routes[r.Route].kept
		}
		now.routes[r.Route] = at
		for _, till := range r.Tills {
			if now.tills[till] != nil {
				continue // of its shop's route too
			}
			now.tills[till] = &allowance{}
			if old != nil && old.tills[till] != nil {
				now.tills[till] = old.tills[till]
			}
		}
	}
	var tills []pos.RelayTill
	if s.hub.busy() {
		if tills, err = s.cfg.Central.Tills(ctx); err != nil {
			return err
		}
	}
	s.routing.Store(now)
	s.health.read(true)
	s.log.Info("routes", "revision", revision, "routes", len(now.routes), "keys", len(keys))
	for _, till := range s.hub.doubtful(tills) {
		if _, sure := s.recheck(ctx, till); !sure {
			again := *now
			again.revision = -1 // the next look does it all once more
			s.routing.Store(&again)
		}
	}
	return nil
}

// lookNow is look after a change that this process made itself; when it fails, the next look by time does.
func (s *Server) lookNow(ctx context.Context) {
	if err := s.look(ctx); err != nil {
		s.log.Warn("read routes", "err", err)
	}
}
