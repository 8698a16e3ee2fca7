// Package config is the till's settings: what a shop writes in config.toml, what each key may hold, and where its secrets
// are kept.
//
// # Settings
//
// One table (settings.go) names every key once, with its place in [Config], its rule and the comment it is saved with.
// Reading, checking and saving all walk that table, so a key cannot be known to one of them and not to the others.
//
// [Load] reads a file and reports everything that is wrong with it in one go, as [Errors]: each names the dotted key and
// its line. These errors never repeat a value from the file: it may be a secret in the wrong place, and the line number shows
// the reader what is there anyway. Only a well-formed reference to a secret is named, once it is found to lead nowhere.
//
// # Secrets
//
// The file never holds a secret, only a [Secret]: a reference of the form keyring:NAME, env:NAME or file:PATH. A secret
// written out is an error. The value exists only in what [Secret.Resolve] returns; nothing in this package prints, logs or
// stores it in any other way.
//
// # The data folder
//
// [Folder] is where a till keeps everything. Relative paths in the settings are relative to it.
package config
