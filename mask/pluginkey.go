package mask

import (
	"net/url"
	"strings"
)

// secretKey says whether the value of a member, header or parameter of that
// name is private, whatever it is: whether the name speaks of a secret, as of
// a form's fields, or of what a request is authorized with.
func secretKey(key string) bool {
	if key == "" || len(key) > 256 {
		return len(key) > 256 // no name that we know
	}
	if secretName(key) {
		return true
	}
	// The name without what parts its words, and the last part of a path:
	// "X-Api-Key" is "xapikey", "user[session]" is "session".
	if secretWord(squeeze(key)) {
		return true
	}
	last := strings.TrimRight(key, "])")
	if i := strings.LastIndexAny(last, ".[(:/ "); i >= 0 {
		return secretWord(squeeze(last[i+1:]))
	}
	return false
}

func secretWord(w string) bool {
	switch w {
	case "session", "sessions", "sid", "ssid", "connectsid", "auth", "oauth", "bearer", "jwt", "jws", "tokens", "cookies",
		"credentials", "credential", "cards", "pins", "secrets", "ibans", "nonce", "signature", "apikeys", "cvvs", "code2fa":
		return true
	}
	for _, end := range [...]string{
		"token", "cookie", "authorization", "apikey", "secretkey", "privatekey", "accesskey", "encryptionkey", "signingkey",
		"sessionid", "sessid", "sessionkey", "cvv", "cvc", "cvv2", "cvc2", "securitycode", "cardnumber", "cardno", "pincode",
		"ssn", "iban", "passwd", "pwd",
	} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return strings.Contains(w, "csrf") || strings.Contains(w, "xsrf")
}

// squeeze returns the letters and digits of v, in lower case.
func squeeze(v string) string {
	b := make([]byte, 0, 64)
	for i := range len(v) {
		switch c := v[i]; {
		case isUpper(c):
			b = append(b, c|0x20)
		case isAlpha(c), isDigit(c):
			b = append(b, c)
		}
	}
	return string(b)
}

// isSafeHeader says whether the value of a header of HTTP says nothing of the
// user.
func isSafeHeader(name string) bool {
	switch strings.ToLower(name) {
	case "accept", "accept-encoding", "age", "allow", "cache-control", "connection", "content-encoding",
		"content-length", "content-type", "date", "expires", "keep-alive", "pragma", "retry-after",
		"transfer-encoding", "vary":
		return true
	}
	return false
}

// isHeaderName says whether v is the name of a header that recorders meet.
func isHeaderName(v string) bool {
	switch strings.ToLower(v) {
	case "accept-language", "access-control-allow-origin", "authorization", "content-disposition",
		"content-security-policy", "cookie", "etag", "forwarded", "host", "if-modified-since", "if-none-match",
		"last-modified", "link", "location", "origin", "proxy-authorization", "range", "referer", "server",
		"server-timing", "set-cookie", "strict-transport-security", "traceparent", "tracestate", "upgrade",
		"user-agent", "via", "www-authenticate", "x-api-key", "x-csrf-token", "x-forwarded-for", "x-real-ip",
		"x-request-id", "x-requested-with", "x-xsrf-token":
		return true
	}
	return isSafeHeader(v)
}

// header returns a string of a header as it may be seen: its name, or its
// value, which is masked unless it is known to be safe and looks it.
func (m *payload) header(s string) string {
	if len(m.around) > 0 {
		if c := m.top(); c.kind == '{' && isNameKey(c.key) && isHeaderName(s) {
			return s
		}
	}
	if m.now.safe && all(s, " ;=,/*+-.:_\"", 128) && (digitRun(s) < longRun || countDigits(s) == len(s) && len(s) <= 15) &&
		m.f.hide(s) == s {
		return s
	}
	return stars
}

// hideAssigned masks in text what is given to a name that speaks of a secret:
// "password=x" in a form, a query or a log, "token: 'x'" in what JavaScript and
// JSON write, a header's line.
func hideAssigned(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' || i < done {
			continue
		}
		key, inQuotes := assignedKey(s[done:i])
		if key == "" || !secretKey(key) {
			continue
		}
		from, to := assignedValue(s, i, key, inQuotes)
		if from == to {
			continue
		}
		b.WriteString(s[done:from])
		b.WriteString(stars)
		done = to
		i = to - 1
	}
	if done == 0 {
		return s
	}
	return b.String() + s[done:]
}

// maxAssignedKey is how long a name in text may be.
const maxAssignedKey = 64

// assignedKey returns the name that s ends in, decoded, and whether it is in
// quotes.
func assignedKey(s string) (key string, inQuotes bool) {
	s = strings.TrimRight(s[max(0, len(s)-2*maxAssignedKey):], " ")
	trimmed := strings.TrimRight(s, "\"'`\\")
	inQuotes = trimmed != s
	from := len(trimmed)
	for from > 0 && len(trimmed)-from < maxAssignedKey {
		if c := trimmed[from-1]; !isAlnum(c) && strings.IndexByte("_-.$[]%", c) < 0 {
			break
		}
		from--
	}
	key = trimmed[from:]
	return unescape(key), inQuotes
}

// unescape returns s percent-decoded, as it is where it is not encoded.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// assignedValue returns where the value is that follows the sign at i.
func assignedValue(s string, i int, key string, inQuotes bool) (from, to int) {
	from = i + 1
	for from < len(s) && s[from] == ' ' {
		from++
	}
	if from == len(s) {
		return from, from
	}
	end := func(stops string) int {
		if n := strings.IndexAny(s[from:], stops); n >= 0 {
			return from + n
		}
		return len(s)
	}
	begin := from
	for begin < len(s) && s[begin] == '\\' {
		begin++
	}
	escaped := s[from:begin]
	if begin < len(s) && strings.IndexByte("\"'`", s[begin]) >= 0 {
		quote := s[begin]
		from = begin + 1
		for to = from; to < len(s); to++ {
			if s[to] == '\\' && escaped == "" {
				to++ // with what it escapes
			} else if s[to] == quote {
				break
			}
		}
		to = min(to, len(s))
		return from, max(from, to-len(s[from:to])+len(strings.TrimRight(s[from:to], escaped)))
	}
	switch {
	case s[from] == '{' || s[from] == '[':
		if s[i] == '=' && !inQuotes {
			return from, end(" &;\r\n")
		}
		return from, len(s)
	case isHeaderName(key):
		return from, end("\r\n")
	case s[i] == '=':
		return from, end("&;, \t\r\n\"'`<>#")
	case inQuotes:
		return from, end(",}] \t\r\n")
	}
	return from, from
}
