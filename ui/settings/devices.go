package settings

import "context"

// lookAround asks what is there.
func (p *Presenter) lookAround() {
	p.cfg.Go(func(ctx context.Context) func() {
		found := p.desk.Devices(ctx)
		return func() {
			p.devices, p.looked = found, true
			p.changed()
		}
	})
}

// Found lists what could stand in the address that a field belongs to; chosen is the one that does, -1 for none. looked is false
// while nobody has looked yet.
func (p *Presenter) Found(f Field) (names []string, chosen int, looked bool) {
	chosen = -1
	at := p.d.place(f)
	if at == nil {
		return nil, chosen, p.looked
	}
	for _, d := range p.devices {
		if there := placeOf(d.URL); there.kind == at.kind {
			if there.at[there.kind] == at.at[at.kind] {
				chosen = len(names)
			}
			names = append(names, d.Name)
		}
	}
	return names, chosen, p.looked
}

// Take fills in a device that was found.
func (p *Presenter) Take(f Field, i int) {
	at := p.d.place(f)
	for _, d := range p.devices {
		if there := placeOf(d.URL); at != nil && there.kind == at.kind {
			if i == 0 {
				p.Set(f, there.at[there.kind])
				p.Left(f)
				return
			}
			i--
		}
	}
}

// TakeNext fills in the next device that was found for the address the keyboard is at, or the first of the part.
func (p *Presenter) TakeNext() {
	at := p.at
	if p.d.place(at) == nil {
		at = FieldAddress
		switch p.part {
		case PartScanner:
			at = FieldPort
		case PartDisplay:
			at = FieldPole
		case PartPrinter:
		default:
			return
		}
	}
	switch at {
	case FieldKind, FieldBaud:
		at = FieldAddress
	case FieldOtherKind, FieldOtherBaud:
		at = FieldOtherAddress
	case FieldScanner, FieldSpeed:
		at = FieldPort
	case FieldPoleKind, FieldPoleBaud:
		at = FieldPole
	}
	if names, chosen, _ := p.Found(at); len(names) > 0 {
		p.Take(at, (chosen+1)%len(names))
	}
}
