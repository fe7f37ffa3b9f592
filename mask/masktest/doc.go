// Package masktest proves, for one policy and one recording, that values that
// must not be seen are gone: it looks for them in everything that masking
// leaves, in many spellings and encodings. It is for the tests of those who
// mask their own site's sessions, and of package mask.
//
//	func TestCheckoutIsMasked(t *testing.T) {
//		policy, err := mask.Compile(config)
//		...
//		masktest.Leaks(t, policy, rrweb.NewDecoder(file, nil).Events(), "ada@example.org", "+47 123 45 678")
//	}
//
// Record a session in which a test user enters values that occur nowhere else,
// give these to [Leaks], and a change of the site that brings one of them to a
// place that the policy does not cover fails the test.
//
// # What is searched
//
// Every string that an event can carry, names and keys among them; its numbers;
// the text of the page block by block, where a value can be split over nodes
// and inline elements; what is read back of the tape that the events make, with
// its keyframes and its tables of strings; and the filter's report.
//
// Each of these is searched as it is, and as what is left of it when percent
// escapes, character references, JSON, base64 or hexadecimal digits are decoded,
// up to three of them around each other. In each of these views a secret is
// looked for as it is; without regard to case, accents, width and the kind of
// white space; by its letters and digits alone; by its digits alone; and as the
// MD5, SHA-1 and SHA-256 of it in hexadecimal. A secret of fewer than four
// letters and digits is looked for as a whole word only.
//
// It is slow and simple on purpose, and shares no code with what it checks.
// Compressed and encrypted bytes, pictures, values written backwards, and
// values that are told by numbers of events are not found.
package masktest
