package css

const (
	classStart = 1 << iota // begins a name
	className              // is in a name
)

var classes = func() (t [256]byte) {
	for c := range t {
		b := byte(c)
		switch {
		case 'a' <= b|0x20 && b|0x20 <= 'z' || b == '_' || b >= 0x80 || b == 0:
			t[c] = classStart | className
		case IsDigit(b) || b == '-':
			t[c] = className
		}
	}
	return t
}()

// IsSpace says whether b is white space (CSS Syntax 3 § 4.2), newlines of every
// kind included.
func IsSpace(b byte) bool {
	return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f'
}

// IsNewline says whether b is a newline, or what § 3.3 makes one of.
func IsNewline(b byte) bool { return b == '\n' || b == '\r' || b == '\f' }

// IsDigit says whether b is a digit.
func IsDigit(b byte) bool { return '0' <= b && b <= '9' }

// IsHex says whether b is a hex digit.
func IsHex(b byte) bool { return IsDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' }

// IsNameStart says whether b begins a character that a name can begin with. It
// takes 0 for the U+FFFD that § 3.3 puts in its place.
func IsNameStart(b byte) bool { return classes[b]&classStart != 0 }

// IsNameByte says whether b is of a character that a name can have.
func IsNameByte(b byte) bool { return classes[b]&className != 0 }
