package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func mark(tb testing.TB, s *store.Store, id int64, state pos.PrintState, tries int) {
	tb.Helper()
	code, cause := pos.CodeNone, ""
	if state == pos.PrintFailed || state == pos.PrintUnconfirmed {
		code, cause = pos.CodePaper, "paper"
	}
	if err := s.MarkJob(context.Background(), id, state, tries, code, cause); err != nil {
		tb.Fatalf("job %d to %s, try %d: %v", id, state, tries, err)
	}
}

func nextOf(tb testing.TB, s *store.Store, other bool) (j pos.PrintJob) {
	tb.Helper()
	found, err := s.NextJobOf(context.Background(), other)
	if err != nil {
		tb.Fatal(err)
	}
	if found != nil {
		j = *found
	}
	return j
}

// jobsOf is the jobs as they stand, one a line: number, document, copy, state, tries, printer, code, cause.
func jobsOf(tb testing.TB, dir string) string {
	tb.Helper()
	db := raw(tb, dir)
	defer func() { _ = db.Close() }()
	return rowsOf(tb, db, `SELECT id, document, copy, state, tries, other, code, cause FROM print_job ORDER BY id`)
}

// receipts sells n times.
func receipts(tb testing.TB, s *store.Store, n int) {
	tb.Helper()
	for i := range n {
		sl := sale(1)
		if _, err := s.SellCash(context.Background(), sl, cash(no(i), sl, 300)); err != nil {
			tb.Fatal(err)
		}
	}
}

// Every state that a job can be in, and every one that a spool says of it, with the count it read and the ones beside it.
func TestMarkJob_EveryMove(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	states := []pos.PrintState{pos.PrintQueued, pos.PrintSending, pos.PrintDone, pos.PrintUnconfirmed, pos.PrintFailed, pos.PrintCancelled}
	allowed := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(`
		queued queued 0, queued sending 1, queued printed 1, queued unconfirmed 1, queued failed 0, queued failed 1, queued cancelled 0, queued cancelled 1, queued queued 1
		sending printed 0, sending unconfirmed 0, sending failed 0, sending queued 0, sending queued -1, sending cancelled 0
		printed printed 0
		unconfirmed unconfirmed 0
		failed failed 0
		cancelled cancelled 0`), "\n") {
		for _, move := range strings.Split(line, ",") {
			allowed[strings.TrimSpace(move)] = true
		}
	}
	s := mustOpen(t, t.TempDir())
	n := 0
	for _, from := range states {
		for _, to := range states {
			for _, more := range []int{-2, -1, 0, 1, 2} {
				sl := sale(1)
				out, err := s.SellCash(ctx, sl, cash(no(n), sl, 300))
				if err != nil {
					t.Fatal(err)
				}
				n++
				tries := 0
				for range 2 { // it was tried before
					mark(t, s, out.Job, pos.PrintSending, tries+1)
					tries++
					mark(t, s, out.Job, pos.PrintQueued, tries)
				}
				if from != pos.PrintQueued {
					mark(t, s, out.Job, pos.PrintSending, tries+1)
					tries++
				}
				if from != pos.PrintSending {
					mark(t, s, out.Job, from, tries)
				}
				move := fmt.Sprint(from, " ", to, " ", more)
				err = s.MarkJob(ctx, out.Job, to, tries+more, pos.CodePrinterOff, "off")
				if allowed[move] && err != nil {
					t.Errorf("%s: %v", move, err)
				} else if !allowed[move] {
					if pos.CodeOf(err) != pos.CodeConflict {
						t.Errorf("%s: got %v", move, err)
					}
				}
			}
		}
	}
	mustVerify(t, s)
}

func TestMarkJob_KeepsWhyItWaitsAndForgetsItOnPaper(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 1)
	if err := s.StoreBytes(ctx, 1, []byte("receipt")); err != nil {
		t.Fatal(err)
	}
	if err := s.MarkJob(ctx, 1, pos.PrintQueued, 0, pos.CodeCover, "lid"); err != nil { // it was not even tried
		t.Fatal(err)
	}
	if j := nextOf(t, s, false); j.Code != pos.CodeCover || j.Cause != "lid" || j.Tries != 0 || string(j.Bytes) != "receipt" {
		t.Errorf("%+v", j)
	}
	mark(t, s, 1, pos.PrintSending, 1)
	if err := s.MarkJob(ctx, 1, pos.PrintDone, 1, pos.CodePaperLow, "low"); err != nil {
		t.Fatal(err)
	}
	if got := jobsOf(t, dir); got != "1|sale|0|printed|1|0||low\n" {
		t.Error(got)
	}
	mustVerify(t, s)
}

