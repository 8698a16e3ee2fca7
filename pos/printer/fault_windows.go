package printer

import (
	"syscall"

	"golang.org/x/sys/windows"

	"guitai/pos"
)

const refused = windows.WSAECONNREFUSED

// numbered is what the numbers of errors mean.
var numbered = map[pos.Code][]syscall.Errno{
	pos.CodePrinterPort: {
		windows.WSAECONNREFUSED, windows.WSAEADDRNOTAVAIL, windows.ERROR_INVALID_PRINTER_NAME, windows.ERROR_INVALID_PARAMETER,
	},
	pos.CodePrinterOff: {
		windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN, windows.WSAETIMEDOUT,
		windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.ERROR_FILE_NOT_FOUND, windows.ERROR_DEVICE_NOT_CONNECTED,
		windows.ERROR_BAD_COMMAND, windows.ERROR_OPERATION_ABORTED, windows.ERROR_SEM_TIMEOUT, windows.ERROR_GEN_FAILURE,
	},
	pos.CodePrinterBusy:   {windows.ERROR_BUSY, windows.ERROR_SHARING_VIOLATION},
	pos.CodePrinterAccess: {windows.ERROR_ACCESS_DENIED},
	pos.CodePaper:         {windows.ERROR_OUT_OF_PAPER},
}
