package sim

type journal struct{}

func (s *Sim) openState() error { return nil }
func (s *Sim) closeState()      {}
func (s *Sim) flush() error     { return nil }
