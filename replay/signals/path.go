package signals

import (
	"net/url"
	"strings"
)

// id stands for a segment of a path that names one of many.
const id = ":id"

// PagePath returns which page an address is: its path, with ":id" for each
// segment that looks like a number, a UUID, a hash, a token or an address, or
// is masked: "https://site/users/123/edit?tab=2" is "/users/:id/edit". Query
// and fragment are left out, but for a fragment that is a route ("#/users/7",
// "#!/users/7"), which follows the path. There is no slash at the end but the
// one of "/". An address that is none is as it is.
func PagePath(address string) string {
	rest := address
	if _, after, ok := strings.Cut(rest, "://"); ok {
		if slash := strings.IndexAny(after, "/?#"); slash >= 0 {
			rest = after[slash:]
		} else {
			rest = ""
		}
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	path := normalize(rest)
	if route := strings.TrimPrefix(fragment, "!"); strings.HasPrefix(route, "/") {
		route, _, _ = strings.Cut(route, "?")
		return path + "#" + normalize(route)
	}
	return path
}

// normalize returns a path with the segments that are ids replaced.
func normalize(path string) string {
	if path == "" || path == "/" {
		return "/"
	}
	segments := strings.Split(strings.TrimRight(path, "/"), "/")
	for i, s := range segments {
		if isID(s) {
			segments[i] = id
		}
	}
	if path = strings.Join(segments, "/"); path == "" {
		return "/"
	}
	return path
}

const (
	longRun   = 6  // digits in a row, which no name has; masking has the same
	longToken = 20 // letters and digits in a row that are no word
	shortHash = 8  // hexadecimal digits
)

// isID says whether a segment of a path names one of many.
func isID(s string) bool {
	s, _, _ = strings.Cut(s, ";")
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	if s == "" {
		return false
	}
	if strings.Contains(s, "***") || strings.Contains(s, "@") {
		return true
	}
	digits, hex, run, token, changes := 0, 0, 0, 0, 0
	upper, lower, inToken := false, false, 0
	for i := range len(s) {
		c := s[i]
		isDigit := '0' <= c && c <= '9'
		isLetter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if isDigit {
			digits++
			if run++; run >= longRun {
				return true
			}
		} else {
			run = 0
		}
		if isDigit || 'a' <= c|0x20 && c|0x20 <= 'f' {
			hex++
		}
		if !isDigit && !isLetter {
			token, upper, lower, inToken, changes = 0, false, false, 0, 0
			continue
		}
		if isDigit {
			inToken++
		}
		if token > 0 && isDigit != ('0' <= s[i-1] && s[i-1] <= '9') {
			changes++
		}
		upper, lower = upper || isLetter && c < 'a', lower || isLetter && c >= 'a'
		if token++; token >= longToken && (upper && lower || inToken > 0) || token >= 16 && inToken >= 2 && token-inToken >= 2 || changes >= 5 {
			return true
		}
	}
	switch {
	case digits == len(s):
		return true
	case hex == len(s) && digits > 0 && len(s) >= shortHash:
		return true
	}
	return hasUUID(s)
}

// hasUUID says whether s has a UUID in it (RFC 9562, section 4).
func hasUUID(s string) bool {
	want := [...]int{8, 4, 4, 4, 12}
	for start := 0; start+len("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") <= len(s); start++ {
		at, ok := start, true
		for g, n := range want {
			if g > 0 {
				ok = ok && s[at] == '-'
				at++
			}
			for range n {
				c := s[at]
				ok = ok && ('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f')
				at++
			}
		}
		if ok {
			return true
		}
	}
	return false
}
