package checkout_test

import (
	"context"
	"slices"
	"time"

	"guitai/pos"
)

// The book's part about people and the drawer. The real one has tests of its own; this holds the same promises.

type person struct {
	pos.Person
	pin   pos.PIN
	wrong int
}

// proveTime is what looking at a PIN takes.
const proveTime = 100 * time.Millisecond

func (b *book) People(context.Context) ([]pos.Person, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []pos.Person
	for _, p := range b.people {
		all = append(all, p.Person)
	}
	return all, b.blind
}

func (b *book) Prove(_ context.Context, id pos.StaffID, pin pos.PIN, at time.Time) (pos.Person, error) {
	time.Sleep(proveTime)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.proofs++
	if b.trouble != nil {
		return pos.Person{}, b.trouble
	}
	for _, p := range b.people {
		switch {
		case p.ID != id || !p.Active:
		case at.Before(p.Wait):
			return p.Person, pos.E(pos.CodePINWait, "prove", nil)
		case p.pin != pin:
			p.wrong++
			if wait := pos.PINWait(p.wrong); wait > 0 {
				p.Wait = at.Add(wait)
			}
			return p.Person, pos.E(pos.CodeWrongPIN, "prove", nil)
		default:
			p.wrong, p.Wait = 0, time.Time{}
			proven := p.Person
			if b.proved != nil {
				b.proved()
			}
			return proven, nil
		}
	}
	return pos.Person{}, pos.E(pos.CodeNotFound, "prove", nil)
}

func (b *book) AddPerson(_ context.Context, name string, role pos.Role, pin pos.PIN, by string, at time.Time) (pos.Person, error) {
	time.Sleep(proveTime)
	name, err := pos.CleanName(name)
	if err == nil {
		err = pin.Check()
	}
	if err != nil {
		return pos.Person{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.trouble != nil:
		return pos.Person{}, b.trouble
	case len(b.people) == 0 && role != pos.RoleOwner:
		return pos.Person{}, pos.E(pos.CodeInvalid, "add", pos.ErrNoOwner)
	case slices.ContainsFunc(b.people, func(p *person) bool { return p.Active && p.Name == name }):
		return pos.Person{}, pos.E(pos.CodeInvalid, "add", pos.ErrTaken)
	case !slices.Contains(pos.Roles, role):
		return pos.Person{}, pos.E(pos.CodeInvalid, "add", pos.ErrRole)
	}
	p := &person{Person: pos.Person{ID: pos.StaffID(len(b.people) + 1), Name: name, Role: role, Active: true}, pin: pin}
	b.people = append(b.people, p)
	b.notes = append(b.notes, pos.Happening{Kind: pos.EntryStaff, By: by, Reason: name, At: at})
	return p.Person, nil
}

func (b *book) ChangePerson(_ context.Context, want pos.Person, by string, at time.Time) (pos.Person, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	owners := 0
	for _, p := range b.people {
		if p.ID != want.ID && p.Active && p.Role == pos.RoleOwner {
			owners++
		}
	}
	if owners == 0 && (!want.Active || want.Role != pos.RoleOwner) {
		return want, pos.E(pos.CodeInvalid, "change", pos.ErrNoOwner)
	}
	for _, p := range b.people {
		if p.ID == want.ID {
			p.Person = want
			b.notes = append(b.notes, pos.Happening{Kind: pos.EntryStaff, By: by, Reason: want.Name, At: at})
			return want, nil
		}
	}
	return want, pos.E(pos.CodeNotFound, "change", nil)
}

func (b *book) SetPIN(_ context.Context, id pos.StaffID, pin pos.PIN, by string, at time.Time) error {
	time.Sleep(proveTime)
	if err := pin.Check(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.people {
		if p.ID == id {
			p.pin, p.wrong, p.Wait = pin, 0, time.Time{}
			b.notes = append(b.notes, pos.Happening{Kind: pos.EntryStaff, By: by, Reason: p.Name, At: at})
			return nil
		}
	}
	return pos.E(pos.CodeNotFound, "set PIN", nil)
}

// Recovery implements pos.Recoverer.
func (b *book) Recovery(context.Context) (pos.RecoveryState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.recovery, nil
}

func (b *book) SetRecovery(_ context.Context, code pos.RecoveryCode, by string, at time.Time) (pos.RecoveryState, error) {
	time.Sleep(proveTime)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return pos.RecoveryState{}, b.trouble
	}
	b.code, b.recovery = code, pos.RecoveryState{Made: at}
	b.notes = append(b.notes, pos.Happening{Kind: pos.EntryStaff, By: by, Reason: "recovery code made", At: at})
	return b.recovery, nil
}

func (b *book) Recover(_ context.Context, r pos.Recovering, at time.Time) (pos.Person, error) {
	time.Sleep(proveTime)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.trouble != nil:
		return pos.Person{}, b.trouble
	case b.code == "":
		return pos.Person{}, pos.E(pos.CodeNotFound, "recover", nil)
	case r.Code != b.code:
		return pos.Person{}, pos.E(pos.CodeWrongPIN, "recover", nil)
	}
	for _, p := range b.people {
		if p.ID == r.Person && p.Active && p.Role == pos.RoleOwner {
			p.pin, p.wrong, p.Wait = r.PIN, 0, time.Time{}
			b.code, b.recovery = r.Next, pos.RecoveryState{Made: at}
			return p.Person, nil
		}
	}
	return pos.Person{}, pos.E(pos.CodeNotFound, "recover", nil)
}

