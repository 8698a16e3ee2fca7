//go:build !windows

package printer

import (
	"syscall"

	"guitai/pos"
)

const refused = syscall.ECONNREFUSED

// numbered is what the numbers of errors mean.
var numbered = map[pos.Code][]syscall.Errno{
	pos.CodePrinterPort: {syscall.ECONNREFUSED, syscall.ENOTTY, syscall.EINVAL, syscall.EISDIR, syscall.ENOTDIR, syscall.EADDRNOTAVAIL},
	pos.CodePrinterOff: {
		syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN, syscall.ETIMEDOUT,
		syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, syscall.ENODEV, syscall.ENXIO, syscall.EIO, syscall.ESHUTDOWN,
	},
	pos.CodePrinterBusy:   {syscall.EBUSY},
	pos.CodePrinterAccess: {syscall.EACCES, syscall.EPERM},
	pos.CodePaper:         {syscall.ENOSPC}, // usblp, when the port says so
}
