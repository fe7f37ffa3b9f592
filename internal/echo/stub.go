// Package echo is a stub for compiling.
package echo

type Key [32]byte
type Kind uint8

const (
	Text Kind = iota
	Email
	Phone
	Card
	Name
	Address
	Date
	Number
	Secret
	Known
)

type Strength uint8

const (
	None Strength = iota
	Medium
	Strong
)

type ID uint32
type Form uint8

func (Form) String() string { return "" }

type Span struct {
	From, To int
	Form     Form
	Secret   bool
}
type Set struct{}

func New(key Key, limit int) *Set                               { return &Set{} }
func (s *Set) Add(value string, k Kind) (ID, Strength, bool)    { return 0, None, true }
func (s *Set) Drop(ID)                                          {}
func (s *Set) Len() int                                         { return 0 }
func (s *Set) Full() bool                                       { return false }
func (s *Set) Find(dst []Span, text string) []Span              { return dst }
func (s *Set) Contains(text string) bool                        { return false }
func Word(dst []Span, text, value string) []Span                { return dst }
func Classify(value string, k Kind) Strength                    { return None }
func (s *Set) Extends(id ID, longer string) bool                { return false }
func (s *Set) AppendBinary(b []byte) ([]byte, error)            { return b, nil }
func (s *Set) Merge(state []byte) error                         { return nil }

func (s *Set) Name(id ID) uint64             { return 0 }
func (s *Set) Lookup(name uint64) (ID, bool) { return 0, false }
