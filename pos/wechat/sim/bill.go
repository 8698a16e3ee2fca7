package sim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The calls that answer with a file.
const (
	pathBill     = "/pay/downloadbill"
	pathFundFlow = "/pay/downloadfundflow"
)

// bills are the API paths that answer with a file: what makes it, with s.mu held.
var bills = map[string]func(s *Sim, req request, fault string) ([]byte, *refusal){
	pathBill:     (*Sim).tradeBill,
	pathFundFlow: (*Sim).fundFlow,
}

// The error codes (error_code) of bills.
const (
	codeBillRequest = "20001"
	codeNoBill      = "20002"
	codeBillSystem  = "20100"
)

// BillOptions are how the merchant's account is set up for bills. The zero value is an account of today with a rate of 0.60 %.
type BillOptions struct {
	Old  bool // the columns of accounts from before 2017, with full-width colons in times
	BOM  bool // a byte order mark leads
	CRLF bool // lines end with CR LF, not LF
	// Now makes bills ready at once, also that of today as it stands; without it from 10:00 of the next day, Beijing time.
	Now bool
	// Rate is what WeChat keeps, in hundredths of a percent; 0 means 60, negative nothing.
	Rate int64
	// Payouts pays what was on the balance at midnight out to the bank at four in the morning.
	Payouts bool
}

// billHour is when a bill is ready, and billMade when it is made: what a refund becomes later it does not tell.
const (
	billHour = 10 * time.Hour
	billMade = 9 * time.Hour
)

// parseBillDay reads a bill_date: when the day begins.
func parseBillDay(day string) (time.Time, error) {
	from, err := time.ParseInLocation("20060102", day, beijing)
	if err != nil || len(day) != 8 {
		return time.Time{}, fmt.Errorf("%w: a day is written 20261120", ErrBadDifference)
	}
	return from, nil
}

// billAsOf is the moment at which a bill tells how things stand. Call with s.mu held.
func (s *Sim) billAsOf(from time.Time) time.Time {
	made := from.AddDate(0, 0, 1).Add(billMade)
	if now := s.now(); now.Before(made) {
		return now
	}
	return made
}

// billReady says whether there can be a bill of a day now.
func (s *Sim) billReady(day string) (from time.Time, no *refusal) {
	from, err := parseBillDay(day)
	now := s.now()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, beijing)
	switch {
	case err != nil, from.After(today):
		return from, refuse(codeBillRequest, "invalid bill_date")
	case from.Before(today.AddDate(0, -3, 0)):
		return from, refuse(codeNoBill, "No Bill Exist")
	case !s.opts.Bill.Now && now.Before(from.AddDate(0, 0, 1).Add(billHour)):
		return from, refuse(codeNoBill, "Bill Creating")
	}
	return from, nil
}

// tradeBill is downloadbill.
func (s *Sim) tradeBill(req request, fault string) ([]byte, *refusal) {
	kind := req.fields["bill_type"]
	if kind == "" {
		kind = BillAll
	}
	if !slices.Contains([]string{BillAll, BillSuccess, BillRefund, BillRechargeRefund}, kind) {
		return nil, refuse(codeBillRequest, "invalid bill_type")
	}
	return s.billOf(req.fields["mch_id"], req.fields["bill_date"], kind, fault)
}

func (s *Sim) billOf(mchID, day, kind, fault string) ([]byte, *refusal) {
	from, no := s.billReady(day)
	if no != nil {
		return nil, no
	}
	s.plantByFault(mchID, day)
	rows := s.falsify(mchID, day, from, s.billRows(mchID, from, from.AddDate(0, 0, 1), s.billAsOf(from)))
	rows = slices.DeleteFunc(rows, func(r BillRow) bool { return !r.in(kind) })
	if len(rows) == 0 {
		return nil, refuse(codeNoBill, "No Bill Exist")
	}
	wrong := int64(0)
	if fault == FaultBillSummary {
		wrong = 1
	}
	return s.writeBill(rows, kind, wrong), nil
}

// serveBill answers a call for a bill. What it answers is never signed.
func (s *Sim) serveBill(w http.ResponseWriter, r *http.Request, prefix, path string) {
	log := Call{Host: r.Host, Prefix: prefix, Path: path, Code: codeSuccess}
	log.Fault = s.takeFault(path, hostName(r.Host), prefix)
	if preventsActing(log.Fault) || log.Fault == FaultArrivesLate {
		log.Code = ""
		s.logCall(log)
		failBefore(w, log.Fault)
		return
	}
	fields, no := readRequest(r)
	if no == nil {
		no = s.checkCert(r, path, fields)
	}
	log.Unknown = unknownFields(path, fields)
	file, no := s.makeBill(path, fields, no, log.Fault)
	if no != nil {
		log.Code = no.code
	}
	s.logCall(log)
	if err := s.flush(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if no != nil {
		s.writeReply(w, r, billFail(no), log.Fault)
		return
	}
	s.sendBill(w, r, file, fields["tar_type"] != "", log.Fault)
}

// makeBill authenticates and makes the file.
func (s *Sim) makeBill(path string, fields map[string]string, no *refusal, fault string) ([]byte, *refusal) {
	req := request{fields: fields}
	if no == nil {
		req, no = s.authenticateFor(path, fields)
	}
	switch {
	case no != nil:
		return nil, no
	case fault == FaultSystemError, fault == FaultSystemErrorActed:
		return nil, refuse(codeBillSystem, codeSystem)
	case fault == FaultBillCreating:
		return nil, refuse(codeNoBill, "Bill Creating")
	case fields["tar_type"] != "" && fields["tar_type"] != "GZIP":
		return nil, refuse(codeBillRequest, "invalid tar_type")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return bills[path](s, req, fault)
}

// authenticateFor is authenticate; the fund flow takes HMAC-SHA256 alone, whatever the merchant is set to.
func (s *Sim) authenticateFor(path string, fields map[string]string) (request, *refusal) {
	if path != pathFundFlow {
		return s.authenticate(fields)
	}
	m, known := merchants(s.opts.Merchants).byMchID(fields["mch_id"])
	switch {
	case fields["sign_type"] != signHMAC:
		return request{}, refuseBare(codeSign, "签名类型错误: 仅支持HMAC-SHA256")
	case known && m.SignType == signMD5 && signed(fields, m.Key, signHMAC):
		return request{fields: fields, key: m.Key, signType: signHMAC}, nil
	}
	return s.authenticate(fields)
}

// billFail is how a bill is refused: not signed, with a number in the place of an err_code.
func billFail(no *refusal) []byte {
	code := no.code
	if strings.Trim(code, "0123456789") != "" {
		code = codeBillRequest
	}
	return writeXML([]field{{"return_code", "FAIL"}, {"return_msg", no.text}, {"error_code", code}})
}

// sendBill sends a file, as well as the fault lets it.
func (s *Sim) sendBill(w http.ResponseWriter, r *http.Request, file []byte, packed bool, fault string) {
	if fault == FaultBillCut {
		file = file[:len(file)*2/3]
	}
	if packed {
		file = pack(file)
	}
	switch fault {
	case FaultBillPacking:
		file[len(file)-5] ^= 0xFF // of the checksum
	case FaultBillPage:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html>\r\n<html><body>欢迎使用免费无线网，请先登录</body></html>\r\n"))
		return
	case FaultBillDrop:
		_, _ = w.Write(file[:len(file)/2]) // it is going to drop all the same
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	s.writeReply(w, r, file, fault)
}

// pack is tar_type GZIP.
func pack(file []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(file) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}
