package sim

// changes are what the journal does not have yet. Guarded by Sim.mu.
type changes struct {
	orders     map[*order]bool
	codes      map[*payCode]bool
	deliveries map[*Delivery]bool
}

func newChanges() changes {
	return changes{make(map[*order]bool), make(map[*payCode]bool), make(map[*Delivery]bool)}
}

// touch marks an order, with its payments and refunds, as changed. Call with s.mu held.
func (s *Sim) touch(o *order) {
	if s.journal != nil {
		s.changed.orders[o] = true
	}
}

// touchCode marks a payment code as changed. Call with s.mu held.
func (s *Sim) touchCode(c *payCode) {
	if s.journal != nil {
		s.changed.codes[c] = true
	}
}

// touchDelivery marks a notice as changed. Call with s.mu held.
func (s *Sim) touchDelivery(d *Delivery) {
	if s.journal != nil {
		s.changed.deliveries[d] = true
	}
}
