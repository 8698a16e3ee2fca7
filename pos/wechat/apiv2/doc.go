// Package apiv2 speaks WeChat Pay's API v2: flat XML documents, signed with the merchant's API key by MD5 or HMAC-SHA256.
//
// [Client] implements pos.Gateway for Native orders (unifiedorder, orderquery, closeorder), pos.Charger for the customers' own
// payment codes (micropay, reverse), pos.Refunder (refund, refundquery), pos.Finder, pos.Biller (downloadbill, downloadfundflow), and
// pos.Notices for the notices WeChat posts about payments (支付结果通知) and refunds (退款结果通知), and pos.PhoneSigner for customers' own
// phones. It is safe for concurrent use and keeps no state but its notify_url, its idle connections, which host answers, and the last
// measured clock skew and round trip.
//
// # The ladder
//
// Every answer climbs the same ladder, and the first rung that breaks decides:
//
//	rung                                   when it breaks
//	a connection was made                  uncertain, one of the causes below: nothing left this machine
//	an answer came, whole and in time      uncertain, no-answer
//	HTTP 200 and no web page               uncertain, server-fault (5xx), too-many (429), captive (a page, a redirect) or bad-answer
//	one flat <xml> document                uncertain, bad-answer
//	return_code SUCCESS                    rejected (unsigned), or uncertain when WeChat says it is busy
//	the signature, over every field        uncertain, bad-sign
//	appid and mch_id are ours              uncertain, not-ours
//	the numbers are those we asked about   uncertain, not-ours
//	result_code SUCCESS                    the tables of package wechat, by err_code
//	states, amounts, transaction           the tables of package wechat; uncertain, bad-answer when they make no sense,
//	                                       not-ours when a refund's amounts are not those we asked for
//
// # Two hosts
//
// Every call but the charge is safe to repeat, so after a connect error, a timeout, a lost connection or a 5xx it is sent once
// more to the other host. Both tries together take at most [CallTime]. A refusal from the second host proves nothing when the
// first may have acted: it is reported as uncertain. A host that failed where the other one answered is not asked first for the
// next half minute.
//
// A charge (micropay) goes once, to the first host alone, over a connection of its own: nobody may send it again, neither this
// package nor the transport. After anything but a proven end the till queries, then reverses.
//
// # Why there is no connection
//
// When it is proven that nothing left this machine, the cause is looked for: no network at all (offline), only IPv6 (ipv6), a
// name that is not found or leads to this machine or a private network (dns), a certificate of somebody else (intercepted) or
// one that would hold if our clock were right (clock), a log-in page in the way (captive). Whatever is found, the signal is
// uncertain: it chooses the words on the screen and moves nothing. All of them but captive, which is also said of a page that
// came as an answer, prove that nothing left; so does unreachable, which is said when no cause is found.
//
// # Customers' own phones
//
// unifiedorder takes three kinds of order (trade_type): NATIVE for a code, JSAPI for a mini-program or a page in WeChat, APP for the shop's
// app. The last two are paid with the prepay_id, handed to WeChat with a second signature ([Client.SignPhone]), and so is the first when
// the code was printed for an item (Native mode 1): WeChat posts who scanned which product, and the answer to that post is the prepay_id.
// The mini-program and the app may have an appid of their own: their orders and second signatures carry it. Everything else is asked
// with the main one, since WeChat tells an order by mch_id and out_trade_no; what is answered and posted must be of one of the three.
//
// Product codes, the callbacks they cause and the answers to those have no sign_type in their protocol, and without one WeChat signs and
// reads MD5. So do we, whatever type is configured; a callback in the configured type is believed as well.
//
// # The client certificate
//
// Reverse and refund (/secapi) and the fund-flow bill show the merchant's client certificate, on connections of their own. Without it
// they are not sent, and [Client.CanRefund] says why. WeChat's own certificate is always verified, there is no switch for it.
//
// # Bills
//
// A bill is a file, and the one answer that is not signed: what is fetched is a claim, and whoever reads it holds its summary row against
// its rows and the rows against our books. The first bytes tell a file, packed or plain, from a document that says why there is none
// and from a web page. It is unpacked while it is read and may take hours, as long as it goes on coming; a file that does not come to
// its end, by the connection, the packing's length and its checksum, ends with an error and never with io.EOF. After a connect error, a
// timeout or a 5xx the other host is asked, until the file has begun.
package apiv2
