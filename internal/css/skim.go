package css

// Skim reads on to the next token that can hold content or a function's name,
// and says whether there was one: a Comment, String, BadString, URL, BadURL,
// Function, At or [. It finds what calling Next until there is one would, and
// takes a fraction of the time: names, numbers and white space are passed over
// without being read.
func (c *Scanner) Skim() bool {
	s, low := c.Text, c.End // no token that is not passed yet begins before low
	for i := low; i < len(s); {
		b := s[i]
		if classes[b]&classSkim == 0 {
			i++
			continue
		}
		switch b {
		case '(':
			if from := nameBefore(s, low, i); from >= 0 && c.names(from) {
				c.End = from
				return c.Next()
			}
			i++
		case '\\':
			if !c.isEscape(i) {
				i++
				break
			}
			c.name(i)
			end := c.End
			if c.at(end) == '(' && end < len(s) {
				if from := nameBefore(s, low, i); from >= 0 && c.names(from) {
					c.End = from
					return c.Next()
				}
			}
			i, low = end, end
		case '/':
			if c.at(i+1) == '*' {
				c.End = i
				return c.Next()
			}
			i++
		case '@':
			if c.isName(i + 1) {
				c.End = i
				return c.Next()
			}
			i++
		default:
			c.End = i
			return c.Next()
		}
	}
	c.End = len(s)
	return false
}

// nameBefore returns where the bytes of a name that end at i begin, at or after
// low; -1 if they are a Hash's.
func nameBefore(s string, low, i int) int {
	from := i
	for from > low && IsNameByte(s[from-1]) {
		from--
	}
	if from-low >= 2 && i-from >= 2 && s[from-2:from+2] == "<!--" {
		from += 2 // a CDO
	}
	if from > low && s[from-1] == '#' {
		return -1
	}
	return from
}

// names says whether an ident begins at from: neither a number, which takes in
// the name behind it, nor what only looks like a name.
func (c *Scanner) names(from int) bool {
	return !c.isNumber(from) && c.isName(from)
}
