package receipt

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guitai/pos"
)

// Setup is how a shop prints: all that does not change from one sale to the next. The zero value with a Paper is usable:
// Chinese, one copy, cut by the printer.
type Setup struct {
	Language string // "zh-CN" or "en"
	Paper    Paper
	Copies   int // of each document, from 1; 0 is 1
	Device   ESCPOS

	Letterhead Letterhead
	Tax        bool // say on the receipt of a sale how much tax is in the sum
}

// Bytes renders a print job for the printer: the document it names of the sale it names, in as many copies as the shop
// wants; r is not looked at for a document that brings its own facts, of which there is one copy. The error is CodePrinter,
// CodeInvalid for a document that is not known, or CodeNotFound for a refund that the sale does not have.
func (s Setup) Bytes(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) ([]byte, error) {
	copies := max(1, s.Copies)
	if job.Document != pos.DocSale && job.Document != pos.DocRefund || job.Copy > 0 {
		copies = 1 // a reprint is asked for by hand, one at a time; the rest stays in the house
	}
	var out []byte
	for i := range copies {
		o, err := s.options(job)
		if err != nil {
			return nil, err
		}
		o.Copy, o.Copies = i+1, copies
		doc, err := document(job, r, shop, o)
		if err != nil {
			return nil, err
		}
		last := s.Device
		last.Acknowledge = s.Device.Acknowledge && i == copies-1
		b, err := last.Encode(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

// Text renders the same job, one copy, as plain text.
func (s Setup) Text(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) (string, error) {
	doc, err := s.doc(job, r, shop)
	if err != nil {
		return "", err
	}
	return PlainText(doc)
}

// Raster draws the same job, one copy, as the picture that a person may look at before it is printed.
func (s Setup) Raster(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) (Bitmap, error) {
	doc, err := s.doc(job, r, shop)
	if err != nil {
		return Bitmap{}, err
	}
	return Raster(doc, s.Device.Face)
}

// PNG is that picture as a file.
func (s Setup) PNG(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) ([]byte, error) {
	bm, err := s.Raster(job, r, shop)
	if err != nil {
		return nil, err
	}
	return PNG(bm)
}

// PDF is the same job, one copy, as a file to keep or to send.
func (s Setup) PDF(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) ([]byte, error) {
	doc, err := s.doc(job, r, shop)
	if err != nil {
		return nil, err
	}
	at := r.Sale.ClosedAt
	if at.IsZero() {
		at = job.QueuedAt
	}
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	return PDF(doc, s.Device.Face, strings.TrimSpace(shop.Name+" "+r.Sale.Receipt.String()), at.UTC())
}

// TestPage renders the page that finds out what a printer can do, as the bytes to send and as what they should look like.
func (s Setup) TestPage() (job []byte, preview Bitmap, err error) {
	words := WordsOf(s.Language)
	if job, err = TestESCPOS(words); err != nil {
		return nil, Bitmap{}, err
	}
	preview, err = Raster(TestPage(words, s.Paper), s.Device.Face)
	return job, preview, err
}

// doc makes out one copy of what a job names.
func (s Setup) doc(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop) (Doc, error) {
	o, err := s.options(job)
	if err != nil {
		return Doc{}, err
	}
	return document(job, r, shop, o)
}

// document makes out what a job names.
func document(job pos.PrintJob, r pos.SaleRecord, shop pos.Shop, o Options) (Doc, error) {
	switch job.Document {
	case pos.DocX, pos.DocZ:
		p, err := facts[pos.ShiftPaper](job)
		if err != nil {
			return Doc{}, err
		}
		return Shift(p.Report, p.Entry, shop, o)
	case pos.DocCash:
		m, err := facts[pos.CashMovement](job)
		if err != nil {
			return Doc{}, err
		}
		return CashSlip(m, shop, o)
	case pos.DocBill:
		f, err := facts[pos.BillFacts](job)
		if err != nil {
			return Doc{}, err
		}
		return Bill(f, shop, o)
	case pos.DocPending:
		f, err := facts[pos.PendingFacts](job)
		if err != nil {
			return Doc{}, err
		}
		return Pending(f, shop, o)
	case pos.DocExceptions:
		f, err := facts[pos.ExceptionsFacts](job)
		if err != nil {
			return Doc{}, err
		}
		return Exceptions(f, shop, o)
	case pos.DocGivenBack:
		f, err := facts[pos.GivenBackFacts](job)
		if err != nil {
			return Doc{}, err
		}
		return GivenBack(f, shop, o)
	case pos.DocLabel:
		f, err := facts[pos.LabelFacts](job)
		if err != nil {
			return Doc{}, err
		}
		return Labels(f, shop, o)
	case pos.DocRefund:
		if len(job.Facts) > 0 { // of goods that came back without a receipt: there is no sale to find it by
			f, err := facts[pos.Refund](job)
			if err != nil {
				return Doc{}, err
			}
			return Refund(r, f, shop, o)
		}
	default:
		return Sale(r, shop, o)
	}
	for _, f := range r.Refunds {
		if f.ID == job.Refund {
			return Refund(r, f, shop, o)
		}
	}
	return Doc{}, pos.E(pos.CodeNotFound, "render print job", fmt.Errorf("the sale has no refund %d", job.Refund))
}

// facts reads what a job brings with it.
func facts[T any](job pos.PrintJob) (f T, err error) {
	if err := json.Unmarshal(job.Facts, &f); err != nil {
		return f, pos.E(pos.CodeInvalid, "render print job", fmt.Errorf("the facts of %s: %w", job.Document, err))
	}
	return f, nil
}

func (s Setup) options(job pos.PrintJob) (Options, error) {
	o := Options{Words: WordsOf(s.Language), Paper: s.Paper, Letterhead: s.Letterhead, Tax: s.Tax, Reprint: job.Copy, ReprintedAt: job.QueuedAt}
	switch job.Document {
	case pos.DocSale, pos.DocRefund, pos.DocX, pos.DocZ, pos.DocCash, pos.DocBill, pos.DocPending, pos.DocExceptions, pos.DocLabel, pos.DocGivenBack:
	case pos.DocReprint:
		o.Reprint = max(1, job.Copy)
	default:
		return Options{}, pos.E(pos.CodeInvalid, "render print job", fmt.Errorf("no document %q", job.Document))
	}
	return o, nil
}
