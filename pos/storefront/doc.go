// Package storefront is what a customer's own phone may ask the till, by way of the relay: what a scanned product code stands for
// (Native mode 1, 扫码支付模式一), and orders of the shop's own mini-program, page in WeChat or app. [Shop.Handle] answers one request;
// it keeps nothing but which requests came lately.
//
// Prices are always the till's: what is asked for are items, and an order is of what they cost today. The order is the till's from then on
// (pos.PhoneDesk): written down before WeChat is asked, shown at the counter, watched until WeChat ends it, printed when it is paid.
//
// # Product codes
//
// WeChat posts who scanned which product_id, and what it gets is one piece of that item, signed, or words for the payer. The same payer
// scanning the same code again gets the same order for as long as that may be paid and the item is what it was. What is not signed by
// WeChat is answered return_code FAIL, without a signature.
//
// # Orders of the shop's own mini-program or app
//
// The shop's own server asks, under the address that the till shows beside the order key (…/p/ROUTE). What follows after ROUTE is the
// path:
//
//	POST /jsapi      an order to be paid in the mini-program or a page in WeChat
//	POST /app        an order to be paid in the shop's app
//	POST /app-v1     the same by the retired interface of 2014
//	GET  /order/REF  how an order stands
//
// The body of a POST is JSON, at most 64 KiB, with these fields and no others:
//
//	ref         the caller's own number of the order, 1 to 64 of 0-9 A-Z a-z _ -. The same ref is the same order, for ever
//	items       1 to 100 of {"code": …, "quantity": 1 to 9999}; code is a barcode, a PLU, or item- and the item's number
//	openid      /jsapi only: the payer's openid at the mini-program
//	login_code  /jsapi only, instead of openid: what wx.login gave; the till asks WeChat for the openid
//
// Every request is signed with the order key, in three headers:
//
//	Guitai-Time       unix seconds, at most five minutes off
//	Guitai-Nonce      16 to 64 of 0-9 A-Z a-z _ -, random, new for every request, also when one is repeated
//	Guitai-Signature  lower-case hex of HMAC-SHA256(key, METHOD LF PATH LF TIME LF NONCE LF BODY); a GET has an empty BODY
//
// An example, with the key example-shop-key-0123456789abcdef (the body is one line of 117 bytes and has no line feed at its end):
//
//	POST /p/ROUTE/jsapi
//	Content-Type: application/json
//	Guitai-Time: 1795845600
//	Guitai-Nonce: q3vK9dX2mT7wZ1aB
//	Guitai-Signature: fd578e8c3a2404099bd252e536d91396d2560bfc2637f6036a7cb2a913c4ef8d
//
//	{"ref":"order-20261128-0001","openid":"oUpF8uMEb4qRXf22hE3X68TekukE","items":[{"code":"6901939621608","quantity":2}]}
//
// and to ask about it:
//
//	GET /p/ROUTE/order/order-20261128-0001
//	Guitai-Time: 1795845660
//	Guitai-Nonce: q3vK9dX2mT7wZ1aC
//	Guitai-Signature: af1d053177470fe1aa93a57d7727b27abc9f50568fd7cff91047b9612b0a7d5f
//
// The answer is 200 with
//
//	ref, out_trade_no
//	amount_fen  what the items cost when the ref came first; a later price changes no order
//	state       waiting, closing, paid, exception, closed, refused, refunded
//	expires_at  while it is waiting: the last moment to pay, RFC 3339 in UTC
//	receipt     once it is paid: the receipt number
//	pay         of a POST while it is waiting: what wx.requestPayment, or PayReq of the app, is called with, second-signed, as it is
//
// What the payer's phone says about a payment proves nothing: ask /order/REF, whose "paid" is the till's, or look at the till. The
// states are of the order: exception is money that came and has no sale, which the counter decides about; closing is an order whose time is
// up and of which WeChat has not said yet whether it was paid at the last moment: ask again, and take no new ref before it is closed.
//
// Anything else is {"error": CODE, "message": TEXT}, and no order was made but by "uncertain":
//
//	400 invalid       the request makes no sense; the message says what
//	400 login-code    wx.login has to be called again
//	401 signature     the signature, or a header's form, is wrong
//	401 time, nonce   Guitai-Time is off, or Guitai-Nonce was used before
//	404 unknown-item  the message names the code
//	404 unknown-ref   no order of a mini-program or app has that ref
//	404 not-found     no such path
//	405 method        GET and POST as above
//	409 conflict      the ref is an order of other items or of another kind
//	410 expired       nobody paid the order of this ref in time
//	422 no-price      an item is weighed or priced at the counter
//	422 refused       WeChat refused this order
//	429 too-many      later, with the same ref
//	503 not-set-up    the till has no order key, no WeChat Pay, or not this way of paying
//	503 no-shift      nothing is sold before a shift is opened
//	503 uncertain     it is not known whether the order was made: the same ref again is the same order, never a second one
//
// Every answer to a request that was signed ends in ,"signature":"HEX"} which is 80 bytes: HEX is the lower-case hex of
// HMAC-SHA256(key, ANSWER LF NONCE LF BODY), where NONCE is the request's, and BODY the answer with those 80 bytes replaced by }. The relay
// has no key. What is not signed so proves nothing, whatever it says: ask again, as after uncertain.
//
// Without a till, or when it is silent for three seconds, the relay answers 503 itself: the same holds as for uncertain. Of a shop with several
// tills it is always the first that is asked, since a ref is in the books of one till: while that one is off, nobody takes such orders.
//
// # Once
//
// The memory of nonces lasts for as long as a request is of now, and is lost with the program. It is no more than a lid on repetition:
// what makes a request safe to repeat is its ref. Likewise an openid is remembered for some minutes beside ref and login_code, which
// WeChat takes once, so that the same request repeated finds its order; after that the login is asked for anew.
package storefront