// A person moves a job to the other printer while the first one's spool has read it: it is not sent by both, whatever the first says.
func TestOutbox_AMovedJobIsTheOthersAlone(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 3)
	stale := nextOf(t, s, false)
	if err := s.StoreBytes(ctx, stale.ID, []byte("for the first")); err != nil {
		t.Fatal(err)
	}
	if err := s.RetryJob(ctx, stale.ID, true, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, say := range []struct {
		state pos.PrintState
		tries int
	}{{pos.PrintSending, 1}, {pos.PrintQueued, 0}, {pos.PrintFailed, 0}} {
		wantCode(t, s.MarkJob(ctx, stale.ID, say.state, say.tries, pos.CodeNone, "stale"), pos.CodeConflict)
	}
	if j := nextOf(t, s, false); j.ID != 2 {
		t.Errorf("the first printer goes on with %+v", j)
	}
	j := nextOf(t, s, true)
	if j.ID != stale.ID || !j.Other || j.Bytes != nil || !j.QueuedAt.Equal(noon.Add(time.Minute)) || j.Sale != 1 {
		t.Fatalf("%+v", j)
	}
	mark(t, s, j.ID, pos.PrintSending, j.Tries+1)
	for tries := range j.Tries + 1 {
		wantCode(t, s.MarkJob(ctx, stale.ID, pos.PrintQueued, tries-1, pos.CodeNone, "stale"), pos.CodeConflict)
	}
	wantCode(t, s.RetryJob(ctx, j.ID, false, noon), pos.CodeConflict) // it is being sent
	mark(t, s, j.ID, pos.PrintQueued, j.Tries+1)                      // nothing reached it
	if err := s.RetryJob(ctx, j.ID, false, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if j := nextOf(t, s, true); j.ID != 0 {
		t.Errorf("it was moved back: %+v", j)
	}
	j = nextOf(t, s, false)
	if j.ID != stale.ID || j.Other { // a person waits for it: before those in turn
		t.Errorf("%+v", j)
	}
	mark(t, s, j.ID, pos.PrintSending, j.Tries+1)
	mark(t, s, j.ID, pos.PrintDone, j.Tries+1)
	if j := nextOf(t, s, false); j.ID != 2 {
		t.Errorf("%+v", j)
	}
	mustVerify(t, s)
}

// A till that has no second printer any more prints what was moved to it.
func TestNextJob_IsOfEitherPrinter(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	receipts(t, s, 3)
	if err := s.RetryJob(ctx, 2, true, noon); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int64{2, 1, 3, 0} {
		j, err := s.NextJob(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if j == nil {
			j = &pos.PrintJob{}
		}
		if j.ID != want {
			t.Fatalf("got %d, want %d", j.ID, want)
		}
		if want > 0 {
			mark(t, s, j.ID, pos.PrintSending, j.Tries+1)
			mark(t, s, j.ID, pos.PrintDone, j.Tries+1)
		}
		mustVerify(t, s)
	}
}

// The queue goes on from where it stands, whatever is printed out of turn, fails, is asked for again or called off.
func TestOutbox_TheQueueGoesOnBehindWhatPeopleDo(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	receipts(t, s, 5)
	marked := func(id int64, state pos.PrintState, tries int) func() error {
		return func() error { return s.MarkJob(ctx, id, state, tries, pos.CodeNone, "") }
	}
	ended := func(id int64) func() error {
		return func() error { return s.EndJob(ctx, id, pos.PrintCancelled, "王芳") }
	}
	retried := func(id int64, other bool) func() error {
		return func() error { return s.RetryJob(ctx, id, other, noon) }
	}
	for _, st := range []struct {
		what string
		do   func() error
		next int64
	}{
		{"one is sent out of turn", marked(2, pos.PrintSending, 1), 1},
		{"and printed", marked(2, pos.PrintDone, 1), 1},
		{"one is on its way", marked(1, pos.PrintSending, 1), 3},
		{"it failed", marked(1, pos.PrintFailed, 1), 3},
		{"the next is called off", ended(3), 4},
		{"what failed is asked for again", retried(1, false), 1},
		{"and is on its way", marked(1, pos.PrintSending, 3), 4},
		{"one in turn is wanted at once", retried(5, false), 5},
		{"the head of the queue is called off", ended(4), 5},
		{"the last is wanted from the other", retried(5, true), 0},
	} {
		if err := st.do(); err != nil {
			t.Fatalf("%s: %v", st.what, err)
		}
		if j := nextOf(t, s, false); j.ID != st.next {
			t.Errorf("%s: the next is %d, want %d", st.what, j.ID, st.next)
		}
		mustVerify(t, s)
	}
	if n, err := s.RecoverJobs(ctx); err != nil || n != 1 {
		t.Error(n, err)
	}
	if j := nextOf(t, s, true); j.ID != 5 {
		t.Errorf("%+v", j)
	}
	if j := nextOf(t, s, false); j.ID != 0 {
		t.Errorf("%+v", j)
	}
	out, err := s.SellCash(ctx, sale(1), cash(no(50), sale(1), 300))
	if err != nil {
		t.Fatal(err)
	}
	if j := nextOf(t, s, false); j.ID != out.Job {
		t.Errorf("%+v", j)
	}
}

func TestRecoverJobs_OfBothPrintersAndOfTheProgramBeforeOnly(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 4)
	if err := s.RetryJob(ctx, 3, true, noon); err != nil {
		t.Fatal(err)
	}
	mark(t, s, 1, pos.PrintSending, 1)
	mark(t, s, 3, pos.PrintSending, 2)
	if err := s.Close(); err != nil { // the power went
		t.Fatal(err)
	}
	s = mustOpen(t, dir)
	if n, err := s.RecoverJobs(ctx); err != nil || n != 2 {
		t.Error(n, err)
	}
	mark(t, s, 2, pos.PrintSending, 1)
	if n, err := s.RecoverJobs(ctx); err != nil || n != 0 { // the second printer's spool starts later
		t.Errorf("what the first spool sends is taken from it: %d %v", n, err)
	}
	want := "1|sale|0|unconfirmed|1|0||\n2|sale|0|sending|1|0||\n3|sale|0|unconfirmed|2|1||\n4|sale|0|queued|0|0||\n"
	if got := jobsOf(t, dir); got != want {
		t.Error(got)
	}
	mark(t, s, 2, pos.PrintDone, 1)
	for _, other := range []bool{false, true} {
		if j := nextOf(t, s, other); j.ID != 0 && j.ID != 4 {
			t.Errorf("what may be on paper is sent again: %+v", j)
		}
	}
	mustVerify(t, s)
}

func TestPrints_ListsWhatIsOpenAndTheLastOnes(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := busyShifts(t, dir)
	if all, err := s.Prints(ctx, 3); err != nil || len(all) != 0 {
		t.Fatalf("nothing was tried yet: %+v %v", all, err)
	}
	pending, err := s.QueuePaper(ctx, pos.DocPending, pos.PendingFacts{OutTradeNo: "S001-T1-PENDING", Tender: pos.TenderNative, State: pos.Waiting, Asked: 300, At: noon}, noon)
	if err != nil {
		t.Fatal(err)
	}
	label, err := s.QueuePaper(ctx, pos.DocLabel, pos.LabelFacts{Labels: []pos.Label{{Name: "可口可乐 330ml", Price: 300, Copies: 2}}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	var z, receipt int64
	for id := int64(1); id <= label; id++ {
		switch j, err := s.NextJob(ctx); {
		case err != nil || j == nil || j.ID != id:
			t.Fatalf("%+v %v", j, err)
		case j.Document == pos.DocZ && z == 0:
			z = id
			mark(t, s, id, pos.PrintSending, 1)
			mark(t, s, id, pos.PrintUnconfirmed, 1)
		case j.Document == pos.DocSale && receipt == 0:
			receipt = id
			mark(t, s, id, pos.PrintFailed, 0)
		case id == pending:
			mark(t, s, id, pos.PrintFailed, 0)
		case id == label:
			if err := s.MarkJob(ctx, id, pos.PrintQueued, 0, pos.CodeCover, "lid"); err != nil {
				t.Fatal(err)
			}
		default:
			mark(t, s, id, pos.PrintSending, 1)
			mark(t, s, id, pos.PrintDone, 1)
		}
	}
	all, err := s.Prints(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	open := map[int64]string{}
	var ids []int64
	recent := 0
	for _, v := range all {
		ids = append(ids, v.Job.ID)
		if v.Open() {
			open[v.Job.ID] = fmt.Sprint(v.Job.State, " ", v.Receipt, " ", v.Title, " ", v.Job.Code)
		} else if v.Job.State == pos.PrintDone {
			recent++
		}
		if v.Job.Bytes != nil || v.Job.Facts != nil {
			t.Errorf("it carries what nobody looks at: %+v", v)
		}
	}
	want := map[int64]string{
		receipt: "failed S001-T1-20261120-0001  paper-out", z: "unconfirmed  0001 paper-out",
		pending: "failed  S001-T1-PENDING paper-out", label: "queued  可口可乐 330ml cover-open",
	}
	if !reflect.DeepEqual(open, want) || recent != 2 {
		t.Errorf("got %v and %d recent", open, recent)
	}
	if !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) {
		t.Errorf("not the newest first: %v", ids)
	}
}

func TestRetryJob_RefusesWhatMayBeOnPaper(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 5)
	for id, state := range map[int64]pos.PrintState{1: pos.PrintDone, 2: pos.PrintUnconfirmed, 3: pos.PrintFailed, 4: pos.PrintCancelled} {
		mark(t, s, id, pos.PrintSending, 1)
		mark(t, s, id, state, 1)
	}
	for id := range int64(7) {
		want := pos.CodeNone
		switch id {
		case 0, 6:
			want = pos.CodeNotFound
		case 1, 2, 4:
			want = pos.CodeConflict
		}
		if err := s.RetryJob(ctx, id, false, noon.Add(time.Hour)); pos.CodeOf(err) != want {
			t.Errorf("job %d: %v", id, err)
		}
	}
	want := "1|sale|0|printed|1|0||\n2|sale|0|unconfirmed|1|0|paper-out|paper\n3|sale|0|queued|2|0||\n4|sale|0|cancelled|1|0||\n5|sale|0|queued|1|0||\n"
	if got := jobsOf(t, dir); got != want {
		t.Error(got)
	}
	mustVerify(t, s)
}

func TestEndJob_OnAPersonsWord(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 6)
	for id, state := range map[int64]pos.PrintState{1: pos.PrintDone, 2: pos.PrintUnconfirmed, 3: pos.PrintFailed, 4: pos.PrintSending, 5: pos.PrintUnconfirmed} {
		mark(t, s, id, pos.PrintSending, 1)
		if state != pos.PrintSending {
			mark(t, s, id, state, 1)
		}
	}
	stale := nextOf(t, s, false) // job 6
	for _, c := range []struct {
		id    int64
		state pos.PrintState
		code  pos.Code
	}{
		{1, pos.PrintDone, pos.CodeNone},
		{1, pos.PrintCancelled, pos.CodeConflict},
		{2, pos.PrintDone, pos.CodeNone},
		{2, pos.PrintDone, pos.CodeNone},
		{2, pos.PrintCancelled, pos.CodeConflict},
		{3, pos.PrintDone, pos.CodeConflict},
		{3, pos.PrintCancelled, pos.CodeNone},
		{3, pos.PrintCancelled, pos.CodeNone},
		{4, pos.PrintDone, pos.CodeConflict},
		{4, pos.PrintCancelled, pos.CodeConflict},
		{5, pos.PrintCancelled, pos.CodeNone},
		{6, pos.PrintDone, pos.CodeConflict},
		{6, pos.PrintCancelled, pos.CodeNone},
		{9, pos.PrintCancelled, pos.CodeNotFound},
		{3, pos.PrintFailed, pos.CodeInvalid},
	} {
		if err := s.EndJob(ctx, c.id, c.state, "王芳"); pos.CodeOf(err) != c.code {
			t.Errorf("job %d to %s: %v, want %q", c.id, c.state, err, c.code)
		}
	}
	wantCode(t, s.MarkJob(ctx, stale.ID, pos.PrintSending, stale.Tries+1, pos.CodeNone, ""), pos.CodeConflict)
	want := "1|sale|0|printed|1|0||\n2|sale|0|printed|1|0||王芳\n3|sale|0|cancelled|1|0||王芳\n4|sale|0|sending|1|0||\n5|sale|0|cancelled|1|0||王芳\n6|sale|0|cancelled|0|0||王芳\n"
	if got := jobsOf(t, dir); got != want {
		t.Error(got)
	}
	mustVerify(t, s)
}

// What was being sent when the program stopped holds the queue's place no longer: else it would be read from there for ever.
func TestRecoverJobs_TheQueueGoesOnBehindWhatItRecovers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	receipts(t, s, 2)
	mark(t, s, 1, pos.PrintSending, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir)
	if n, err := s.RecoverJobs(ctx); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	db := raw(t, dir)
	defer func() { _ = db.Close() }()
	if first := rowsOf(t, db, `SELECT first FROM print_queue`); first != "2\n" {
		t.Errorf("the queue begins at %s", first)
	}
	mustVerify(t, s)
}

