package mask

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// userinfo finds the user and password in an address (RFC 3986, 3.2.1), whose
// scheme ends at i. The host stays.
func (f *finder) userinfo(i int) find {
	if !strings.HasPrefix(f.s[i:], "://") || !isAlnum(f.before(i)) {
		return find{}
	}
	from, colon, at := i+3, 0, 0
	for p := from; p < len(f.s); p++ {
		switch c := f.s[p]; {
		case c <= ' ', c == '/', c == '?', c == '#', c == '\\', c == '"', c == '\'', c == '<', c == '>', c == '`':
			p = len(f.s)
		case c == ':' && colon == 0:
			colon = p
		case c == '@':
			at = p
		}
	}
	if colon == 0 || at < colon || at == from+1 {
		return find{}
	}
	return find{from, at}
}

// basic finds the credentials of an Authorization header (RFC 7617, 2): base64
// of a user, a colon and a password, after the word Basic at i.
func (f *finder) basic(i int) find {
	from := f.scheme(i, "basic")
	if from == 0 {
		return find{}
	}
	to := from
	for to < len(f.s) && to-from < 256 && (isAlnum(f.s[to]) || f.s[to] == '+' || f.s[to] == '/' || f.s[to] == '=') {
		to++
	}
	if to-from < 8 {
		return find{}
	}
	var buf [192]byte
	n, err := base64.StdEncoding.Decode(buf[:], []byte(f.s[from:to]))
	if err != nil {
		return find{}
	}
	colon := false
	for _, c := range buf[:n] {
		if c < ' ' || c == 0x7F {
			return find{}
		}
		colon = colon || c == ':'
	}
	if !colon {
		return find{}
	}
	return find{from, to}
}

// scheme returns where what follows the authentication scheme at i begins, 0 if
// there is none of that name.
func (f *finder) scheme(i int, name string) int {
	p := i + len(name)
	if p >= len(f.s) || f.s[p] != ' ' || isAlnum(f.before(i)) || !strings.EqualFold(f.s[i:p], name) {
		return 0
	}
	for n := 0; n < 4 && f.at(p) == ' '; n++ {
		p++
	}
	return p
}

// bearer finds the token (RFC 6750, 2.1: b64token) after the word Bearer at i:
// 12 characters or more that are no words.
func (f *finder) bearer(i int) find {
	from := f.scheme(i, "bearer")
	if from == 0 {
		return find{}
	}
	return f.token(from, from, 12, "-._~+/=")
}

// mixLimit is how far into a token one looks for what makes it one.
const mixLimit = 80

// token returns the find that begins at from, of which what follows p is n or
// more letters and digits of ASCII and characters of more: of two kinds of
// capitals, small letters and digits. A row of one is what stands in for a key
// in a manual.
func (f *finder) token(from, p, n int, more string) find {
	to := p
	digits, upper, lower := 0, 0, 0
	for to < len(f.s) && to-p < max(n, mixLimit) {
		switch c := f.s[to]; {
		case isDigit(c):
			digits = 1
		case isUpper(c):
			upper = 1
		case isAlpha(c):
			lower = 1
		case strings.IndexByte(more, c) >= 0:
		default:
			goto end
		}
		to++
	}
end:
	if to-p < n || digits+upper+lower < 2 || digits == 0 && to-p < 24 {
		return find{}
	}
	for to < len(f.s) && (isAlnum(f.s[to]) || strings.IndexByte(more, f.s[to]) >= 0) {
		to++
	}
	return find{from, to}
}

// key finds an API key by the word that it begins with and that the dash or
// underscore at i ends. The lengths are the least that the issuers make.
func (f *finder) key(i int) find {
	if !isBase64URL(f.at(i+7)) || !isBase64URL(f.at(i+16)) { // what follows is long
		return find{}
	}
	from := i
	for from > f.floor && i-from < 7 && isAlnum(f.s[from-1]) {
		from--
	}
	if i-from < 2 || isAlnum(f.before(from)) {
		return find{}
	}
	rest := f.s[i:]
	word, least := "_", 0
	switch f.s[from:i] {
	case "sk", "rk": // Stripe; OpenAI, Anthropic and those that do as they
		switch least = 16; {
		case strings.HasPrefix(rest, "_live_"), strings.HasPrefix(rest, "_test_"):
			word = rest[:6]
		default:
			word, least = "-", 32
		}
	case "whsec": // Stripe
		least = 24
	case "ghp", "gho", "ghu", "ghs", "ghr": // GitHub
		least = 36
	case "github":
		word, least = "_pat_", 36
	case "glpat": // GitLab
		word, least = "-", 20
	case "xoxb", "xoxp", "xoxa", "xoxr", "xoxs", "xoxe", "xapp": // Slack
		word, least = "-", 20
	case "npm":
		least = 36
	case "hf": // Hugging Face
		least = 34
	case "dop": // DigitalOcean
		word, least = "_v1_", 64
	case "shpat", "shpca", "shppa", "shpss": // Shopify
		least = 32
	case "GOCSPX": // Google
		word, least = "-", 24
	case "pypi":
		word, least = "-", 50
	case "sq0atp", "sq0csp": // Square
		word, least = "-", 22
	}
	if least == 0 || !strings.HasPrefix(rest, word) {
		return find{}
	}
	return f.token(from, i+len(word), least, "_-")
}

