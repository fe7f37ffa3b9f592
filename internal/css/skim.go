package css

// skimmed has 1 for the bytes that Skim looks at.
var skimmed = [256]byte{'"': 1, '\'': 1, '(': 1, '@': 1, '[': 1, '/': 1, '\\': 1}

// Skim reads on to the next token that can hold content or a function's name,
// and says whether there was one: a Comment, String, BadString, URL, BadURL,
// Function, At or [. It finds what calling Next until there is one would, and
// takes a fraction of the time: names, numbers and white space are passed over
// without being read.
func (c *Scanner) Skim() bool {
	s, low := c.Text, c.End // no token that is not passed yet begins before low
	for i := low; i < len(s); {
		for i+8 <= len(s) {
			w := s[i : i+8]
			if skimmed[w[0]]|skimmed[w[1]]|skimmed[w[2]]|skimmed[w[3]]|skimmed[w[4]]|skimmed[w[5]]|skimmed[w[6]]|skimmed[w[7]] != 0 {
				break
			}
			i += 8
		}
		for i < len(s) && skimmed[s[i]] == 0 {
			i++
		}
		if i == len(s) {
			break
		}
		b := s[i]
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