func TestReprintJob_EveryDocumentIsCountedAndOnRecord(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := busyShifts(t, dir)
	must := func(_ int64, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Reprint(ctx, 1, "王芳", noon))
	must(s.PrintBill(ctx, mustKeep(t, s, withFindings(summary(1, 0))).ID, "王芳", noon))
	must(s.QueuePaper(ctx, pos.DocPending, pos.PendingFacts{OutTradeNo: "P", At: noon}, noon))
	must(s.QueuePaper(ctx, pos.DocExceptions, pos.ExceptionsFacts{At: noon, Cases: []pos.ExceptionFact{{OutTradeNo: "E", Amount: 5}}}, noon))
	must(s.QueuePaper(ctx, pos.DocLabel, pos.LabelFacts{Labels: []pos.Label{{Name: "可乐", Price: 300, Copies: 1}}}, noon))

	before := mustVerify(t, s)
	seen := map[pos.Document]bool{}
	n := 0
	for {
		j, err := s.NextJob(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if j == nil {
			break
		}
		seen[j.Document] = true
		mark(t, s, j.ID, pos.PrintSending, j.Tries+1)
		mark(t, s, j.ID, pos.PrintUnconfirmed, j.Tries+1)
		last := *j
		for range 2 { // the copy is not confirmed either
			id, err := s.ReprintJob(ctx, last.ID, true, "李强", noon.AddDate(0, 0, 2).Add(time.Minute))
			if err != nil {
				t.Fatalf("%s: %v", last.Document, err)
			}
			n++
			_, err = s.ReprintJob(ctx, last.ID, true, "李强", noon)
			wantCode(t, err, pos.CodeConflict) // pressed twice
			again := nextOf(t, s, true)
			doc := last.Document
			if doc == pos.DocSale {
				doc = pos.DocReprint
			}
			if again.ID != id || again.Document != doc || again.Sale != j.Sale || again.Refund != j.Refund || string(again.Facts) != string(j.Facts) || again.Copy <= last.Copy {
				t.Errorf("of %+v\nthe copy is %+v", last, again)
			}
			mark(t, s, id, pos.PrintSending, again.Tries+1)
			mark(t, s, id, pos.PrintUnconfirmed, again.Tries+1)
			last = again
		}
		if err := s.EndJob(ctx, last.ID, pos.PrintDone, "李强"); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 10 {
		t.Errorf("seen %v", seen)
	}
	if v := mustVerify(t, s); v.Entries != before.Entries+n {
		t.Errorf("%d entries for %d copies", v.Entries-before.Entries, n)
	}
	got := rowsOf(t, raw(t, dir), `SELECT body ->> '$.by', body ->> '$.receipt', body ->> '$.z', body ->> '$.out_refund_no', body ->> '$.note', count(*)
		FROM journal WHERE kind = 'reprint' AND body ->> '$.by' = '李强' GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4, 5`)
	for _, want := range []string{"李强|||||", "S001-T1-20261120-0001||" + refundNo(1), "|1||", "bill, job", "label, job", "pending, job", "exceptions, job", "x, job", "cash, job"} {
		if want == "李强|||||" == strings.Contains(got, want) {
			t.Errorf("%q in\n%s", want, got)
		}
	}
	for i := range int64(3) {
		_, err := s.ReprintJob(ctx, []int64{0, 1, 999}[i], false, "李强", noon)
		wantCode(t, err, []pos.Code{pos.CodeNotFound, pos.CodeConflict, pos.CodeNotFound}[i])
	}
}

func TestQueuePaper_TakesTheFactsOfThatPaperOnly(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	label := func(l pos.Label) pos.LabelFacts { return pos.LabelFacts{Labels: []pos.Label{l}} }
	good := pos.Label{Name: "可乐", Price: 0, Copies: pos.MaxLabelCopies}
	for i, c := range []struct {
		doc   pos.Document
		facts any
		code  pos.Code
	}{
		{pos.DocPending, pos.PendingFacts{OutTradeNo: "P"}, pos.CodeNone},
		{pos.DocPending, pos.PendingFacts{}, pos.CodeInvalid},
		{pos.DocPending, &pos.PendingFacts{OutTradeNo: "P"}, pos.CodeInvalid},
		{pos.DocExceptions, pos.PendingFacts{OutTradeNo: "P"}, pos.CodeInvalid},
		{pos.DocExceptions, pos.ExceptionsFacts{Cases: []pos.ExceptionFact{{}}}, pos.CodeNone},
		{pos.DocExceptions, pos.ExceptionsFacts{}, pos.CodeInvalid},
		{pos.DocLabel, label(good), pos.CodeNone},
		{pos.DocLabel, pos.LabelFacts{}, pos.CodeInvalid},
		{pos.DocLabel, label(pos.Label{Price: 1, Copies: 1}), pos.CodeInvalid},
		{pos.DocLabel, label(pos.Label{Name: "可乐", Price: -1, Copies: 1}), pos.CodeInvalid},
		{pos.DocLabel, label(pos.Label{Name: "可乐"}), pos.CodeInvalid},
		{pos.DocLabel, label(pos.Label{Name: "可乐", Copies: pos.MaxLabelCopies + 1}), pos.CodeInvalid},
		{pos.DocZ, pos.ShiftPaper{}, pos.CodeInvalid},
		{pos.DocSale, nil, pos.CodeInvalid},
	} {
		if _, err := s.QueuePaper(ctx, c.doc, c.facts, noon); pos.CodeOf(err) != c.code {
			t.Errorf("%d: %v", i, err)
		}
	}
	mustVerify(t, s)
}

func TestMigrate_AFifthLedgerKeepsItsJobsAndCountsTheirCopiesOn(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	unpackLedger(t, dir, "ledger-0005.db.gz")
	const rows = `SELECT id, sale, document, copy, state, hex(bytes), tries, cause, queued_at, refund, z, facts FROM print_job ORDER BY id`
	db := raw(t, dir)
	before, queue := rowsOf(t, db, rows), rowsOf(t, db, `SELECT * FROM print_queue`)
	if strings.Count(before, "\n") != 20 {
		t.Fatal(before)
	}
	_ = db.Close()
	s, _ := clocked(t, dir)
	mustVerify(t, s)
	db = raw(t, dir)
	if got := rowsOf(t, db, rows); got != before {
		t.Errorf("got %s want %s", got, before)
	}
	if got := rowsOf(t, db, `SELECT * FROM print_queue`); got != queue {
		t.Errorf("the queue is at %s", got)
	}
	if got := rowsOf(t, db, `SELECT id, first FROM print_job WHERE first IS NOT NULL ORDER BY id`); got != "5|4\n13|12\n14|12\n15|1\n20|4\n" {
		t.Errorf("copies %s", got)
	}
	if got := rowsOf(t, db, `SELECT id, code FROM print_job WHERE code <> ''`); got != "3|printer\n11|printer\n" {
		t.Errorf("trouble %s", got)
	}
	files, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "before-0006-*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	kept := t.TempDir()
	copyOf(t, files[0], filepath.Join(kept, store.File))
	if got := rowsOf(t, raw(t, kept), rows); got != before {
		t.Errorf("the backup has %s", got)
	}

	if n, err := s.RecoverJobs(ctx); err != nil || n != 1 {
		t.Error(n, err)
	}
	if j := nextOf(t, s, false); j.ID != 11 || j.Code != pos.CodePrinter {
		t.Errorf("%+v", j)
	}
	open, err := s.Prints(ctx, 1)
	if err != nil || len(open) != 6 {
		t.Errorf("%+v %v", open, err)
	}
	job, err := s.ReprintJob(ctx, 7, false, "王芳", noon) // never confirmed, in the version before
	if err != nil || job != 21 {
		t.Fatal(job, err)
	}
	if _, err = s.Reprint(ctx, 1, "王芳", noon); err != nil {
		t.Fatal(err)
	}
	if _, err = s.PrintZ(ctx, 1, noon, "王芳"); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, db, `SELECT id, document, copy, first FROM print_job WHERE id > 20`); got != "21|reprint|1|7\n22|reprint|2|1\n23|z|3|4\n" {
		t.Errorf("%s", got)
	}
	mustVerify(t, s)
}

func TestVerify_NamesEveryTamperingWithPrintJobs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := busyShifts(t, dir)
	const receipt = 1
	mark(t, s, receipt, pos.PrintSending, 1)
	mark(t, s, receipt, pos.PrintUnconfirmed, 1)
	again, err := s.ReprintJob(ctx, receipt, true, "王芳", noon)
	if err != nil {
		t.Fatal(err)
	}
	mark(t, s, again, pos.PrintSending, 1)
	mark(t, s, again, pos.PrintUnconfirmed, 1)
	last, err := s.ReprintJob(ctx, again, true, "王芳", noon)
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	at := func(query string, args ...any) []string { return []string{fmt.Sprintf(query, args...)} }
	tamperEach(t, image, map[string][]string{
		"nothing":                     nil,
		"a copy of no job":            at(`UPDATE print_job SET first = NULL WHERE id = %d`, again),
		"a copy of a copy":            at(`UPDATE print_job SET first = %d WHERE id = %d`, again, last),
		"a copy of another":           at(`UPDATE print_job SET first = 2 WHERE id = %d`, last),
		"a first that is a copy":      at(`UPDATE print_job SET first = 2 WHERE id = %d`, receipt),
		"a copy of another sale":      at(`UPDATE print_job SET sale = 2 WHERE id = %d`, last),
		"a copy that is a first":      at(`UPDATE print_job SET copy = 0 WHERE id = %d`, again),
		"a copy that is not counted":  at(`UPDATE print_job SET copy = 5 WHERE id = %d`, last),
		"superseded by nothing":       at(`UPDATE print_job SET state = 'superseded' WHERE id = %d`, last),
		"a first superseded":          {`UPDATE print_job SET state = 'superseded' WHERE id = 2`, `UPDATE print_queue SET first = 3`},
		"the other's, but in turn":    at(`UPDATE print_job SET ahead = 0 WHERE id = %d`, last),
		"trouble of a printed one":    {`UPDATE print_job SET state = 'printed', code = 'paper-out' WHERE id = 2`, `UPDATE print_queue SET first = 3`},
		"in turn, behind the queue":   {`UPDATE print_queue SET first = 4`},
		"the newest copy gone":        at(`DELETE FROM print_job WHERE id = %d`, last),
		"a copy of a report, altered": {`UPDATE print_job SET facts = json_set(facts, '$.report.sales', 7) WHERE document = 'z' AND copy = 1`},
	})
}

