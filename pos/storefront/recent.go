package storefront

import (
	"slices"
	"sync"
	"time"
)

// recent remembers what came lately: each thing for the same time, and no more than so many. Safe for concurrent use.
type recent[V any] struct {
	life time.Duration
	most int

	mu    sync.Mutex
	byKey map[string]V
	queue []arrival // the keys of byKey, oldest first
}

type arrival struct {
	key string
	at  time.Time
}

func newRecent[V any](life time.Duration, most int) *recent[V] {
	return &recent[V]{life: life, most: most, byKey: map[string]V{}}
}

// standing is what put found.
type standing int

const (
	added standing = iota
	known          // it is there; the value is the one that was put first
	full           // no room until something older is forgotten
)

// put remembers a value, unless there is one of that key.
func (r *recent[V]) put(key string, v V, now time.Time) (V, standing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) > 0 && now.Sub(r.queue[0].at) >= r.life {
		r.dropOldest()
	}
	if old, ok := r.byKey[key]; ok {
		return old, known
	}
	if len(r.queue) >= r.most {
		return v, full
	}
	r.byKey[key] = v
	r.queue = append(r.queue, arrival{key, now})
	return v, added
}

// forgetOldest makes room.
func (r *recent[V]) forgetOldest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) > 0 {
		r.dropOldest()
	}
}

// forget takes a key out.
func (r *recent[V]) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byKey, key)
	r.queue = slices.DeleteFunc(r.queue, func(a arrival) bool { return a.key == key })
}

func (r *recent[V]) dropOldest() {
	delete(r.byKey, r.queue[0].key)
	r.queue[0] = arrival{}
	r.queue = r.queue[1:]
}
