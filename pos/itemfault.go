package pos

import (
	"fmt"
	"strings"
)

// ItemFault is why an item, or a row of an items file, is not taken. What says it in plain English, for a terminal and the log; the window
// says the same in the shop's language by ID and Args (words "item-fault."+ID). An ID without words is said by What.
type ItemFault struct {
	Line int    // of the file, from 1, the header's is 1; 0 of an item that is saved
	ID   string // one of [ItemFaultIDs]
	Args []string
	What string
}

func (f ItemFault) Error() string {
	if f.Line == 0 {
		return f.What
	}
	return fmt.Sprintf("line %d: %s", f.Line, f.What)
}

// ItemFaultIDs lists what can be wrong, with what Args says in brackets.
var ItemFaultIDs = []string{
	"no-header", "not-utf8", "not-items", "column-unknown", "column-twice", "column-missing", // [column]
	"cells", "csv", "empty",
	"name", "text", "price", "member", "cost", "tax", "yes-no", "colour", "photo", "weighed-unit", // [what stands there]
	"no-code", "code-spreadsheet", "code-check", "code-goods", "code-plain", // [code]
	"code-twice", "plu-twice", // [code, line]
	"same-item",               // [line]
	"code-taken", "plu-taken", // [code, name of the item that has it]
	"code-split", // [code]
}

// ItemFaults is everything that is wrong with an item or a file. It comes with CodeInvalid.
type ItemFaults []ItemFault

func (all ItemFaults) Error() string {
	const most = 20
	var b strings.Builder
	for i, f := range all {
		if i == most {
			fmt.Fprintf(&b, "\nand %d more", len(all)-most)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.Error())
	}
	return b.String()
}
