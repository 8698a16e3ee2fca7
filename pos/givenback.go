package pos

import "time"

// GivenBackFacts is what a paper of a sale says that was given up after parts of it were paid ([DocGivenBack]): what went back, and which
// way each part goes. It is queued with what it tells of, so that a till that stops right then still says what to hand over.
type GivenBackFacts struct {
	Sale  SaleID     `json:"sale"` // it never closed, so it has no receipt number: its orders name it
	At    time.Time  `json:"at"`
	By    string     `json:"by,omitempty"`
	Parts []BackPart `json:"parts"` // in the order they were paid; what went back before is on none
	// Itself: what WeChat took is refunded without a person, unless somebody stops it. Else it waits for one.
	Itself bool `json:"itself,omitempty"`
}

// BackPart is one of the payments that went back.
type BackPart struct {
	OutTradeNo string `json:"out_trade_no"`
	Tender     Tender `json:"tender"`
	Amount     Fen    `json:"amount"`
}

// Sums is what goes back in cash, by other tenders that a person hands back, and by WeChat.
func (f GivenBackFacts) Sums() (cash, outside, online Fen) {
	for _, p := range f.Parts {
		switch {
		case p.Tender == TenderCash:
			cash += p.Amount
		case p.Tender.WeChat():
			online += p.Amount
		default:
			outside += p.Amount
		}
	}
	return cash, outside, online
}
