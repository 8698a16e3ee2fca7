package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// watchPeak tells the most memory that a process had, in bytes, once it has ended. What the system says of an ended one is of no use:
// it counts that of the process which started it.
func watchPeak(pid int) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var most int64
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, after, found := strings.Cut(string(status), "VmHWM:")
			if err != nil || !found {
				peak <- most
				return
			}
			var kib int64
			if _, err := fmt.Sscan(after, &kib); err == nil {
				most = max(most, kib<<10)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return peak
}
