// Package apiv2 speaks WeChat Pay's API v2: flat XML documents, signed with the merchant's API key by MD5 or HMAC-SHA256.
//
// [Client] implements pos.Gateway for Native orders (unifiedorder, orderquery, closeorder) and pos.Notices for the
// notices WeChat posts (支付结果通知). It is safe for concurrent use and keeps no state but its idle connections and the
// last measured clock skew.
//
// # The ladder
//
// Every answer climbs the same ladder, and the first rung that breaks decides:
//
//	rung                                   when it breaks
//	a connection was made                  uncertain, unreachable: nothing left this machine
//	an answer came, whole and in time      uncertain, no-answer
//	HTTP 200                               uncertain, server-fault (5xx), too-many (429) or bad-answer
//	one flat <xml> document                uncertain, bad-answer
//	return_code SUCCESS                    rejected (unsigned), or uncertain when WeChat says it is busy
//	the signature, over every field        uncertain, bad-sign
//	appid and mch_id are ours              uncertain, not-ours
//	out_trade_no is the one we asked for   uncertain, not-ours
//	result_code SUCCESS                    the tables of package wechat, by err_code
//	trade_state, amounts, transaction      the table of package wechat; uncertain, bad-answer when they make no sense
//
// # Two hosts
//
// Every call here is safe to repeat, so after a connect error, a timeout, a lost connection or a 5xx it is sent once more
// to the backup host. Both tries together take at most [CallTime]. A verified refusal from the second host proves nothing
// when the first may have acted: it is reported as uncertain.
package apiv2