// cloudKey finds the key of Amazon or Google that begins with the A at i.
func (f *finder) cloudKey(i int) find {
	if isAlnum(f.before(i)) {
		return find{}
	}
	rest := f.s[i:]
	switch {
	case strings.HasPrefix(rest, "AKIA"), strings.HasPrefix(rest, "ASIA"):
		to := i + 4
		for to < len(f.s) && to-i <= 20 && (isUpper(f.s[to]) || isDigit(f.s[to])) {
			to++
		}
		if to-i == 20 && !isAlnum(f.at(to)) && f.at(to) != '_' {
			return find{i, to}
		}
	case strings.HasPrefix(rest, "AIza"):
		return f.token(i, i+4, 35, "_-")
	}
	return find{}
}

// dottedKey finds a key whose first word ends with the dot at i.
func (f *finder) dottedKey(i int) find {
	if i-f.floor < 2 {
		return find{}
	}
	switch {
	case f.s[i-2:i] == "SG" && !isAlnum(f.before(i-2)): // SendGrid
		return f.token(i-2, i+1, 60, "_-.")
	case i-f.floor >= 4 && f.s[i-4:i] == "ya29" && !isAlnum(f.before(i-4)): // Google
		return f.token(i-4, i+1, 24, "_-.")
	}
	return find{}
}

func isBase64URL(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

// jwtTries is how many places in one run of base64url are looked at as the
// beginning of a token.
const jwtTries = 2

// jwt finds a JSON Web Token (RFC 7519) that begins at i: three parts in
// base64url, or five of an encrypted one (RFC 7516), of which the first is a
// JSON object that names an algorithm.
func (f *finder) jwt(from int) find {
	// A JSON object begins with a brace and a quote or white space.
	switch c := f.at(from + 2); {
	case f.s[from+1] == 'y' && (c >= 'I' && c <= 'L' || c >= 'A' && c <= 'D'):
	case f.s[from+1] == 'w' && (c >= 'k' && c <= 'r' || c >= '0' && c <= '3'):
	default:
		return find{}
	}
	if b := f.before(from); isAlnum(b) || (b == '-' || b == '_') && f.s[from+1:from+3] != "yJ" {
		return find{}
	}
	if from >= f.word {
		f.word, f.tries = from, 0
		for f.word < len(f.s) && isBase64URL(f.s[f.word]) {
			f.word++
		}
	}
	i := f.word
	next := f.at(i + 1)
	if f.tries++; f.tries > jwtTries || i-from < 14 || f.at(i) != '.' || !isBase64URL(next) && next != '.' {
		return find{}
	}
	header, err := base64.RawURLEncoding.DecodeString(f.s[from:i])
	if err != nil {
		return find{}
	}
	var h struct {
		Alg *string `json:"alg"`
	}
	if json.Unmarshal(header, &h) != nil || h.Alg == nil {
		return find{}
	}
	to := i
	for parts := 1; parts < 5 && f.at(to) == '.'; parts++ {
		p := to + 1
		for p < len(f.s) && isBase64URL(f.s[p]) {
			p++
		}
		if parts == 1 && f.at(p) != '.' {
			return find{}
		}
		to = p
	}
	return find{from, to}
}

// pem finds a block of textual encoding (RFC 7468) that begins at i. One that
// does not end is found to where the text does, which was cut off.
func (f *finder) pem(i int) find {
	const begin, end, dashes = "-----BEGIN ", "-----END ", "-----"
	if !strings.HasPrefix(f.s[i:], begin) {
		return find{}
	}
	p := i + len(begin)
	label := strings.Index(f.s[p:min(p+64, len(f.s))], dashes)
	if label < 0 {
		return find{}
	}
	// What follows must begin like one: headers (RFC 1421) or base64.
	p += label + len(dashes)
	for n := 0; n < 8 && p < len(f.s) && (f.s[p] <= ' ' || f.s[p] == '\\'); n++ {
		if f.s[p] == '\\' { // a line break in the text of a program
			p++
		}
		p++
	}
	p = min(p, len(f.s))
	if rest := f.s[p:]; !strings.HasPrefix(rest, "Proc-Type:") && !strings.HasPrefix(rest, "DEK-Info:") {
		n := 0
		for n < len(rest) && n < 16 && (isAlnum(rest[n]) || rest[n] == '+' || rest[n] == '/' || rest[n] == '=') {
			n++
		}
		if n < 16 {
			return find{}
		}
	}
	if f.open {
		return find{i, len(f.s)}
	}
	at := strings.Index(f.s[p:], end)
	if at < 0 {
		f.open = true
		return find{i, len(f.s)}
	}
	p += at + len(end)
	if label := strings.Index(f.s[p:min(p+64, len(f.s))], dashes); label >= 0 {
		p += label + len(dashes)
	}
	return find{i, p}
}
