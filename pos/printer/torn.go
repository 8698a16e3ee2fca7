package printer

import "guitai/pos"

// mayBeTorn says that a job broke off, so that the printer may still wait for the rest of a command.
func (l *line) mayBeTorn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.torn = true
}

// follow takes over from the way to a printer that was used before: it may be the same device, and wait for the rest of a command.
func (l *line) follow(old pos.Printer) {
	o, ok := old.(*line)
	if !ok || o == l || o.name != l.name {
		return
	}
	o.mu.Lock()
	torn := o.torn
	o.mu.Unlock()
	if torn {
		l.mayBeTorn()
	}
}

// tornBytes is as long as the longest command of a job can be: a band of a picture, 128 rows of 80 mm. A NUL prints nothing.
const tornBytes = 8 + 128*576/8

// mend makes up for what a job that broke off left open. Else the next one begins as dots of a picture.
func (l *line) mend(t *talk) error {
	l.mu.Lock()
	torn := l.torn
	l.mu.Unlock()
	if !torn {
		return nil
	}
	if _, err := t.send(make([]byte, tornBytes)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.torn = false
	return nil
}
