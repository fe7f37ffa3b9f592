// Package format defines the events of a recorded session, what each of them
// does to a page, and the tape: the binary file that stores them.
//
// A session is a stream of [Event]s. Every kind of event is a type of its own
// that implements [Data]: its Fields method is the schema, which the tape, the
// rrweb adapter and the masker all read, and its Apply method is its meaning.
package format

import (
	"slices"
	"time"

	"github.com/pagetape/pagetape/snapshot"
)

// A WindowID tells the windows and tabs of one session apart. Recorders that
// know one window only use 0.
type WindowID uint32

// An Event is one thing that happened in a session. Events are kept in file
// order, which is the order of arrival; Time need not ascend.
//
// An Event belongs to whoever holds it: nothing that yields one uses it again.
type Event struct {
	// Time is when it happened, since Header.Start. It can be negative for
	// what a recorder sent late.
	Time   time.Duration
	Window WindowID
	Data   Data

	// Extra is what the recorder wrote in the event's envelope beside type,
	// data and timestamp.
	Extra []snapshot.Member
}

// Data is what an event says. The set of types that implement it is closed;
// what a newer version wrote is an [Unknown].
type Data interface {
	Record
	// Kind returns the event's kind, the number that the tape stores.
	Kind() Kind
	// Apply does to the page what the event did to the recorded one. A
	// *DamageError says what could not be done; the rest was, and the page
	// stays usable. The page keeps strings of the event, and nothing else.
	Apply(p *snapshot.Page) error

	sealed()
}

// A Record is a value with fields that a Visitor can see: an event's data or
// a part of it.
type Record interface {
	// Fields shows the record's fields to v, always the same ones in the same
	// order. New versions add fields at the end.
	Fields(v Visitor)
	// Rest returns the members that the recorder wrote and Fields does not show.
	Rest() *[]snapshot.Member
}

// Extra is the part of a Record that keeps the members Fields does not show.
type Extra []snapshot.Member

// Rest returns the members for reading and changing.
func (e *Extra) Rest() *[]snapshot.Member { return (*[]snapshot.Member)(e) }

// A Visitor is shown every field of a Record by the method of the field's
// type. It may read the field or set it: one schema serves those who write,
// those who read and those who mask.
type Visitor interface {
	Bool(Spec, *bool)
	Int(Spec, *int64)
	Number(Spec, *float64)
	String(Spec, *string)
	ID(Spec, *snapshot.NodeID)
	Raw(Spec, *string) // JSON text of any value; "" where there is none
	Ints(Spec, *[]int64)
	Attrs(Spec, *[]snapshot.Attr)
	Node(Spec, **snapshot.Node)

	// Fields that may be missing: nil where they are.
	OptBool(Spec, **bool)
	OptNumber(Spec, **float64)
	OptString(Spec, **string)

	List(Spec, List)
	One(Spec, One)
}

// A Spec describes a field.
type Spec struct {
	Name string // the name in rrweb's JSON
	Role Role   // what a string field holds

	Omit   bool // left out of JSON where it is zero
	Null   bool // null in JSON where it is zero
	Scalar bool // of Ints: one number is written without the array
}

// A Role says what kind of content a string is, so that it can be masked, and
// stored beside its like.
type Role uint8

// The roles of strings.
const (
	RolePlain    Role = iota // names and words of the schema itself: no content
	RoleText                 // text of the page
	RoleInput                // a value of a form control
	RoleURL                  // an address
	RoleCSS                  // style sheet text
	RoleConsole              // console output and stack traces
	RoleNetwork              // parts of requests and responses
	RoleCustom               // tags and payloads that the page's own code chose
	RoleCanvas               // canvas arguments
	RoleFont                 // font names and sources
	RoleProperty             // names of CSS properties and canvas methods
	RoleTagName              // names of elements

	// No Spec has these: they are what nodes and leftover members have.
	RoleMember   // names and values of members that have no field
	RoleAttrName // names of attributes
	RoleAttr     // values of attributes that have no role of their own
	RoleClass    // values of class attributes

	roles // how many there are
)

// A List is a slice of records, as a Visitor sees it.
type List interface {
	Len() int
	At(i int) Record
	Add() Record // appends a zero element
	Reset()      // makes the slice empty but not nil
	Grow(n int)  // makes room for n more elements
	IsNil() bool
}

// One is a record that may be missing, as a Visitor sees it.
type One interface {
	Get() Record // nil where it is missing
	New() Record // a zero one, which is there from now on
	Clear()
}

type record[T any] interface {
	*T
	Record
}

type list[T any, P record[T]] struct{ s *[]T }

func (l list[T, P]) Len() int        { return len(*l.s) }
func (l list[T, P]) At(i int) Record { return P(&(*l.s)[i]) }
func (l list[T, P]) Reset()          { *l.s = []T{} }
func (l list[T, P]) IsNil() bool     { return *l.s == nil }
func (l list[T, P]) Grow(n int)      { *l.s = slices.Grow(*l.s, n) }
func (l list[T, P]) Add() Record {
	var zero T
	*l.s = append(*l.s, zero)
	return P(&(*l.s)[len(*l.s)-1])
}

func listOf[T any, P record[T]](s *[]T) List { return list[T, P]{s} }

type one[T any, P record[T]] struct{ p **T }

func (o one[T, P]) Get() Record {
	if *o.p == nil {
		return nil
	}
	return P(*o.p)
}

func (o one[T, P]) New() Record {
	*o.p = new(T)
	return P(*o.p)
}

func (o one[T, P]) Clear() { *o.p = nil }

func oneOf[T any, P record[T]](p **T) One { return one[T, P]{p} }
