package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// busyShifts makes a ledger with people and four shifts: one counted and closed, with a count before the last; one that began with
// late facts and closed by itself, printed since; one that closed by itself; one that is open, with a float declared late and a count.
func busyShifts(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	ctx := context.Background()
	s, c := clocked(tb, dir)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	mustAdd(tb, s, "老板", pos.RoleOwner, "1357")
	wang := mustAdd(tb, s, "王芳", pos.RoleCashier, "2468")
	wang.Role = pos.RoleManager
	_, err := s.ChangePerson(ctx, wang, "老板", noon)
	must(err)

	mustOpenShift(tb, s, yuan(200), noon)
	a := mustCash(tb, s, 1, sale(2), noon)
	mustMove(tb, s, pos.CashIn, 5000, noon)
	mustMove(tb, s, pos.CashPaidOut, 300, noon)
	mustCount(tb, s, yuan(100), noon)
	n := mustCount(tb, s, pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 2}}, Other: 5000}, noon.Add(time.Hour))
	mustClose(tb, s, pos.ShiftClose{Count: n.ID, Reason: "找错钱", Keep: 10000, By: "王芳", Signer: "老板", At: noon.Add(time.Hour)})
	_, err = s.PrintZ(ctx, 1, noon.Add(time.Hour), "王芳")
	must(err)
	mustRefund(tb, s, refund(1, a.Payment, 100)) // late
	mustCash(tb, s, 2, sale(1), noon.Add(2*time.Hour))

	c.now = noon.AddDate(0, 0, 1)
	mustCash(tb, s, 3, sale(1), c.now)
	_, err = s.PrintZ(ctx, 2, c.now, "王芳")
	must(err)
	c.now = noon.AddDate(0, 0, 2)
	mustMove(tb, s, pos.CashDrop, 200, c.now)
	mustOpenShift(tb, s, yuan(50), c.now)
	mustCount(tb, s, yuan(50), c.now)
	_, err = s.PrintX(ctx, c.now, "王芳")
	must(err)
	return s
}

