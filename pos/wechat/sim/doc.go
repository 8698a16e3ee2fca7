// Package sim is WeChat's side of WeChat Pay as one http.Handler, for practice, demonstrations and tests.
//
// It is written from the WeChat Pay documentation alone and imports nothing else of this module, so that it can disagree
// with the client: it has its own XML reader and its own signer, and it refuses what the real service refuses. It answers
// API v2 (XML) orders of trade type NATIVE:
//
//	POST /pay/unifiedorder   a prepay order and its code_url
//	POST /pay/orderquery     the trade as it is now
//	POST /pay/closeorder     end an unpaid order
//
// the same under every prefix of Options.Prefixes (by default /api and /api2, so that one port can stand for the two host
// names of the real service), and it sends payment notices to the order's notify_url.
//
// # State
//
// Everything is kept in memory and is gone with the process: a simulator that is started again knows no order it took
// before, and answers ORDERNOTEXIST for them. No money exists here and no request ever leaves for the real service; the only
// outgoing requests are notices, to the notify_url the merchant named.
//
// # Clock
//
// There is one clock: the time of day plus Options.Skew. Order expiry, time_end and the Date header follow it. Waiting
// (notice retries, a payer's typing, CloseMinAge) is on the same clock divided by Options.Scale, so that a day of retries can
// be watched in a minute while an order still lives as long as its time_expire promised. All waiting uses package time and
// contexts, hence it runs in virtual time inside a testing/synctest bubble.
//
// # Ways to use it
//
// As a server: http.Server{Handler: s}. In process, without sockets, also inside a synctest bubble:
//
//	s, err := sim.New(sim.Options{})
//	defer s.Close() // stops and waits for every goroutine
//	client := &http.Client{Transport: s.RoundTripper()}
//	s.Script("", sim.Act{Kind: sim.PayNow, ScanAfter: 3 * time.Second}) // the payer of the next order
//
// From outside: program wxsim.
//
// # Payers
//
// [Sim.Pay] acts as a payer now, on a code_url or an out_trade_no; [Sim.Script] tells the payer of a coming order what to do.
// [Acts] lists what payers can do. A payer is refused, by one of the Err values, where the phone of a real one would be: a
// code that a newer code replaced, an order that is closed, expired, already paid, or being paid by somebody else.
//
// # Faults
//
// [Sim.SetFault] makes the service, the network or the notices misbehave, a number of times or always; [Faults] lists the
// names. At most one fault meets a request: the first of that list which matches.
//
// # Refusals
//
// What is refused before the signature is known to be good (method, XML, encoding, missing sign, unknown mch_id, SIGNERROR) is
// answered as the real service does: return_code FAIL, a return_msg, no err_code and no signature. Everything later is signed,
// return_code SUCCESS, result_code FAIL with err_code. closeorder on an order younger than Options.CloseMinAge is refused with
// err_code [CodeCloseTooEarly].
//
// # The page and the JSON API
//
// GET / is the customer's phone. It and everything under /sim/ answer only to a loopback Host (unless Options.AnyHost), and
// changes only to requests of the same origin. Times are RFC 3339, money is integer fen, durations are milliseconds.
//
//	GET  /sim/orders               {"orders":[{out_trade_no, state, total_fee, code_url, ...}]}, newest first
//	GET  /sim/deliveries           {"deliveries":[{id, out_trade_no, kind, state, attempts:[...]}]}, newest first
//	GET  /sim/calls                {"calls":[{path, out_trade_no, code, fault, ...}]}, newest first
//	GET  /sim/faults               {"faults":[{name, count, path, about}]}; count -1 is always, 0 is off
//	POST /sim/pay                  {"order": code_url or out_trade_no, "act": "pay", "scan_after_ms", "type_for_ms",
//	                               "amount", "currency", "open_id"} -> {"order":{...}}
//	POST /sim/script               the same body; "order" may be empty for the next order -> 204
//	POST /sim/faults               {"fault": "no-answer=2@orderquery"} -> 204
//
// POST bodies are application/json. An error is {"error": code, "message": text}: 400 not understood, 404 no such order, 409
// the payer is refused.
package sim
