// Package mask takes what is private out of a recorded session: a filter
// between the decoder of a recording and the writer of a tape.
//
// A [Config] says what is private, as plain data: rules with an [Action] each,
// and a few switches. A [Rule] is about elements, by CSS selector, input type or
// name, or about an attribute, a parameter of addresses, a tag or a plugin.
// [Default], [Strict], [PostHog] and others are configs to begin with. [Compile]
// turns one into a [Policy], of which every session gets a [Filter] of its own;
// [Policy.String] says all that it does and why.
//
//	policy, err := mask.Compile(mask.Default())
//	filter := policy.NewFilter()
//	for e, err := range filter.Events(decoder.Events()) { ... }
//
// # Levels
//
// Every node of the page has a level: clear, text, input, mask or block, each
// stricter than the one before. The nearest ancestor-or-self that a rule
// matches decides; a form control raises what it holds to input. The level is
// inherited over the composed tree, so a masked host masks its shadow tree and
// its frame. Beside that a node can be final, which no rule nearer lifts:
// passwords, payment data, one-time codes.
//
// A node's level is decided on the tree as it is after the whole event, is
// never lower than before the event, and never goes down while the node lives.
// A node that the page does not know is masked.
//
// # One sink
//
// Every string of every event leaves through one visitor, which knows what
// kind of content it is and the level of the node it belongs to. The schema
// ([format.Record]) is a closed world: members that it has no field for and
// events that it has no type for are dropped.
//
// Names pass where they look like names: tag and attribute names, classes and
// ids, custom event tags, payload keys, names of query parameters, CSS
// identifiers. Hosts of addresses pass in clear scope, and paths but for UUIDs,
// long numbers and tokens, which are someone's or something's name. Private values
// that show up again elsewhere are the work of another stage.
//
// # Detectors
//
// What is shown is searched for what is private by its form, and that part of
// it is masked: e-mail addresses, payment cards, IBANs, social security numbers
// of the US, JSON Web Tokens, API keys and bearer tokens, PEM blocks and
// credentials in addresses; IP addresses and international phone numbers where
// Config.Detect names them. They look at text, attributes, titles, paths of
// addresses, style sheets, text drawn on a canvas and payloads that the operator
// keeps, in which a number that is a card's becomes 0, as in those that are
// masked. Images are not searched. A form that has a check is held
// to it: Luhn and the brands' prefixes, MOD 97-10 and the countries' lengths, a
// token's header. National phone numbers need the numbering plans of every
// country: for them, and whatever else is private by its form, Compile takes
// Detectors of the caller's.
package mask
