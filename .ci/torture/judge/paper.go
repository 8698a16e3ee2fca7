package judge

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Printer is a receipt printer on a TCP port: it takes what comes and closes when the sender has. It is safe for concurrent
// use.
type Printer struct {
	listener net.Listener
	serving  sync.WaitGroup

	mu   sync.Mutex
	jobs [][]byte
}

// NewPrinter starts a printer on a free port of this machine.
func NewPrinter() (*Printer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Printer{listener: l}
	p.serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			job, _ := io.ReadAll(c) // what a killed till did not send any more is half a job
			_ = c.Close()
			p.mu.Lock()
			p.jobs = append(p.jobs, job)
			p.mu.Unlock()
		}
	})
	return p, nil
}

// URL is the printer as the configuration names it.
func (p *Printer) URL() string { return "tcp://" + p.listener.Addr().String() }

// Close stops it.
func (p *Printer) Close() {
	_ = p.listener.Close()
	p.serving.Wait()
}

// Paper is what has come out.
func (p *Printer) Paper() Paper {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.jobs)
}

// Paper is what came out of the printer, a job each.
type Paper [][]byte

// reprinted marks a receipt that a person asked for again, returned one of money that went back, closing the paper of a shift.
var (
	reprinted, _ = simplifiedchinese.GBK.NewEncoder().Bytes([]byte("补打 第"))
	returned, _  = simplifiedchinese.GBK.NewEncoder().Bytes([]byte("退款单"))
	closing, _   = simplifiedchinese.GBK.NewEncoder().Bytes([]byte("交班单 Z"))
	signature, _ = simplifiedchinese.GBK.NewEncoder().Bytes([]byte("店长签名")) // the last line of such a paper
)

var receiptNo = regexp.MustCompile(`[A-Z0-9]{1,8}-[A-Z0-9]{1,4}-\d{8}-(?:R\d+-)?\d{4,9}`)

// Originals counts how often the receipt came out, whole, without being asked for again. amount is in fen.
func (p Paper) Originals(receipt string, amount int64) int {
	n := 0
	yuan := fmt.Appendf(nil, "%d.%02d", amount/100, amount%100)
	for _, job := range p {
		if bytes.Contains(job, []byte(receipt)) && bytes.Contains(job, yuan) && !bytes.Contains(job, reprinted) &&
			!bytes.Contains(job, returned) && !bytes.Contains(job, closing) {
			n++
		}
	}
	return n
}

// Closes counts how often the Z report came out, whole, without being asked for again.
func (p Paper) Closes(z int) int {
	n := 0
	head := fmt.Appendf(bytes.Clone(closing), "%04d", z)
	for _, job := range p {
		if bytes.Contains(job, head) && bytes.Contains(job, signature) && !bytes.Contains(job, reprinted) {
			n++
		}
	}
	return n
}

// Receipts lists the numbers on the paper.
func (p Paper) Receipts() []string {
	var all []string
	for _, job := range p {
		if no := receiptNo.Find(job); no != nil {
			all = append(all, string(no))
		}
	}
	return all
}
