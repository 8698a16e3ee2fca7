// Package guide embeds the pages of the guide that a program shows itself, for everybody who works with the till. Each is there in Chinese
// and in English, and begins with its title.
//
// A key is written as [`F9`](key:wechat): by its default, and by the action whose key it is, since a shop may have given it another one.
package guide

import "embed"

//go:embed *.zh-CN.md *.en.md
var files embed.FS

// Page is a page, as Markdown.
type Page struct {
	ID   string
	Text string
}

// order is the pages in the order they are read in: first what a cashier does all day.
var order = []string{
	"selling", "finding", "discounts", "hold", "tenders", "returns", "keys", "practice", "trouble",
	"staff-and-shifts", "takings-and-sales", "goods", "paper-and-printer", "customer-display", "setting-up",
	"exports", "getting-bills", "reconciling", "relay",
}

// Pages are the pages in a language ("zh-CN", "en"; any other has Chinese).
func Pages(lang string) []Page {
	if lang != "en" {
		lang = "zh-CN"
	}
	all := make([]Page, 0, len(order))
	for _, id := range order {
		if text := page(id, lang); text != "" {
			all = append(all, Page{id, text})
		}
	}
	return all
}

func page(id, lang string) string {
	text, err := files.ReadFile(id + "." + lang + ".md")
	if err != nil {
		return "" // a test sees to it that each is there
	}
	return string(text)
}

// The notify relay: for a shop, a dealer, and whoever writes the shop's mini-program or app.
var RelayZH, RelayEN = page("relay", "zh-CN"), page("relay", "en")
