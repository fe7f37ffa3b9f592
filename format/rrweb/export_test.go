package rrweb

// Number and Integer read a JSON number.
func Number(v string) (float64, bool) { return number([]byte(v)) }
func Integer(v string) (int64, bool)  { return integer([]byte(v)) }

// Timestamp reads a timestamp, in nanoseconds.
func Timestamp(v string) (ns int64, known, exact bool) {
	s := stampOf([]byte(v))
	return s.ns, s.known, s.exact
}

// Milliseconds writes one.
func Milliseconds(ns int64) string { return milliseconds(ns) }

// Interner returns a function that returns the content of string literals.
func Interner() func(literal string) string {
	d := &Decoder{names: &names{}}
	return func(literal string) string { return d.intern([]byte(literal)) }
}
