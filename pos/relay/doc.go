// Package relay is the notify relay's protocol, both ends: the server that a public host runs ([Server]) and the till's end ([Client]).
//
// WeChat posts a payment notice to /n/ROUTE. Is a till connected, the relay hands the notice down its stream and waits up to [Wait]: the till
// verifies it, commits, and its answer goes back to WeChat. Else, or when the till says nothing in time, the relay commits the raw notice
// itself and answers success; the till gets it when it is back, and says so after its own commit. Success means on disk, always: with neither
// the answer is 503, and WeChat repeats for 24 h 4 min.
//
// The relay holds no key of the merchant. Whoever takes it over can delay a notice and nothing more: the till believes what is signed by
// WeChat, and asks WeChat itself meanwhile. It also passes on what somebody waits for and cannot be kept: Native mode 1 callbacks (/m/ROUTE)
// and orders of the shop's own mini-program or app (/p/ROUTE/…). Without a till those are refused, in words.
//
// The till speaks plain HTTPS, outbound only, with its token in Authorization (Bearer):
//
//	GET  /v1/stream          Server-Sent Events: hello, request; a comment every [Heartbeat]
//	GET  /v1/stream?wait=25  the same as one JSON answer ([Batch]), for networks that hold a stream back: long-poll
//	POST /v1/answer          [Answers]; 204
//	POST /v1/pair            [PairRequest] -> [Paired]; without a token
//	POST /v1/token           -> [Token]: a new one, both work until it is used
//	POST /v1/key             [Key]: a public key of WeChat Pay; 204
//	GET  /v1/till            -> [Paired] without a token in it: who am I (the connection test)
//
// Anything but 2xx has a JSON body {"error": CODE, "message": TEXT}. 401: the token is not known; pairing again is the only way. 404 of
// /v1/pair: the code is not known, used up or too old. 429: later, with Retry-After.
package relay
