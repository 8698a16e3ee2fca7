//go:build !linux

package printer

import "go.bug.st/serial"

func openSerial(name string, baud int) (SerialPort, error) {
	return serial.Open(name, &serial.Mode{BaudRate: baud, DataBits: 8, StopBits: serial.OneStopBit})
}
