package main

import (
	"guitai/assets/guide"
)

// guide prints the guide, whole.
func (p *program) guide(args []string) error {
	others, err := p.parse(p.flags("relay guide"), args)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return usage("extra", "relay guide", others[0])
	}
	text := guide.RelayZH
	if p.words().lang == english {
		text = guide.RelayEN
	}
	return say(p.stdout, "%s", text)
}