func TestTriggers_KeepPrintJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := busyShifts(t, dir)
	db := raw(t, dir)
	for _, change := range []string{
		`DELETE FROM print_job`, `UPDATE print_job SET first = 1 WHERE copy > 0`, `UPDATE print_job SET copy = 2 WHERE copy > 0`, `UPDATE print_job SET id = id + 100`,
		`UPDATE print_job SET document = 'x'`, `UPDATE print_job SET facts = '{}' WHERE facts IS NOT NULL`,
		`UPDATE print_job SET state = 'lost'`, `UPDATE print_job SET other = 2, ahead = 2`, `UPDATE print_job SET other = 1`, `UPDATE print_job SET ahead = 2`,
		`UPDATE print_job SET state = 'printed', code = 'paper-out'`,
		`INSERT INTO print_job (sale, document, copy, state, tries, cause, queued_at) VALUES (1, 'reprint', 9, 'queued', 0, '', 1)`,
		`INSERT INTO print_job (sale, document, copy, state, tries, cause, queued_at, first) VALUES (1, 'sale', 9, 'queued', 0, '', 1, 1)`,
		`INSERT INTO print_job (id, document, copy, state, tries, cause, queued_at, facts, first) VALUES (90, 'label', 1, 'queued', 0, '', 1, '{}', 90)`,
	} {
		if _, err := db.Exec(change); err == nil {
			t.Errorf("allowed: %s", change)
		}
	}
	mustVerify(t, s)
}

