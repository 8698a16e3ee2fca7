package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/store"
)

// imagesADay is how many disks are made of one recorded day.
const imagesADay = 2_000

// carelessImages are enough for the planted defect to show.
const carelessImages = 200

// verifyEvery is how many images go by between two whose books are proved entry by entry.
const verifyEvery = 20

// power records days and cuts their power at every write and sync.
func power(r *run) error {
	if err := straceWorks(); err != nil {
		return err
	}
	images := r.size(100_000, 300)
	aDay := min(images, imagesADay)
	err := r.each((images+aDay-1)/aDay, func(c *one) error { return c.cutDay(r.bin, aDay) })
	if err != nil || r.set.only >= 0 {
		return err
	}
	return r.careless()
}

// careless plants a till that does not sync its commits. A harness that finds nothing wrong with it proves nothing.
func (r *run) careless() error {
	bin, err := buildCareless(r.ctx, r.bin)
	if err != nil {
		return err
	}
	c := &one{run: r, number: 1 << 20, random: newRandom(r.set.seed, 1<<20), dir: filepath.Join(r.dir, "careless-shop")}
	if err := c.cutDay(bin, carelessImages); err != nil {
		return err
	}
	if len(c.found) == 0 {
		return errors.New("a till with synchronous=NORMAL lost nothing: these images would not find a lost sale")
	}
	r.note("synchronous=NORMAL is caught in %d of %d images", len(c.found), c.rounds)
	return nil
}

// cutDay records a day and makes images of it.
func (c *one) cutDay(bin programs, images int) error {
	fresh := c.number%5 == 4 // the till makes its ledger under the recorder
	s, err := c.shop(bin, !fresh)
	if err != nil {
		return err
	}
	defer s.close()
	before, err := newDisk(s.data, ledgerFile)
	if err != nil {
		return err
	}
	ops, err := s.record(before)
	if err != nil {
		return err
	}
	return c.cutEverywhere(before, ops, images, &imageJudge{orders: map[string]bool{}})
}

// record plays a day under the recorder.
func (s *shop) record(before *disk) ([]op, error) {
	log := filepath.Join(filepath.Dir(s.data), "recording")
	t, err := s.startTill(nil, recorder(log)...)
	if err != nil {
		return nil, err
	}
	play := func() error {
		if s.sold == 0 { // without goods it can only open; they come by the ledger program, which is not recorded
			return (&cashier{shop: s, till: t}).tidy()
		}
		for range 12 {
			err := (&cashier{shop: s, till: t}).serve(s.draw())
			if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errWaiting) {
				return err
			}
		}
		return nil
	}
	err = play()
	if s.random.IntN(2) == 0 { // else the log is not moved into the file at the end
		t.leave()
	}
	t.kill()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, t.errs.String())
	}
	return readRecording(log, s.data, ledgerFile, before.paths())
}

// cutEverywhere makes images at every op that changed what the power can take.
func (c *one) cutEverywhere(d *disk, ops []op, images int, j imageMaker) error {
	dir, err := os.MkdirTemp(memory(), "guitai-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is in memory or in the temporary folder
	cuts := 0
	for _, o := range ops {
		if o.kind <= opUnlink {
			cuts++
		}
	}
	if cuts == 0 {
		return errors.New("the recording has no writes")
	}
	made, past := 0, 0
	for i, o := range ops {
		if c.run.ctx.Err() != nil {
			break
		}
		d.apply(o)
		j.learn(o)
		c.sales = j.told()
		if o.kind > opUnlink {
			continue
		}
		past++
		for n := 0; made*cuts < images*past; n++ { // as many images as are due by this cut
			made++
			how := cutSubset
			if n < len(everyCut) {
				how = everyCut[made%len(everyCut)]
			}
			what, err := j.judge(d, dir, how, c.random)
			if err != nil {
				return err
			}
			c.rounds++
			c.faults++
			if what != "" {
				c.broken(fmt.Sprintf("%s (the power went after call %d of %d, image %d)", what, i+1, len(ops), made))
			}
			if !d.unsure() { // any other image of this moment is the same
				break
			}
		}
	}
	return nil
}

// everyCut are all the ways of losing power.
var everyCut = []cut{cutNone, cutAll, cutSubset}

// memory is a folder whose files are in memory, where there is one: an image is read once.
func memory() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		return shm
	}
	return ""
}

