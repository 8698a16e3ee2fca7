package sim

import (
	"bytes"
	"slices"
	"time"
)

// openState takes up what Options.State holds and goes on from there. Call before anything else runs.
func (s *Sim) openState() error {
	if s.opts.State == "" {
		return nil
	}
	j, records, err := openJournal(s.opts.State)
	if err != nil {
		return err
	}
	s.journal = j
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load(records)
	lines, err := s.everything()
	if err == nil {
		err = j.rewrite(s.opts.State, lines)
	}
	if err != nil {
		_ = j.lock.Unlock() // the error is of the file
		return err
	}
	s.resume()
	return nil
}

// closeState writes what is left and lets the file go. Everything else has ended.
func (s *Sim) closeState() {
	if s.journal != nil {
		_ = s.flush() // nobody was told of it
		s.journal.close()
	}
}

// flush makes every change so far last. Whoever tells of a change calls it before, without s.mu. Its error stays: what cannot
// be kept is not told.
func (s *Sim) flush() error {
	j := s.journal
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	s.mu.Lock()
	err := s.takeChanges(&j.lines)
	s.mu.Unlock()
	if err != nil {
		j.err = err
		return err
	}
	return j.write()
}

// takeChanges writes what changed since the last time. Call with s.mu held.
func (s *Sim) takeChanges(b *bytes.Buffer) error {
	for _, what := range s.changed.list {
		if err := appendLine(b, recordOf(what)); err != nil {
			return err
		}
	}
	s.changed = newChanges()
	return nil
}

// recordOf is the line of an order, a payment code or a delivery.
func recordOf(what any) record {
	switch what := what.(type) {
	case *order:
		return record{Order: what}
	case *payCode:
		return record{Code: what}
	case *Delivery:
		return record{Notice: &keptNotice{*what, string(what.body)}}
	case *Difference:
		return record{Wrong: what}
	case *ShopOrder:
		return record{Shop: what}
	case *loginCode:
		return record{Login: what}
	case *v1Tokens:
		return record{V1: what}
	}
	return record{} // nothing else is marked
}

// everything is the whole state as lines. Call with s.mu held.
func (s *Sim) everything() ([]byte, error) {
	var b bytes.Buffer
	for _, o := range s.orders {
		if err := appendLine(&b, recordOf(o)); err != nil {
			return nil, err
		}
	}
	codes := slices.Clone(s.shown)
	for _, c := range s.codes {
		if c.Act == nil {
			codes = append(codes, c)
		}
	}
	for _, c := range codes {
		if err := appendLine(&b, recordOf(c)); err != nil {
			return nil, err
		}
	}
	for _, d := range s.deliveries {
		if err := appendLine(&b, recordOf(d)); err != nil {
			return nil, err
		}
	}
	for _, d := range s.planted {
		if err := appendLine(&b, recordOf(d)); err != nil {
			return nil, err
		}
	}
	for _, o := range s.shopOrders {
		if err := appendLine(&b, recordOf(o)); err != nil {
			return nil, err
		}
	}
	for _, c := range s.logins {
		if err := appendLine(&b, recordOf(c)); err != nil {
			return nil, err
		}
	}
	if s.v1.Token != "" {
		if err := appendLine(&b, recordOf(s.v1)); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// load takes records in; of each order, code and notice the last one holds. Call with s.mu held.
func (s *Sim) load(records []record) {
	notices := make(map[int64]*Delivery)
	for _, r := range records {
		switch {
		case r.Order != nil:
			s.loadOrder(r.Order)
		case r.Code != nil:
			if old := s.codes[r.Code.Code]; old != nil {
				*old = *r.Code
				continue
			}
			s.codes[r.Code.Code] = r.Code
			if r.Code.Act != nil {
				s.shown = append(s.shown, r.Code)
			}
		case r.Notice != nil:
			d := &r.Notice.Delivery
			d.body = []byte(r.Notice.Body)
			s.serial = max(s.serial, d.ID)
			if old := notices[d.ID]; old != nil {
				*old = *d
				continue
			}
			notices[d.ID] = d
			s.keepDelivery(d)
		case r.Wrong != nil:
			s.planted = append(s.planted, r.Wrong)
		case r.Shop != nil:
			if old := s.shopOrder(r.Shop.Way, r.Shop.Ref); old != nil {
				*old = *r.Shop
				continue
			}
			s.shopOrders = append(s.shopOrders, r.Shop)
		case r.Login != nil:
			s.keepLogin(r.Login)
		case r.V1 != nil:
			*s.v1 = *r.V1
		}
	}
	for _, o := range s.orders {
		for _, code := range append(o.Dead, o.Code) {
			if code != "" {
				s.byCode[code] = o
			}
		}
		if o.PrepayID != "" {
			s.byPrepay[o.PrepayID] = o
		}
		for _, p := range o.Payments {
			s.byTrade[p.TransactionID] = o
		}
		for _, r := range o.Refunds {
			r.order = o
			s.indexRefund(r)
		}
		s.serial += int64(len(o.Payments) + len(o.Refunds))
	}
	s.serial += int64(len(s.planted))
}

func (s *Sim) loadOrder(o *order) {
	key := orderKey{o.Request["mch_id"], o.number()}
	if old := s.byNumber[key]; old != nil {
		*old = *o
		return
	}
	s.byNumber[key] = o
	s.orders = append(s.orders, o)
}

// resume goes on with everything that was waiting. What was due meanwhile happens at once. Call with s.mu held.
func (s *Sim) resume() {
	left := func(due time.Time) time.Duration { return max(0, due.Sub(s.now())) }
	for _, o := range s.orders {
		for _, p := range o.Plans {
			s.arm(o, p, left(p.Due))
		}
		s.watchLate(o)
		for _, r := range o.Refunds {
			if r.State == RefundProcessing && r.End != "" {
				s.armRefund(r, left(r.Due))
			}
		}
	}
	for _, d := range s.deliveries {
		switch {
		case d.State != DeliveryWaiting:
		case d.Kind == NoticeTrue || d.Kind == NoticeRefund:
			wait := left(d.Next)
			s.spawn(func() {
				if s.wait(wait, nil) {
					s.deliver(d)
				}
			})
		default:
			d.State, d.Next = DeliveryLost, time.Time{} // a forger does not come back
		}
	}
}