// Two spools and people that do what they like, with answers that come late and restarts: nothing that began is sent once more, no
// job is lost, and the books prove themselves.
func TestProperty_NoJobBeginsTwice(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			(&paperwork{t: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(seed, 11)), began: map[int64]bool{}}).run()
		})
	}
}

// paperwork is a model of what works the jobs.
type paperwork struct {
	t     *testing.T
	dir   string
	s     *store.Store
	r     *rand.Rand
	sales int
	hand  [2]*pos.PrintJob // read by a spool and not yet begun
	sent  [2]*pos.PrintJob // being sent
	began map[int64]bool   // may be on paper
}

func (p *paperwork) run() {
	p.s = mustOpen(p.t, p.dir)
	for range 400 {
		p.act()
	}
	mustVerify(p.t, p.s)
	db := raw(p.t, p.dir)
	defer func() { _ = db.Close() }()
	if got := rowsOf(p.t, db, `SELECT count(*) FROM print_job j WHERE state = 'queued' AND ahead = 0 AND id < (SELECT first FROM print_queue)`); got != "0\n" {
		p.t.Errorf("%s jobs are behind the queue", got)
	}
	p.drain()
	if got := rowsOf(p.t, db, `SELECT count(*) FROM print_job WHERE state = 'queued' OR state = 'sending'`); got != "0\n" {
		p.t.Errorf("%s jobs are found by no printer", got)
	}
	mustVerify(p.t, p.s)
}

