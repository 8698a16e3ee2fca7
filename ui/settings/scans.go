package settings

import (
	"time"

	"guitai/pos"
)

// scans is what came from the scanner while the page was open.
type scans struct {
	last      *ScanView
	count     int
	elsewhere string // what was scanned while another part was in front, masked
}

// ScanView is a scan in words.
type ScanView struct {
	Code  string // as it was received; a customer's payment code but for its last four digits
	Kind  string
	Says  string // what a code of the shop's own says; "" for others
	Check string // whether the check digit holds; "" where there is none
	Bad   bool   // it does not
	Pace  string
	N     int // of this page's
}

// paceSlow is the time between two characters above which a scan may be taken for a person.
const paceSlow = 35 * time.Millisecond

// Scanned shows a code that came in.
func (p *Presenter) Scanned(s Scan) {
	if s.Text == "" {
		return
	}
	w := p.cfg.Words
	if p.scannedPairing(s.Text) {
		return
	}
	if p.part != PartScanner && p.part != PartLabels {
		p.scans.elsewhere = pos.Mask(s.Text)
		p.saved, p.back = false, false
		p.changed()
		return
	}
	p.scans.count++
	v := &ScanView{Code: pos.Mask(s.Text), N: p.scans.count}
	scan := pos.Classify(s.Text)
	v.Kind = w.T("settings.scan.nothing")
	if id, ok := scanWords[scan.Kind]; ok {
		v.Kind = w.T(id)
	}
	if scan.Kind == pos.ScanInStore {
		v.Says = p.inStore(scan.Code)
	}
	switch {
	case scan.Kind == pos.ScanBadCheck:
		v.Check, v.Bad = w.T("settings.scan.check.bad"), true
	case (scan.Kind == pos.ScanGoods || scan.Kind == pos.ScanInStore) && pos.ValidEAN(scan.Code):
		v.Check = w.T("settings.scan.check.good")
	case scan.Kind == pos.ScanGoods:
		v.Check = w.T("settings.scan.check.none")
	}
	n := len([]rune(s.Text))
	switch {
	case s.Serial:
		v.Pace = w.T("settings.scan.serial")
	case n > 1 && s.Took > 0:
		each := s.Took / time.Duration(n-1)
		v.Pace = w.T("settings.scan.pace", n, s.Took.Milliseconds(), float64(each.Round(100*time.Microsecond))/float64(time.Millisecond))
		if each > paceSlow {
			v.Pace = w.T("settings.two", v.Pace, w.T("settings.scan.slow"))
		}
	default:
		v.Pace = w.T("settings.scan.count", n)
	}
	p.scans.last = v
	p.changed()
}

// inStore says what a code of the shop's own says by the layouts as they stand on the page.
func (p *Presenter) inStore(code string) string {
	w := p.cfg.Words
	layouts, err := pos.ParseLayouts(p.d.c.Barcodes.Layouts)
	if err != nil || len(layouts) == 0 {
		return w.T("settings.barcodes.none")
	}
	in, ok := pos.ReadInStore(layouts, code)
	if !ok {
		return w.T("settings.barcodes.no-match")
	}
	says := w.T("settings.barcodes.plu", in.PLU)
	if in.Amount != 0 {
		says = w.T("settings.two", says, w.T("settings.barcodes.amount", w.Money(in.Amount)))
	}
	if in.Weight != 0 {
		says = w.T("settings.two", says, w.T("settings.barcodes.weight", in.Weight))
	}
	return says
}

var scanWords = map[pos.ScanKind]string{
	pos.ScanGoods: "settings.scan.goods", pos.ScanBadCheck: "settings.scan.bad-check", pos.ScanQuantity: "settings.scan.quantity",
	pos.ScanBadQuantity: "settings.scan.quantity", pos.ScanWeChat: "settings.scan.wechat", pos.ScanAlipay: "settings.scan.alipay",
	pos.ScanReceipt: "settings.scan.receipt", pos.ScanOrder: "settings.scan.order", pos.ScanTransaction: "settings.scan.transaction",
	pos.ScanInStore: "settings.scan.in-store",
}

// LastScan is the newest scan of this page; nil for none yet.
func (p *Presenter) LastScan() *ScanView { return p.scans.last }