func TestVerify_NamesEveryTamperingWithStaffAndShifts(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	s := busyShifts(t, source)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	// What says the same in the report, its hash and the row, as somebody would who knows how they hang together.
	whole := func(change string) []string {
		return []string{`UPDATE shift SET report = ` + change + ` WHERE z = 1`, `UPDATE print_job SET facts = json_set(facts, '$.report', json((SELECT report FROM shift WHERE z = 1))) WHERE z = 1`}
	}
	tests := map[string][]string{
		"nothing":                         nil,
		"staff name":                      {`UPDATE staff SET name = '王小' WHERE id = 2`},
		"staff role":                      {`UPDATE staff SET role = 'owner' WHERE id = 2`},
		"staff active":                    {`UPDATE staff SET active = 0 WHERE id = 2`},
		"staff pin":                       {`UPDATE staff SET pin = (SELECT pin FROM staff WHERE id = 2) WHERE id = 1`},
		"staff wrong":                     {`UPDATE staff SET wrong = -1 WHERE id = 1`},
		"staff wait":                      {`UPDATE staff SET wait = 1 WHERE id = 1`},
		"staff gone":                      {`DELETE FROM staff WHERE id = 2`},
		"staff added":                     {`INSERT INTO staff (id, name, role, active, pin, wrong) SELECT 9, '贼', 'owner', 1, pin, 0 FROM staff WHERE id = 1`},
		"shift day":                       {`UPDATE shift SET day = 20261201 WHERE id = 3`},
		"shift number":                    {`UPDATE shift SET number = 9 WHERE id = 2`},
		"shift numbers swapped":           {`UPDATE shift SET number = 9 WHERE id = 2`, `UPDATE shift SET number = 2 WHERE id = 1`, `UPDATE shift SET number = 1 WHERE id = 2`},
		"shift opened_at":                 {`UPDATE shift SET opened_at = opened_at + 1 WHERE id = 4`},
		"shift opened_by":                 {`UPDATE shift SET opened_by = '李明' WHERE id = 1`},
		"shift opened_by of nobody":       {`UPDATE shift SET opened_by = '李明' WHERE id = 4`},
		"shift first_seq":                 {`UPDATE shift SET first_seq = first_seq + 1 WHERE id = 4`},
		"shift first_seq of the first":    {`UPDATE shift SET first_seq = 2 WHERE id = 1`},
		"shift opened_seq":                {`UPDATE shift SET opened_seq = opened_seq + 1 WHERE id = 4`},
		"shift opened_seq before":         {`UPDATE shift SET opened_seq = opened_seq - 1 WHERE id = 2`},
		"shift float_entry":               {`UPDATE shift SET float_entry = float_entry - 1 WHERE id = 4`},
		"shift float_entry gone":          {`UPDATE shift SET float_entry = NULL, float_count = NULL WHERE id = 4`},
		"shift float_count":               {`UPDATE shift SET float_count = '{"other_fen":6000}' WHERE id = 4`},
		"shift float_count is none":       {`UPDATE shift SET float_count = '{"other_fen":-1}' WHERE id = 4`},
		"shift closed_at":                 {`UPDATE shift SET closed_at = closed_at + 1 WHERE id = 1`},
		"shift closed_by":                 {`UPDATE shift SET closed_by = '李明' WHERE id = 1`},
		"shift last_seq":                  {`UPDATE shift SET last_seq = last_seq - 1 WHERE id = 1`},
		"shift last_seq and first_seq":    {`UPDATE shift SET last_seq = last_seq + 1 WHERE id = 1`, `UPDATE shift SET first_seq = first_seq + 1 WHERE id = 2`},
		"shift reopened":                  {`UPDATE shift SET closed_at = 1, closed_by = '', last_seq = opened_seq WHERE id = 4`, `UPDATE shift SET closed_at = NULL, closed_by = NULL, last_seq = NULL, z = NULL, report = NULL, report_hash = NULL WHERE id = 3`},
		"shift without its report":        {`UPDATE shift SET z = NULL, report = NULL, report_hash = NULL WHERE id = 3`},
		"shift without its report, first": {`UPDATE shift SET z = NULL, report = NULL, report_hash = NULL WHERE id = 1`, `DELETE FROM print_job WHERE z IS NOT NULL`, `UPDATE shift SET z = z - 1 WHERE z > 0`},
		"shift z":                         {`UPDATE shift SET z = 9 WHERE id = 3`},
		"shift z swapped":                 {`UPDATE shift SET z = 9 WHERE id = 3`, `UPDATE shift SET z = 3 WHERE id = 2`, `UPDATE shift SET z = 2 WHERE id = 3`},
		"shift report":                    whole(`json_set(report, '$.sales', 7)`),
		"shift report figures":            whole(`json_set(report, '$.cash.kept_fen', 9000, '$.cash.to_safe_fen', 16000)`),
		"shift report signer":             whole(`json_set(report, '$.signer', '李明')`),
		"shift report counts":             whole(`json_set(report, '$.cash.counts', 1)`),
		"shift report open items":         whole(`json_set(report, '$.open', json('[{"kind":"payment","name":"x","amount_fen":1,"since":1}]'))`),
		"shift report spacing":            whole(`report || ' '`),
		"shift report_hash":               {`UPDATE shift SET report_hash = replace(report_hash, substr(report_hash, 1, 1), 'x') WHERE id = 1`},
		"shift gone":                      {`DELETE FROM shift WHERE id = 1`},
		"shift added":                     {`INSERT INTO shift (id, day, number, opened_at, opened_by, first_seq, opened_seq, closed_at, closed_by, last_seq) VALUES (9, 20261123, 1, 1, '', 99, 99, 1, '', 99)`},
		"shift added before":              {`INSERT INTO shift (id, day, number, opened_at, opened_by, first_seq, opened_seq, closed_at, closed_by, last_seq) VALUES (-1, 20261119, 1, 1, '', 1, 1, 1, '', 1)`},
		"sale of another shift":           {`UPDATE sale SET shift = 1 WHERE id = 2`},
		"movement kind":                   {`UPDATE cash_movement SET kind = 'cash-drop' WHERE id = 2`},
		"movement amount":                 {`UPDATE cash_movement SET amount = amount + 1 WHERE id = 1`},
		"movement reason":                 {`UPDATE cash_movement SET reason = '没有' WHERE id = 1`},
		"movement by":                     {`UPDATE cash_movement SET by = '李明' WHERE id = 1`},
		"movement approver":               {`UPDATE cash_movement SET approver = '李明' WHERE id = 1`},
		"movement at":                     {`UPDATE cash_movement SET at = at + 1 WHERE id = 1`},
		"movement shift":                  {`UPDATE cash_movement SET shift = 2 WHERE id = 1`},
		"movement entry":                  {`UPDATE cash_movement SET entry = entry - 1 WHERE id = 1`},
		"movement job":                    {`UPDATE cash_movement SET job = 1 WHERE id = 1`},
		"movement gone":                   {`DELETE FROM cash_movement WHERE id = 1`},
		"count sum":                       {`UPDATE drawer_count SET sum = sum + 1 WHERE id = 1`},
		"count":                           {`UPDATE drawer_count SET count = '{"other_fen":1}', sum = 1 WHERE id = 2`},
		"count expected":                  {`UPDATE drawer_count SET expected = expected + 1 WHERE id = 1`},
		"count head":                      {`UPDATE drawer_count SET head = 2 WHERE id = 2`},
		"count n":                         {`UPDATE drawer_count SET n = 9 WHERE id = 2`},
		"count shift":                     {`UPDATE drawer_count SET shift = 1, n = 3 WHERE id = 3`},
		"count gone":                      {`DELETE FROM drawer_count WHERE id = 2`},
		"count before the last gone":      {`DELETE FROM drawer_count WHERE id = 1`, `UPDATE drawer_count SET n = 1 WHERE id = 2`},
		"job facts of a Z report":         {`UPDATE print_job SET facts = json_set(facts, '$.report.sales', 7) WHERE z = 1 AND copy = 1`},
		"job hash of a Z report":          {`UPDATE print_job SET facts = json_set(facts, '$.entry_hash', '00') WHERE z = 1 AND copy = 1`},
		"job of another Z report":         {`UPDATE print_job SET z = 3, copy = 0 WHERE z = 1 AND copy = 1`},
		"job of no Z report":              {`UPDATE print_job SET z = 9, copy = 0 WHERE z = 1 AND copy = 1`},
		"job copy of a Z report":          {`UPDATE print_job SET copy = 5 WHERE z = 1 AND copy = 1`},
		"job of a close gone":             {`DELETE FROM print_job WHERE z = 1`},
		"job facts of a slip":             {`UPDATE print_job SET facts = json_set(facts, '$.amount_fen', 1) WHERE document = 'cash' AND id = (SELECT job FROM cash_movement WHERE id = 1)`},
		"job of a slip gone":              {`DELETE FROM print_job WHERE id = (SELECT job FROM cash_movement WHERE id = 1)`},
		"job slip of no movement":         {`INSERT INTO print_job (document, copy, state, tries, cause, queued_at, facts) VALUES ('cash', 0, 'queued', 0, '', 1, '{}')`},
		"job document":                    {`UPDATE print_job SET document = 'sale' WHERE document = 'x'`},
		"job without facts":               {`UPDATE print_job SET facts = NULL WHERE document = 'x'`},
		"job head of an X report":         {`UPDATE print_job SET facts = json_set(facts, '$.report.to_entry', 1) WHERE document = 'x'`},
		"job sums of an X report":         {`UPDATE print_job SET facts = json_set(facts, '$.report.drawer_opened', 1) WHERE document = 'x'`},
		"job of an X report":              {`UPDATE print_job SET facts = json_set(facts, '$.report.cash.expected_fen', 1) WHERE document = 'x'`},
		"trigger gone":                    {`CREATE TABLE extra (a)`},
	}
	tamperEach(t, image, tests)
}

