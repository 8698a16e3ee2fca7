// Package central is what a notify relay keeps, in one file of SQLite or in a PostgreSQL that several relays share. The Go code and the
// statements are the same for both; only the definitions of the tables and the meaning of the drivers' errors differ.
//
//	table           what it is for
//	schema_version  which migrations have run
//	revision        one number, raised with every change of shops, tills, routes and keys; who raises it is alone at such a change
//	shop            a merchant's shop: its name, and its route for what concerns the whole shop
//	till            a till: its route, and the hashes of its pairing code, its token and the token that is offered to it
//	wechat_key      public keys of WeChat Pay that a shop's tills uploaded
//	notice          the mailbox: notices that the relay answered with success, until 48 hours after they came
//	relay, stream   which relay has the streams of which tills, as a lease that runs out by itself
//	ask, reply      what a relay asks the one that has a till's stream, and the answer: gone within seconds
//	blob            certificates and account of the relay's host name
//
// The mailbox is a set. What no till has taken is there, whatever came after it, and there is no cursor to run ahead of a row that another
// relay commits late. A notice is in it once, by till and id, and its row outlives its being taken, so that a copy that WeChat sends
// a day later is known.
//
// No key of a merchant and no token is in here. A notice is kept as it came: of the third API encrypted, of the second in plain XML, and
// only until a till has taken it.
package central
