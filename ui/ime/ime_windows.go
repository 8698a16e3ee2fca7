package ime

import "golang.org/x/sys/windows"

var (
	imm32       = windows.NewLazySystemDLL("imm32.dll")
	associate   = imm32.NewProc("ImmAssociateContext")
	associateEx = imm32.NewProc("ImmAssociateContextEx")
)

// useDefault gives a window back the context that windows have by themselves (IACE_DEFAULT, imm.h).
const useDefault = 0x0010

// Allow says whether the input method of a window works. It belongs to the window's own thread. On a system without the library nothing
// changes.
//
// Without a context (ImmAssociateContext with 0) the keys of the window are never taken.
// https://learn.microsoft.com/windows/win32/api/imm/nf-imm-immassociatecontext
func Allow(window uintptr, allowed bool) {
	if window == 0 || imm32.Load() != nil {
		return
	}
	if allowed {
		_, _, _ = associateEx.Call(window, 0, useDefault)
		return
	}
	_, _, _ = associate.Call(window, 0)
}