// hire gives the book somebody before the till opens.
func (b *book) hire(name string, role pos.Role, pin pos.PIN) pos.StaffID {
	p := &person{Person: pos.Person{ID: pos.StaffID(len(b.people) + 1), Name: name, Role: role, Active: true}, pin: pin}
	b.people = append(b.people, p)
	return p.ID
}

// turn opens the shift that something of now belongs to, as the books do by themselves; the caller holds the lock.
func (b *book) turn() *pos.Shift {
	if s := b.openTurn(); s != nil && s.Day == today() {
		return s
	} else if s != nil {
		s.ClosedAt = time.Now()
	}
	b.shifts = append(b.shifts, &pos.Shift{ID: int64(len(b.shifts) + 1), Day: today(), Number: 1, OpenedAt: time.Now()})
	return b.shifts[len(b.shifts)-1]
}

func (b *book) openTurn() *pos.Shift {
	if n := len(b.shifts); n > 0 && b.shifts[n-1].ClosedAt.IsZero() {
		return b.shifts[n-1]
	}
	return nil
}

func today() pos.Day { return pos.Calendar{Zone: time.UTC}.DayOf(time.Now()) }

// move moves what is in the drawer; the caller holds the lock.
func (b *book) move(amount pos.Fen) {
	b.turn()
	b.drawer += amount
	b.moves++
}

func (b *book) Shift(context.Context) (*pos.Shift, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.openTurn(); s != nil {
		shown := *s
		return &shown, b.blind
	}
	return nil, b.blind
}

func (b *book) LastCount(context.Context) (*pos.Counted, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, n := b.openTurn(), len(b.counts)
	if s == nil || n == 0 || b.counts[n-1].Shift != s.ID || b.countMoves != b.moves {
		return nil, b.blind
	}
	c := b.counts[n-1]
	return &c, b.blind
}

func (b *book) Drawer(context.Context) (pos.Fen, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.drawer, b.blind
}

func (b *book) OpenShift(_ context.Context, c pos.DrawerCount, by, signer string, at time.Time) (pos.Shift, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum, err := c.Sum()
	s := b.openTurn()
	switch {
	case b.trouble != nil:
		return pos.Shift{}, b.trouble
	case err != nil:
		return pos.Shift{}, err
	case s != nil && (s.Day != today() || s.Float):
		return pos.Shift{}, pos.E(pos.CodeConflict, "open shift", nil)
	}
	s = b.turn()
	s.OpenedBy, s.Float, b.signer = by, true, signer
	b.move(sum - b.drawer)
	return *s, b.lies
}

func (b *book) MoveCash(_ context.Context, m pos.CashMovement) (pos.CashMovement, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amount := m.Amount
	if m.Kind != pos.CashIn {
		amount = -amount
	}
	switch {
	case b.trouble != nil:
		return m, b.trouble
	case b.drawer+amount < 0:
		return m, pos.E(pos.CodeInvalid, "move cash", nil)
	}
	b.move(amount)
	m.Shift = b.openTurn().ID
	b.cash = append(b.cash, m)
	if b.booked != nil {
		b.booked()
	}
	return m, b.lies
}

