package sim

// changes are what the journal does not have yet, in the order in which they were first touched, so that what is made first is
// also read back first. Guarded by Sim.mu.
type changes struct {
	list []any // *order, *payCode, *Delivery, *Difference, *ShopOrder, *loginCode, *v1Tokens
	in   map[any]bool
}

func newChanges() changes { return changes{in: make(map[any]bool)} }

// mark marks something as changed. Call with s.mu held.
func (s *Sim) mark(what any) {
	if s.journal != nil && !s.changed.in[what] {
		s.changed.in[what] = true
		s.changed.list = append(s.changed.list, what)
	}
}

// touch marks an order, with its payments and refunds, as changed. Call with s.mu held.
func (s *Sim) touch(o *order) { s.mark(o) }

// touchCode marks a payment code as changed. Call with s.mu held.
func (s *Sim) touchCode(c *payCode) { s.mark(c) }

// touchDelivery marks a notice as changed. Call with s.mu held.
func (s *Sim) touchDelivery(d *Delivery) { s.mark(d) }
