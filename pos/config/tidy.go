package config

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/text/width"
)

// printerPort is where receipt printers listen unless told otherwise.
const printerPort = "9100"

// Compact is text without any space, in half-width characters: what a person pasted, or typed on a Chinese keyboard.
func Compact(s string) string { return strings.Join(strings.Fields(width.Fold.String(s)), "") }

// HostPort puts the address of a network printer right where a person should not be troubled with it: spaces, full-width
// characters, tcp:// in front, and the port that receipt printers have if there is none.
func HostPort(typed string) string {
	address := strings.TrimPrefix(strings.ReplaceAll(Compact(typed), "。", "."), "tcp://")
	_, err := netip.ParseAddr(strings.Trim(address, "[]"))
	switch {
	case address == "":
		return ""
	case err == nil:
		return net.JoinHostPort(strings.Trim(address, "[]"), printerPort)
	case !strings.Contains(address, ":"):
		return address + ":" + printerPort
	}
	return address
}