func (p *paperwork) act() {
	ctx := context.Background()
	n := p.r.IntN(2)
	other := n == 1
	any := int64(1 + p.r.IntN(max(1, p.sales)))
	switch p.r.IntN(10) {
	case 0, 1:
		sl := sale(1)
		if _, err := p.s.SellCash(ctx, sl, cash(no(p.sales), sl, 300)); err != nil {
			p.t.Fatal(err)
		}
		p.sales++
	case 2:
		p.person(p.s.RetryJob(ctx, any, p.r.IntN(2) == 0, noon))
	case 3:
		_, err := p.s.ReprintJob(ctx, any, p.r.IntN(2) == 0, "王芳", noon)
		p.person(err)
	case 4:
		p.person(p.s.EndJob(ctx, any, []pos.PrintState{pos.PrintDone, pos.PrintCancelled}[p.r.IntN(2)], "王芳"))
	case 5:
		if p.r.IntN(8) == 0 {
			p.restart()
		}
	default:
		p.spool(n, other)
	}
}

func (p *paperwork) person(err error) {
	if code := pos.CodeOf(err); code != pos.CodeNone && code != pos.CodeConflict && code != pos.CodeNotFound {
		p.t.Fatal(err)
	}
}

// spool does the next thing that a spool does. What it read may be long ago.
func (p *paperwork) spool(n int, other bool) {
	ctx := context.Background()
	switch {
	case p.sent[n] != nil:
		j := p.sent[n]
		state := []pos.PrintState{pos.PrintDone, pos.PrintUnconfirmed, pos.PrintFailed, pos.PrintQueued}[p.r.IntN(4)]
		if err := p.s.MarkJob(ctx, j.ID, state, j.Tries, pos.CodeNone, ""); err != nil {
			p.t.Fatalf("job %d is this spool's alone: %v", j.ID, err)
		}
		p.began[j.ID] = state == pos.PrintDone || state == pos.PrintUnconfirmed
		p.sent[n] = nil
	case p.hand[n] != nil:
		j := p.hand[n]
		p.hand[n] = nil
		switch err := p.s.MarkJob(ctx, j.ID, pos.PrintSending, j.Tries+1, pos.CodeNone, ""); {
		case err == nil:
			if p.began[j.ID] {
				p.t.Fatalf("job %d may be on paper and is sent again", j.ID)
			}
			j.Tries++
			p.sent[n] = j
		case pos.CodeOf(err) != pos.CodeConflict:
			p.t.Fatal(err)
		}
	default:
		j, err := p.s.NextJobOf(ctx, other)
		if err != nil {
			p.t.Fatal(err)
		}
		p.hand[n] = j
	}
}

// restart is a program that stopped at any moment: what was being sent may be on paper.
func (p *paperwork) restart() {
	if err := p.s.Close(); err != nil {
		p.t.Fatal(err)
	}
	want := 0
	for n := range p.sent {
		if j := p.sent[n]; j != nil {
			p.began[j.ID] = true
			want++
		}
		p.sent[n], p.hand[n] = nil, nil
	}
	p.s = mustOpen(p.t, p.dir)
	for i := range 2 { // each spool calls it
		if n, err := p.s.RecoverJobs(context.Background()); err != nil || n != want*(1-i) {
			p.t.Fatalf("%d recovered, want %d: %v", n, want, err)
		}
	}
}

// drain prints all that the printers find.
func (p *paperwork) drain() {
	for n := range p.sent {
		for {
			if j := p.sent[n]; j != nil {
				mark(p.t, p.s, j.ID, pos.PrintDone, j.Tries)
				p.sent[n] = nil
			} else if p.spool(n, n == 1); p.hand[n] == nil && p.sent[n] == nil {
				if p.spool(n, n == 1); p.hand[n] == nil { // what was in hand may have been taken away
					break
				}
			}
		}
	}
}
