package checkout

import (
	"strconv"
	"time"

	"guitai/pos"
)

// ledgerTrouble tells people that the books could not be written: what was being done did not happen.
func (t *Till) ledgerTrouble(op string, err error) {
	code := pos.CodeOf(err)
	t.cfg.Log.Error("ledger", "op", op, "code", code, "err", err)
	t.health.Ledger = pos.Part{Light: pos.LightBad, Cause: code, At: t.health.Ledger.At}
	t.say(pos.MsgAlarm, "ledger-trouble", string(code))
}

func (t *Till) ledgerFine() {
	if t.health.Ledger.Light != pos.LightOK {
		t.dirty = true
		t.inbox.again = time.Now() // what was missed while it could not be read
	}
	t.health.Ledger = pos.Part{Light: pos.LightOK, At: t.cfg.Clock.Now()}
}

type troubled struct{ err error }

func (e troubled) handle(t *Till) { t.ledgerTrouble("check", e.err) }

type vitals struct{ v pos.Vitals }

func (e vitals) handle(t *Till) {
	if e.v.DiskFree >= 0 && e.v.DiskFree < pos.LowDisk && (t.health.DiskFree < 0 || t.health.DiskFree >= pos.LowDisk || t.health.BackupAt.IsZero()) {
		t.mention(pos.MsgWarn, "disk-low", strconv.FormatInt(e.v.DiskFree>>20, 10)+" MiB")
	}
	t.health.Vitals, t.dirty = e.v, true
	t.remind()
}

// backupOld is from how old the newest backup is pointed out by itself, once a day; the health panel does so sooner.
const backupOld = 72 * time.Hour

// remind says once a day that no backup was made for days.
func (t *Till) remind() {
	now := t.cfg.Clock.Now()
	age := now.Sub(t.health.BackupAt)
	if t.health.BackupAt.IsZero() || age < backupOld || now.Sub(t.reminded).Abs() < 24*time.Hour {
		return
	}
	t.reminded = now
	t.mention(pos.MsgWarn, "backup-old", strconv.Itoa(int(age/(24*time.Hour))))
}

// backupTrouble is a backup that was not made, or not copied to another place.
type backupTrouble struct {
	copied bool // it was made
	err    error
}

func (e backupTrouble) handle(t *Till) {
	t.cfg.Log.Error("backup", "code", pos.CodeOf(e.err), "err", e.err)
	code := string(pos.CodeOf(e.err))
	switch {
	case e.copied:
		t.mention(pos.MsgWarn, "backup-copy-failed", code)
	case pos.CodeOf(e.err) == pos.CodeCorrupt: // the copy is as the books are: they do not prove themselves
		t.ledgerTrouble("back up", e.err)
	default:
		t.mention(pos.MsgWarn, "backup-failed", code)
	}
}

type display struct{ part pos.Part }

func (e display) handle(t *Till) {
	t.health.Display, t.dirty = e.part, true
}

type printer struct{ part pos.Part }

func (e printer) handle(t *Till) {
	t.health.Printer, t.dirty = e.part, true // also when it is as it was: there may be another printer now, or none
}
