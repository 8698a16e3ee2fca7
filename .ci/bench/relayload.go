package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
)

// noticeBody is as long as a notice of WeChat's, and none is like another.
func noticeBody(n int) []byte {
	return fmt.Appendf(nil, "<xml><n>%d</n><attach>%0860d</attach></xml>", n, n)
}

// posted is what callers got done in [relayPoint].
type posted struct {
	first, last int // notices of these numbers
	within      time.Duration
	took        []time.Duration // of each, sorted
	began       *sync.Map       // number -> time.Time
}

func (p posted) rate() float64 { return float64(len(p.took)) / p.within.Seconds() }

func quantile(sorted []time.Duration, q float64) float64 {
	return float64(sorted[int(q*float64(len(sorted)-1))])
}

// number is of the last notice: none comes twice in one run.
var number atomic.Int64

// post lets so many callers post, each one notice after another on a connection of its own.
func post(ctx context.Context, callers int, url func(n int) string) (posted, error) {
	p := posted{first: int(number.Load()) + 1, began: &sync.Map{}}
	all, errs := make([][]time.Duration, callers), make([]error, callers)
	began := time.Now()
	end := began.Add(relayPoint)
	var calling sync.WaitGroup
	for c := range callers {
		calling.Go(func() {
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: 10 * time.Second}
			defer client.CloseIdleConnections()
			for errs[c] == nil && time.Now().Before(end) {
				n := int(number.Add(1))
				start := time.Now()
				p.began.Store(n, start)
				errs[c] = postOne(ctx, client, url(n), noticeBody(n))
				all[c] = append(all[c], time.Since(start))
			}
		})
	}
	calling.Wait()
	p.within, p.last, p.took = time.Since(began), int(number.Load()), slices.Concat(all...)
	slices.Sort(p.took)
	return p, errors.Join(errs...)
}

func postOne(ctx context.Context, client *http.Client, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !bytes.Contains(text, []byte("SUCCESS")) {
		return fmt.Errorf("answered %d %s %w", resp.StatusCode, text, err)
	}
	return nil
}

// nearTills are connected by the client that the till has. They take everything at once.
type nearTills struct {
	arrived *sync.Map // number -> time.Time
	stop    context.CancelFunc
	running sync.WaitGroup
}

func connectTills(ctx context.Context, url string, tills []relayTill) (*nearTills, error) {
	ctx, stop := context.WithCancel(ctx)
	k := &nearTills{arrived: &sync.Map{}, stop: stop}
	there := make(chan struct{}, len(tills))
	for _, t := range tills {
		c, err := relay.NewClient(relay.ClientConfig{URL: url, Token: t.token})
		if err != nil {
			stop()
			return nil, err
		}
		var once sync.Once
		k.running.Go(func() {
			_ = c.Run(ctx, k.handle, func(p pos.Part) { // ends with ctx
				if p.Light == pos.LightOK {
					once.Do(func() { there <- struct{}{} })
				}
			})
		})
	}
	for range tills {
		select {
		case <-there:
		case <-time.After(30 * time.Second):
			k.close()
			return nil, errors.New("the tills are not connected within 30 s")
		}
	}
	return k, nil
}

func (k *nearTills) handle(_ context.Context, r pos.RelayRequest) pos.RelayAnswer {
	now := time.Now()
	var n int
	if _, err := fmt.Sscanf(string(r.Body), "<xml><n>%d<", &n); err == nil {
		k.arrived.LoadOrStore(n, now)
	}
	return pos.RelayAnswer{Status: http.StatusOK, ContentType: "text/xml", Body: []byte("<xml><return_code>SUCCESS</return_code></xml>")}
}

func (k *nearTills) begin() { k.arrived.Clear() }

// took is how long each notice was on its way, sorted.
func (k *nearTills) took(p posted) ([]time.Duration, error) {
	var all []time.Duration
	for n := p.first; n <= p.last; n++ {
		at, ok := k.arrived.Load(n)
		if !ok {
			return nil, fmt.Errorf("notice %d was answered and did not arrive", n)
		}
		began, _ := p.began.Load(n) // it was stored before it was posted
		all = append(all, at.(time.Time).Sub(began.(time.Time)))
	}
	slices.Sort(all)
	return all, nil
}

func (k *nearTills) close() {
	k.stop()
	k.running.Wait()
}
