package pos

// Shop is who is selling: what a till says of itself on screen, paper and to WeChat.
type Shop struct {
	Name     string
	ID       string // 1-8 of A-Z 0-9
	Till     string // 1-4 of A-Z 0-9
	MchID    string // the merchant at WeChat (mch_id, 商户号); empty when WeChat is not set up
	Practice bool   // everything here is play money
	Calendar Calendar
}

// OrderPrefix begins every out_trade_no of this till: "S001-T1-".
func (s Shop) OrderPrefix() string { return s.ID + "-" + s.Till + "-" }
