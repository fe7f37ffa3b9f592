package echo

// A Kind says what a value is, and so in which forms it may come back.
type Kind uint8

const (
	// Text is anything. One that has the form of an e-mail address, a phone
	// number, a card, a date or an amount is treated as such.
	Text Kind = iota
	Email
	Phone
	Card
	Name    // of a person
	Address // postal, or a part of one
	Date
	Number
	Secret // a password, a key: what no vocabulary excuses
	Known  // given by the operator: Text that no vocabulary excuses
)

var kindNames = [...]string{"text", "email", "phone", "card", "name", "address", "date", "number", "secret", "known"}

// String returns the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// A Strength says how much a value tells, and so where it is looked for.
type Strength uint8

const (
	// None is a value that is not registered: too short, all one character,
	// of mask characters only, a number of less than seven digits, or made of
	// words that everyone uses.
	None Strength = iota
	// Medium is looked for between what are no letters and no digits.
	Medium
	// Strong is looked for anywhere, in the middle of words too; digits of
	// less than nine, not among other digits.
	Strong
)

// String returns the name of the strength.
func (s Strength) String() string {
	switch s {
	case Medium:
		return "medium"
	case Strong:
		return "strong"
	}
	return "none"
}

// A Form says as what an echo was found.
type Form uint8

const (
	FormWhole     Form = iota // the value, its letters and digits
	FormWord                  // a word of a name or an address
	FormEmailPart             // the local part of an e-mail address
	FormDigits                // a phone number, card or amount
	FormDate                  // a date, in another notation
	FormHash                  // MD5, SHA-1 or SHA-256 of an e-mail address or phone number, in hexadecimal
	FormRaw                   // a secret, punctuation included
	FormHTML                  // within character references
	FormPercent               // within percent-encoding
	FormJSON                  // within escapes of JSON, JavaScript or CSS
	FormBase64                // in base64 or base64url
	FormHex                   // in hexadecimal
	FormOverrun               // not an echo: the text needed more work than it may
	forms
)

var formNames = [forms]string{
	"whole", "word", "email-part", "digits", "date", "hash", "raw",
	"html", "percent", "json", "base64", "hex", "overrun",
}

// String returns the name of the form.
func (f Form) String() string {
	if f < forms {
		return formNames[f]
	}
	return "unknown"
}
