// Package sim is WeChat's side of WeChat Pay as one http.Handler, for practice, demonstrations and tests.
//
// It is written from the WeChat Pay documentation alone and imports nothing else of this module, so that it can disagree
// with the client: it has its own XML reader and its own signer, and it refuses what the real service refuses. It answers
// API v2 (XML):
//
//	POST /pay/unifiedorder    a prepay order: NATIVE and its code_url, JSAPI, APP
//	POST /pay/micropay        charge a customer's payment code (付款码支付)
//	POST /pay/orderquery      the trade as it is now
//	POST /pay/closeorder      end an unpaid order; not for micropay
//	POST /secapi/pay/reverse  end a micropay for good, and give back what it took
//	POST /secapi/pay/refund   give back a payment or part of it
//	POST /pay/refundquery     the refunds of a payment as they are now
//	POST /pay/downloadbill    the trade bill of a day: what was paid, refunded and reversed
//	POST /pay/downloadfundflow  what moved on the merchant's balance on a day; with the certificate
//
// and of api.weixin.qq.com
//
//	GET  /sns/jscode2session  the openid of a login code (wx.login), once, within five minutes
//
// and the interface for apps of 2014, which was retired: nobody can open an account of it any more (Options.V1)
//
//	GET  /cgi-bin/token       an access_token: 7200 s, 200 a day, a new one ends the one before
//	POST /pay/genprepay       an order of the app: its package by MD5, its app_signature by SHA-1
//	POST /pay/orderquery      the trade as it is now; told from API v2's by the access_token in the address
//	POST /pay/delivernotify   the goods of a payment went out
//
// the same under every prefix of Options.Prefixes (by default /api and /api2, so that one port can stand for the two host
// names of the real service). It sends payment notices to the order's notify_url and refund notices to the refund's.
//
// # State
//
// Without Options.State everything is kept in memory and is gone with the process. With it, orders, payments, refunds,
// reversals, payment codes and notices are in a file, and what a payer, a refund or a notice was going to do is taken up again
// after a restart; what was due meanwhile happens at once. A change is synced to the disk before any answer, notice or method
// tells of it, so whoever kills this process or the till never finds the simulator to have forgotten what it said. If the file
// cannot be written, every request is answered 503 from then on. Scripts, faults and the log of calls are not kept. Keys are
// not in the file, but payment codes and orders are: treat it as practice data.
//
// No money exists here and no request ever leaves for the real service; the only outgoing requests are notices, to the
// notify_url the merchant named, and questions to the addresses of [Shop].
//
// # Clock
//
// There is one clock: the time of day plus Options.Skew. Order expiry, time_end and the Date header follow it. Waiting
// (notice retries, a payer's typing, refunds on their way, CloseMinAge, ReverseMinAge) is on the same clock divided by
// Options.Scale, so that a day of retries can be watched in a minute while an order still lives as long as its time_expire
// promised. All waiting uses package time and contexts, hence it runs in virtual time inside a testing/synctest bubble.
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
// The calls under /secapi ask for the merchant's certificate when Options.RequireCert is set. [NewCertificates] makes what
// both ends need for real mutual TLS; [Sim.RoundTripperWithCert] pretends it in process.
//
// # Payers who scan
//
// [Sim.Pay] acts as a payer now, on a code_url or an out_trade_no; [Sim.Script] tells the payer of a coming order what to do.
// [Acts] lists what payers can do, among them paying twice (a second transaction_id of one order), paying after the order was
// closed, expired or reversed, another amount and another currency. A payer is refused, by one of the Err values, where the
// phone of a real one would be: a code that a newer code replaced, an order that is closed, expired, already paid, or being
// paid by somebody else.
//
// # Apps of a merchant
//
// Several appids may be bound to one mch_id; [PracticeApps] are the counter, the mini-program and the app of the practice merchant. An
// order may be asked about, closed and refunded under any of them, and is always answered with its own. An openid is of one appid
// ([OpenID] makes them): another appid's is refused. A JSAPI order is for the payer whom its openid names, and so is a NATIVE one that
// has an openid. A JSAPI or APP order has no code: it is paid with what the shop signed, inside the mini-program or the app.
//
// # Product codes
//
// [Sim.ScanProduct] is a payer who scans a printed product code (Native mode 1). The code is proven; then the merchant's callback address
// ([Shop], [Sim.SetShop]) is asked and has Options.NoticeTimeout to answer with the prepay_id of a NATIVE
// order for that product. All of that is signed by MD5, since nothing in it has a sign_type. [Sim.Callbacks] is the log. What the phone says when there is nothing to pay comes as [Refused].
//
// # The shop's mini-program and app
//
// [Sim.Mini] and [Sim.App] are a customer who orders there: the simulator, as the shop's own server, posts the basket to Shop.PrepayURL
// (/jsapi, /app), and then, as the WeChat client on the phone, proves what the shop signed and lets the payer act. [Sim.Ask] and
// [Sim.PayInside] are the two halves. Parameters are refused that are not text, are signed otherwise than the order, name another appid,
// or whose prepay_id is empty, unknown, of another kind of order or older than two hours. What the shop's server sends:
//
//	POST PREPAYURL/jsapi      {"ref", "items":[{"code","quantity"}], "openid" or "login_code"}
//	POST PREPAYURL/app        {"ref", "items"}; /app-v1 the same
//	GET  PREPAYURL/order/REF  how it stands ([Sim.AskAgain])
//	Guitai-Time, Guitai-Nonce, Guitai-Signature: lower-case hex HMAC-SHA256 with Shop.Key of METHOD\nPATH\nTIME\nNONCE\nBODY, where PATH
//	is /jsapi or /app and TIME is in seconds
//	200 {"ref", "out_trade_no", "amount_fen", "expires_at", "state", "pay":{...}}; else {"error", "message"}
//
// [Sim.LoginCode] is wx.login: the code that a mini-program's server turns into an openid. [Basket].Login sends one in the openid's place.
//
// # The retired interface
//
// A package is taken whose values are escaped by RFC 3986, whose names are sorted, and whose MD5 is over the values as they were before.
// app_signature is over every field but itself and sign_method. Only UTF-8 is taken. Errors are HTTP 200 with errcode and errmsg; 49101 (a
// bad package), 49102 (a number again, with other parameters or after its end) and 49103 (delivernotify of no payment) are ours, since
// the documentation has no numbers for them. trade_state is 0 for paid, as documented, and 1 for what may still be paid, 2 for what no
// longer can; an unknown number has ret_code 88221009. A notice has its fields in the query of notify_url, signed by partnerKey, and the
// payer in the body, signed by paySignKey; only "success" in small letters ends its repetitions.
//
// # Payers who show a code
//
// [Sim.ShowCode] is a customer who shows a payment code, and says what they do when it is charged; [CodeActs] lists it. A code
// works once, under one number, for Options.CodeLife. An 18-digit code that nobody showed does what a script tells for its
// out_trade_no or for any, else the act at the place in CodeActs that its last two digits name, counted from 00; a higher
// number pays. So 134567890123456700 pays, and ...01 asks for a password first.
//
// A number is bound to its first code for ever: the same request again is answered ORDERPAID, USERPAYING or AUTH_CODE_ERROR and
// charges nothing; any other request under it is OUT_TRADE_NO_USED. A charge refused for its code (expired, used, not one of
// WeChat's) makes no trade, so orderquery knows none. No notice is sent for a micropay. Act.ScanAfter is the time WeChat works
// before it answers; the order is USERPAYING meanwhile, and a reversal that arrives meanwhile wins.
//
// # Reversals
//
// Only a micropay can be reversed, from Options.ReverseMinAge (15 s) to 7 days after it, and not once a refund was asked for.
// The documentation promises that afterwards the order is closed whatever became of it. Hence reversing a number that has not
// arrived is answered ORDERNOTEXIST with recall=N, and still ends it: orderquery says REVOKED, and a micropay that was on its
// way is refused with ORDERREVERSED when it comes. Too early is answered with [CodeReverseTooEarly] and recall=Y. recall=Y with
// result_code SUCCESS, as fault recall and Act.Recalls make it, has done nothing yet.
//
// Money that comes after a reversal all the same (PayLate) makes the order SUCCESS; another reversal gives it back.
//
// # Refunds
//
// A refund that is accepted is PROCESSING for Options.RefundAfter and then SUCCESS, or goes on as [Sim.ScriptRefund] or a fault
// says: CHANGE, REFUNDCLOSE, or never. The order is REFUND from the acceptance on. An out_refund_no is one refund: the same
// request again is the same refund, another amount is REFUND_FEE_MISMATCH, any other difference INVALID_REQUEST; it may name
// the payment by either of its numbers. So are more than was paid and a 51st refund INVALID_REQUEST; total_fee that is not the
// payment's is REFUND_FEE_MISMATCH, a payment older than 365 days TRADE_OVERDUE, an order without payment ORDERNOTEXIST. What a
// REFUNDCLOSE did not give back can be refunded under a new number. Without transaction_id the last payment of the order is
// meant. [Sim.VendorRefund] is a refund that a person starts in the merchant platform, and [Sim.EndRefund] a person who ends
// one.
//
// # Bills
//
// The bills of a day are made of the orders and refunds themselves, as the documentation has them: a day is one of Beijing's calendar,
// a payment belongs to the day of its time_end, a refund to that of its acceptance, a reversal to its own. A bill is there from 10:00
// of the next day (before, 20002 "Bill Creating"; nothing happened or more than three months ago, 20002 "No Bill Exist"), or at once
// with Options.Bill.Now, and tells how things stood at 9:00: it is the same at every fetch. A refund that was closed by then is not
// there. What the documentation leaves open is decided so: a reversal's row is REVOKED, has a refund_id of its own and no out_refund_no;
// a row's fee is its settled amount times the rate, rounded to 1/1000 fen, and of money that goes back it is negative. What is
// paid back from the merchant's deposit (REFUND_SOURCE_RECHARGE_FUNDS) is in RECHARGE_REFUND alone. On the balance fees are whole
// fen: those of a day add up to the trade bill's, rounded half away from zero.
//
// [Sim.Plant] and the faults bill-lacks-row, bill-foreign-row, bill-amount and bill-fee make a bill wrong in one thing, for good: its
// sums go along, so only the till's own books can tell. [Sim.Planted] lists what was planted, [Sim.BillRows] is the truth. The other
// bill-* faults spoil the file or the way to it, once.
//
// # Faults
//
// [Sim.SetFault] makes the service, the network, refunds or the notices misbehave, a number of times or always; [Faults] lists
// the names. At most one fault meets a request: the first of that list which matches. The faults of one call (close-too-early,
// refund-notenough and the like) do not meet others; recall meets a reversal that would be done; refund-change, refund-close
// and refund-slow decide how the next accepted refund ends; paid-twice doubles the next payment; notice-* meet notices of both
// kinds, callback-* questions about a scanned product, login-*
// jscode2session, v1-* the retired interface, bill-* bills alone.
//
// # Refusals
//
// What is refused before the signature is known to be good (method, XML, encoding, certificate, missing sign, unknown mch_id,
// SIGNERROR) is answered as the real service does: return_code FAIL, a return_msg, no err_code and no signature. Everything
// later is signed, return_code SUCCESS, result_code FAIL with err_code. Where the documentation names a rule but no code, the
// codes are [CodeCloseTooEarly], [CodeOnlyReverse] and [CodeReverseTooEarly].
//
// # The page and the JSON API
//
// GET / is the customer's phone, /mini and /app are the shop's mini-program and app on it. They and everything under /sim/ answer only to a loopback Host (unless Options.AnyHost), and
// changes only to requests of the same origin. Times are RFC 3339, money is integer fen, durations are milliseconds.
//
//	GET  /sim/orders               {"orders":[{out_trade_no, trade_type, state, total_fee, payments, refunds, reversed, taken,
//	                               given_back, ...}]}, newest first
//	GET  /sim/money                {"money":[{transaction_id, out_trade_no, total_fee, refunded, refunding, reversed,
//	                               given_back, ...}]}: every payment ever taken
//	GET  /sim/codes                {"codes":[{code, act, expires, used_by}]}, newest first
//	GET  /sim/deliveries           {"deliveries":[{id, out_trade_no, kind, state, attempts:[...]}], "count":{delivered, waiting,
//	                               attempts, ...}}, newest first
//	GET  /sim/callbacks            {"callbacks":[{kind, product_id, answer, prepay_id, ...}]}, newest first
//	GET  /sim/calls                {"calls":[{path, out_trade_no, code, fault, ...}]}, newest first
//	GET  /sim/faults               {"faults":[{name, count, path, about}]}; count -1 is always, 0 is off
//	POST /sim/pay                  {"order": code_url or out_trade_no, "act": "pay", "scan_after_ms", "type_for_ms",
//	                               "amount", "currency", "open_id", "coupons"} -> {"order":{...}}
//	POST /sim/scan-product         the same body with "text", the code, instead of "order" -> {"order":{...}}
//	POST /sim/mini                 the same body with "items":[{"code","quantity"}] and, if wanted, "ref", "openid", "login":true and
//	                               "order_only":true -> {"shop_order":{...}, "order":{...}}
//	POST /sim/app                  likewise, with "v1":true by the retired interface
//	POST /sim/inside               {"way":"jsapi" or "app", "ref", "pay":{...} or none} and an act: pays what was ordered -> {"order":{...}}
//	POST /sim/shop-order           {"way", "ref"}: the shop's server asks how it stands -> {"shop_order":{...}}
//	POST /sim/login-code           {"openid", "appid"} or {} -> {"code"}
//	GET  /sim/shop-orders          {"shop_orders":[{way, basket, out_trade_no, pay, trouble, ...}]}, newest first
//	POST /sim/script               the same body; "order" may be empty for the next order -> 204
//	POST /sim/code                 the same body without "order", and "recalls" -> {code, act, expires}
//	POST /sim/refund               {"order": out_trade_no or transaction_id, "refund_fee", "end", "after_ms"}: in the
//	                               merchant platform; no refund_fee is all that is left -> {"refund":{...}}
//	POST /sim/refund-script        {"refund": out_refund_no or empty for the next, "end", "after_ms"} -> 204
//	POST /sim/refund-end           {"refund": refund_id or out_refund_no, "end": "SUCCESS"} -> {"refund":{...}}
//	POST /sim/faults               {"fault": "no-answer=2@orderquery"} -> 204
//	GET  /sim/bill?day=20261120    the trade bill as a file, as from the merchant platform; &type=SUCCESS
//	GET  /sim/fundflow?day=20261120  the fund-flow bill likewise
//	GET  /sim/bill-rows?day=20261120  {"rows":[...]}: what the trade bill should have; /sim/fund-rows likewise
//	GET  /sim/differences          {"differences":[{day, kind, transaction_id, was, is, ...}]}: what was planted
//	POST /sim/differences          {"day", "kind": "lacks-row", "row": number or empty, "is"} -> {"difference":{...}}
//
// POST bodies are application/json. An error is {"error": code, "message": text}: 400 not understood, 404 no such order, 409
// the payer or the refund is refused; "words" is what the phone says, where it says something of its own.
package sim