func (b *book) CountDrawer(_ context.Context, c pos.DrawerCount, by string, at time.Time) (pos.Counted, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum, err := c.Sum()
	s := b.openTurn()
	switch {
	case b.trouble != nil:
		return pos.Counted{}, b.trouble
	case err != nil:
		return pos.Counted{}, err
	case s == nil:
		return pos.Counted{}, pos.E(pos.CodeConflict, "count drawer", nil)
	}
	nth := 1
	for _, o := range b.counts {
		if o.Shift == s.ID {
			nth++
		}
	}
	got := pos.Counted{ID: int64(len(b.counts) + 1), Shift: s.ID, At: at, By: by, Count: c, Sum: sum, Expected: b.drawer, Nth: nth}
	b.counts, b.countMoves = append(b.counts, got), b.moves
	return got, b.lies
}

func (b *book) CloseShift(_ context.Context, c pos.ShiftClose) (pos.ShiftReport, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, n := b.openTurn(), len(b.counts)
	switch {
	case b.trouble != nil:
		return pos.ShiftReport{}, b.trouble
	case s == nil || n == 0 || b.counts[n-1].ID != c.Count || b.countMoves != b.moves:
		return pos.ShiftReport{}, pos.E(pos.CodeConflict, "close shift", nil)
	case b.counts[n-1].Variance() != 0 && c.Reason == "" || c.Keep > b.counts[n-1].Sum:
		return pos.ShiftReport{}, pos.E(pos.CodeInvalid, "close shift", nil)
	}
	count := b.counts[n-1]
	s.ClosedAt, s.Z = c.At, len(b.zs)+1
	z := pos.ShiftReport{
		Z: s.Z, Day: s.Day, Number: s.Number, ClosedBy: c.By, Signer: c.Signer, Open: c.Open, At: c.At.UnixMilli(),
		Cash: pos.CashReport{Expected: count.Expected, Counted: &count.Sum, Variance: count.Variance(), Reason: c.Reason, Kept: c.Keep, ToSafe: count.Sum - c.Keep},
	}
	b.zs = append(b.zs, z)
	b.drawer = c.Keep
	b.moves++
	if b.lies != nil {
		return pos.ShiftReport{}, b.lies
	}
	return z, nil
}

func (b *book) XReport(context.Context, time.Time) (pos.ShiftReport, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.openTurn()
	if s == nil {
		return pos.ShiftReport{}, pos.E(pos.CodeNotFound, "X report", nil)
	}
	r := pos.ShiftReport{Day: s.Day, Number: s.Number}
	for _, m := range b.cash {
		if m.Shift == s.ID {
			*map[pos.CashKind]*pos.Fen{pos.CashIn: &r.Cash.In, pos.CashDrop: &r.Cash.Dropped, pos.CashPaidOut: &r.Cash.PaidOut}[m.Kind] += m.Amount
		}
	}
	return r, b.blind
}

func (b *book) ZReport(_ context.Context, z int) (pos.ShiftReport, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if z < 1 || z > len(b.zs) {
		return pos.ShiftReport{}, pos.E(pos.CodeNotFound, "Z report", nil)
	}
	return b.zs[z-1], nil
}

func (b *book) LastZ(context.Context) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.zs), nil
}

func (b *book) Note(_ context.Context, h pos.Happening) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble == nil {
		b.notes = append(b.notes, h)
	}
	return b.trouble
}

func (b *book) PrintX(_ context.Context, _ time.Time, by string) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.openTurn() == nil {
		return 0, pos.E(pos.CodeNotFound, "print X", nil)
	}
	b.printed = append(b.printed, "X by "+by)
	return 1, b.trouble
}

func (b *book) PrintZ(_ context.Context, z int, _ time.Time, by string) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if z < 1 || z > len(b.zs) {
		return 0, pos.E(pos.CodeNotFound, "print Z", nil)
	}
	b.printed = append(b.printed, "Z by "+by)
	return 1, b.trouble
}

// noted are the happenings of a kind.
func (b *book) noted(kind pos.EntryKind) []pos.Happening {
	b.mu.Lock()
	defer b.mu.Unlock()
	var some []pos.Happening
	for _, h := range b.notes {
		if h.Kind == kind {
			some = append(some, h)
		}
	}
	return some
}
