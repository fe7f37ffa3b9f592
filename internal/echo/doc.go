// Package echo finds private values where they show up again: a phone number
// that was typed with dashes and is shown with dots, a name in the middle of an
// address, an e-mail in base64.
//
// A [Set] holds what was registered as keyed hashes, never as text.
// [Set.Find] returns the parts of a string that are echoes of them, in the forms
// that [Form] names.
//
// # The stream
//
// Values and texts are compared by their letters and numbers alone: every rune
// is folded (NFKD without its marks, full case folding, digits of any script to
// ASCII) and everything else is skipped. So "José" is "JOSE", and
// "(123) 456-7890" is "1234567890". Secrets that have too few of them, such as
// "!!p@$$##", are compared in a second stream, of everything but white space.
//
// # The search
//
// A text is read once. A keyed mix of the last six bytes of the stream is looked
// up in a bitmap; the last six of every registered form are in it. Where one
// is met, the search walks back over the text as far as that form is long and
// compares HMAC-SHA-256, truncated to 64 bits. What the text looks like between
// its letters and around them then decides: see [Strength]. Of a short text, every
// other five bytes of the stream are looked up first, which clears most.
//
// The same is done for what the text decodes to, three layers deep: character
// references of HTML, percent-encoding, escapes of JSON, JavaScript and CSS,
// runs of base64 and of hexadecimal digits. Where a text has few escapes, only what
// a form with one of them may reach into is searched again. Compressed data is not looked into,
// nor are images and fonts in data URLs.
//
// Work is bounded by the length of the text. Where a text is made to need more,
// all of it is one [Span]: masking more, never taking longer.
//
// The package works on plain strings and knows nothing of recordings.
package echo
