//go:build !windows

package ime

// Allow says whether the input method of a window works. It belongs to the window's own thread.
func Allow(window uintptr, allowed bool) {}