// imageMaker judges images by what the program has told the world so far.
type imageMaker interface {
	learn(o op)
	told() int
	// judge makes an image and returns the promise that is broken, "" for none.
	judge(d *disk, dir string, how cut, random *rand.Rand) (string, error)
}

const ledgerFile = "ledger.db"

// imageJudge knows what the till has told the world so far.
type imageJudge struct {
	acks   []snapshot
	orders map[string]bool
	n      int
}

func (j *imageJudge) told() int { return len(j.acks) }

func (j *imageJudge) learn(o op) {
	switch o.kind {
	case opAck:
		if len(j.acks) == 0 || j.acks[len(j.acks)-1].Receipt != o.ack.Receipt {
			j.acks = append(j.acks, o.ack)
		}
	case opOrder:
		j.orders[o.path] = true
	}
}

var imageShop = pos.Shop{ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.FixedZone("CST", 8*3600), Starts: 4 * time.Hour}}

// judge makes an image and opens it as the till would. It returns the promise that is broken, "" for none.
func (j *imageJudge) judge(d *disk, dir string, how cut, random *rand.Rand) (string, error) {
	j.n++
	place := filepath.Join(dir, strconv.Itoa(j.n))
	if err := os.Mkdir(place, 0o700); err != nil {
		return "", err
	}
	defer os.RemoveAll(place) //nolint:errcheck // see cutEverywhere
	if err := d.image(place, how, random); err != nil {
		return "", err
	}
	ctx := context.Background()
	books, err := store.Open(ctx, store.Options{Dir: place, Shop: imageShop})
	if err != nil {
		return fmt.Sprintf("the books open after a power cut: %v", err), nil
	}
	defer books.Close() //nolint:errcheck // the image is thrown away
	return j.holds(ctx, books)
}

// holds compares the books with what the till told the world: acknowledged sales are there, whole, and every order that
// left for WeChat was written down before.
func (j *imageJudge) holds(ctx context.Context, books *store.Store) (string, error) {
	today := imageShop.Calendar.DayOf(time.Now())
	span := pos.Span{From: imageShop.Calendar.DayOf(time.Now().AddDate(0, 0, -2)), To: today}
	sales := map[string]pos.Fen{}
	err := books.EachSale(ctx, span, func(r pos.SaleRow) error {
		if r.Sale.State == pos.SaleClosed {
			sales[r.Sale.Receipt.String()] = r.Sale.Net()
		}
		return nil
	})
	orders, paid := map[string]bool{}, map[string]pos.Fen{}
	if err == nil {
		err = books.EachPayment(ctx, span, func(r pos.PaymentRow) error {
			orders[r.Payment.OutTradeNo] = true
			if r.Payment.State == pos.Paid {
				paid[r.Receipt.String()] += r.Payment.Amount
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Sprintf("the books can be read after a power cut: %v", err), nil
	}
	for _, a := range j.acks {
		if want := pos.Fen(a.Done.Amount); sales[a.Receipt] != want || paid[a.Receipt] != want {
			return fmt.Sprintf("an acknowledged sale outlives a power cut: %s of %v is a sale of %v with payments of %v",
				a.Receipt, want, sales[a.Receipt], paid[a.Receipt]), nil
		}
	}
	for no := range j.orders {
		if !orders[no] {
			return fmt.Sprintf("an order is on disk before a byte goes to WeChat: %s is not", no), nil
		}
	}
	if j.n%verifyEvery == 0 {
		if v, err := books.Verify(ctx); err != nil || !v.OK() {
			return fmt.Sprintf("the books prove themselves after a power cut: %v %v", v.Faults, err), nil
		}
	}
	return "", nil
}
