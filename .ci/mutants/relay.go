package main

// relayDefects are in the relay, between it and the till, and in what phones may order by it.
var relayDefects = []defect{
	{name: "relay-success-before-disk", about: "a notice that could not be kept is answered with success", by: proof{"./pos/relay", "TestNotice_NotKept_IsUnavailable"}, edits: []edit{
		{"pos/relay/notice.go", `	if err != nil {
		s.log.Error("notice not kept"`, `	if err != nil && g == "" {
		s.log.Error("notice not kept"`},
	}},
	{name: "relay-success-while-committing", about: "a notice is acknowledged before its commit", by: proof{"./store/central", "TestKilled"}, edits: []edit{
		{"store/central/notice.go", `	select {
	case err := <-k.done:
		return k.known, k.taken, c.fail(op, err)
	case`, `	select {
	default:
		return false, false, nil
	case`},
	}},
	{name: "relay-answers-for-others", about: "a till's answer counts for another till's request", by: proof{"./pos/relay", "TestAnotherTill_CannotSeeTakeOrAnswer"}, edits: []edit{
		{"pos/relay/flight.go", `	f := h.flights[flightKey{till, a.ID}]
	if f == nil ||`, `	f := h.flights[flightKey{till, a.ID}]
	for key, other := range h.flights {
		if f == nil && key.id == a.ID {
			f = other
		}
	}
	if f == nil ||`},
	}},
	{name: "relay-takes-others-notices", about: "a till's answer takes another till's notice out of the mailbox", by: proof{"./store/central", "TestSQLite"}, edits: []edit{
		{
			"store/central/notice.go", `WHERE till = $3 AND status = 0 AND hash IN (?)` + "`" + `, []any{v.status, max(1, millis(a.at)), a.till, []byte{}}`,
			`WHERE $3 > 0 AND status = 0 AND hash IN (?)` + "`" + `, []any{v.status, max(1, millis(a.at)), a.till, []byte{}}`,
		},
	}},
	{name: "relay-cursor", about: "the mailbox goes on after the last that was handed down", by: proof{"./pos/relay", "TestNotice_OneUnanswered_IsNotLeftBehind"}, edits: []edit{
		{"pos/relay/line.go", `	more    bool              // the mailbox`, `	cursor  time.Time
	more    bool              // the mailbox`},
		{"pos/relay/flight.go", `		m, known := l.stored[r.ID]
		if known &&`, `		if r.ReceivedAt.Before(l.cursor) {
			continue
		}
		l.cursor = r.ReceivedAt
		m, known := l.stored[r.ID]
		if known &&`},
	}},
	{name: "relay-answer-without-token", about: "answers are taken from whoever sends them", by: proof{"./pos/relay", "TestStream_RefusedCallers"}, edits: []edit{
		{"pos/relay/handler.go", `		s.forTill(w, r, http.MethodPost, false, without(s.answers))`, `		for id := range s.routing.Load().tills {
			s.answers(w, r, pos.RelayTill{ID: id})
			break
		}`},
	}},
	{name: "relay-forged-kept", about: "a notice whose signature is wrong is kept and answered with success", by: proof{"./pos/relay", "TestNotice_StorePath"}, edits: []edit{
		{"pos/relay/notice.go", `	case forged, stale:
		return`, `	case stale:
		return`},
	}},
	{name: "relay-probe-passed", about: "a signature probe of WeChat's is answered with success", by: proof{"./pos/relay", "TestNotice_StorePath"}, edits: []edit{
		{"pos/relay/handler.go", `strings.HasPrefix(r.Header.Get(headerSignature), probe)`, `r.Header.Get(headerSignature) == probe`},
	}},
	{name: "relay-revoked-stays", about: "a till that was revoked keeps its stream", by: proof{"./pos/relay", "TestStream_RevokedEndsWithinASecond"}, edits: []edit{
		{"pos/relay/line.go", `t.RevokedAt.IsZero() && t.TokenAt.Equal(l.till.TokenAt)`, `t.TokenAt.Equal(l.till.TokenAt) || !t.RevokedAt.IsZero()`},
	}},
	{name: "relay-client-answers-first", about: "the till's answer leaves before the notice is in its books", by: proof{"./pos/relay", "TestClient_StoppingFinishesAndAnswersWhatIsUnderWay"}, edits: []edit{
		{"pos/relay/clientdesk.go", `		a := d.handle(ctx, r)
`, `		d.put(clientAnswer{RelayAnswer: pos.RelayAnswer{ID: r.ID, Status: http.StatusOK}})
		a := d.handle(ctx, r)
`},
	}},
	{name: "relay-polling-stays-relaxed", about: "payments are asked about slowly after the line to the relay broke", by: proof{"./pos/checkout", "TestRelayHealth_PollingRelaxesAndComesBackAtOnce"}, edits: []edit{
		{"pos/checkout/relayed.go", `waits && w.p.Announced() {`, `waits && w.p.ID < 0 {`},
	}},
	{name: "phone-ref-twice", about: "one reference of a mini-program makes two orders", by: proof{"./pos/checkout", "TestPhone_OneOrderForEachReference"}, edits: []edit{
		{"pos/checkout/phone.go", `t.cfg.Ledger.PhoneSale(t.book, o.Ref); {`, `t.cfg.Ledger.PhoneSale(t.book, o.Ref+" "); {`},
	}},
	{name: "phone-names-its-price", about: "an item costs what the request says", by: proof{"./pos/storefront", "TestPrepay_BadRequests"}, edits: []edit{
		{"pos/storefront/prepay.go", "	Quantity int    `json:\"quantity\"`\n}", "	Quantity int    `json:\"quantity\"`\n	Price    pos.Fen `json:\"price\"`\n}"},
		{"pos/storefront/prepay.go", `		it, err := s.item(ctx, w.Code)
		switch {`, `		it, err := s.item(ctx, w.Code)
		if w.Price > 0 {
			it.Price = w.Price
		}
		switch {`},
	}},
	{name: "phone-nonce-again", about: "a request of the shop's own server can be replayed", by: proof{"./pos/storefront", "TestPrepay_ANonceOnce"}, edits: []edit{
		{"pos/storefront/auth.go", `	case known:
		return refuse(401, errNonce,`, `	case known + 100:
		return refuse(401, errNonce,`},
	}},
}
