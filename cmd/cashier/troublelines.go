//go:build windowless

package main

import "guitai/pos/config"

// showEnding has said it on standard error.
func showEnding(ending) {}

// askMoved has nobody to ask.
func askMoved(string, config.Folder, config.Config, bool) moving { return unasked }