func TestTriggers_KeepStaffAndShifts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := busyShifts(t, dir)
	db := raw(t, dir)
	for _, table := range []string{"staff", "shift", "cash_movement", "drawer_count"} {
		if _, err := db.Exec(`DELETE FROM ` + table); err == nil {
			t.Errorf("rows of %s can be deleted", table)
		}
	}
	for _, change := range []string{
		`UPDATE shift SET closed_by = 'x' WHERE id = 1`, `UPDATE shift SET report = '{}' WHERE id = 1`, `UPDATE shift SET opened_by = 'x' WHERE id = 4`,
		`UPDATE shift SET first_seq = 1 WHERE id = 4`, `UPDATE shift SET float_count = '{}' WHERE id = 4`, `UPDATE shift SET z = 9 WHERE id = 4`,
		`UPDATE shift SET closed_at = 1 WHERE id = 4`, `UPDATE cash_movement SET amount = 1`, `UPDATE drawer_count SET sum = 1`,
		`UPDATE print_job SET facts = '{}' WHERE facts IS NOT NULL`, `UPDATE print_job SET sale = 1 WHERE sale IS NULL`,
		`INSERT INTO print_job (document, copy, state, tries, cause, queued_at) VALUES ('x', 0, 'queued', 0, '', 1)`,
		`INSERT INTO print_job (document, copy, state, tries, cause, queued_at, facts) VALUES ('x', 0, 'queued', 0, '', 1, 'no')`,
		`UPDATE staff SET role = 'boss'`, `UPDATE staff SET pin = '1357'`, `UPDATE staff SET wrong = 0, wait = 5`, `UPDATE staff SET name = ''`,
		`INSERT INTO staff (name, role, active, pin, wrong) SELECT name, role, active, pin, 0 FROM staff WHERE id = 1`,
	} {
		if _, err := db.Exec(change); err == nil {
			t.Errorf("allowed: %s", change)
		}
	}
	mustVerify(t, s)
}
