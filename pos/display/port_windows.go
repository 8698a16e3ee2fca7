package display

import "go.bug.st/serial"

// openPort opens a port. Emptying it (PurgeComm) ends a write that hangs.
func openPort(device string, baud int) (Port, error) {
	line, err := serial.Open(device, mode(baud))
	if err != nil {
		return nil, err
	}
	return comPort{line}, nil
}

type comPort struct{ serial.Port }

func (p comPort) Interrupt() { _ = p.ResetOutputBuffer() }
