// Package mask takes what is private out of a recorded session: a filter
// between the decoder of a recording and the writer of a tape.
//
// A [Config] says what is private, as plain data: rules with an [Action] each,
// and a few switches. [Default], [Strict], [Rrweb], [PostHog], [Sentry] and
// [Zenovay] are configs to begin with. [Compile] turns one into a [Policy], of
// which every session gets a [Filter] of its own; [Policy.String] says all that
// it does and why. docs/masking.md is for whoever runs it.
//
//	policy, err := mask.Compile(mask.Default())
//	filter := policy.NewFilter(nil)
//	for e, err := range filter.Events(decoder.Events()) { ... }
//	report := filter.Report()
//
// # Two passes, or a stream
//
// [Filter.Events] masks a stored session. It reads it to its end first, and so
// knows every private value and every rule that comes to match before it yields
// the first event. What does not fit into FilterOptions.Memory waits in an
// encrypted temporary file.
//
// [Filter.Append] masks events as they come, by what is known by then; it holds
// them back for FilterOptions.Hold, in the session's own time, and [Filter.Flush]
// ends that. What was let go before a value or a rule was known is masked on the
// page by events that the filter adds. The events before keep it. Report.Late
// counts the texts and attributes that had such a value.
//
// # Levels
//
// Every node of the page has a level: clear, text, input, mask or block, each
// stricter than the one before. The nearest ancestor-or-self that a rule
// matches decides; a form control raises what it holds to input. The level is
// inherited over the composed tree, so a masked host masks its shadow tree and
// its frame. Beside that a node can be final, which no rule nearer lifts:
// passwords, payment data, one-time codes; and private, which makes its text a
// value to look for elsewhere.
//
// A node's level is decided on the tree as it is after the whole event, is
// never lower than before the event, and never goes down while the node lives.
// A node that the page does not know is masked.
//
// # Rules
//
// A [Rule] is about elements, by CSS selector, by the type of a control or by
// its name, or about an attribute, a parameter of addresses, a tag of custom
// events or a plugin. Of the rules about one thing the strictest wins, whatever
// their order. Compile refuses a rule that it cannot honour to the letter, and
// the policy with it.
//
// # One sink
//
// Every string of every event leaves through one visitor, which knows what
// kind of content it is and the level of the node it belongs to. The schema
// ([format.Record]) is a closed world: members that it has no field for and
// events that it has no type for are dropped, and counted.
//
// Names pass where they look like names: tag and attribute names, classes and
// ids, custom event tags, payload keys, names of query parameters, CSS
// identifiers. What passes is searched for echoes, and what is content by the
// detectors too.
//
// # Echoes
//
// A value that is private is masked wherever else it is shown. These are
// registered: what text fields, textareas and editable elements hold, typed or
// filled; hidden fields whose name or form says that they are about a person;
// text under [Private] and [Final] rules; parameters of the window's address and
// members of payloads whose name says so; and what the caller gives to
// FilterOptions.Values or [Filter.Register]. What is masked for another reason
// is not: what selects, boxes and buttons hold, text under [Mask].
//
// A value is kept as keyed hashes of its forms. It is found without regard to
// case, accents, width and what stands between its letters; a phone number also
// with and without its country, a name also by its words and with the last
// first, an e-mail address also by what is before the @, dates in other orders
// and with an English month, numbers grouped otherwise, the MD5, SHA-1 and
// SHA-256 of e-mail addresses and phone numbers. All that also within character
// references, percent-encoding, escapes of JSON, JavaScript and CSS, base64 and
// hexadecimal digits, three layers deep.
//
// How much a value tells decides where it is looked for. Of eight letters or
// more, and phone numbers, cards and dates: anywhere. Of four to seven: as a
// word. Shorter ones, numbers of less than seven digits and words that everyone
// uses: not at all; nor are words that more than three text nodes of the page
// had before they were typed (Report.Common), for they are the page's own.
// Passwords are looked for from six characters on; what no vocabulary excuses.
// Codes and passwords of three to eight letters and digits that are too short
// for that are looked for as words in the text of their form.
//
// What was typed in the last three seconds is looked for in all that the page
// changes, as words, however short: it may be showing a preview.
//
// The text nodes of a line are searched together. What is a line is told by the
// names of elements, as there is no layout here.
//
// # Payloads
//
// Payloads of custom events, plugins and logs are masked: strings, numbers of
// six digits or more, and keys that look like none. Of known ones (rrweb's
// console and network plugin, PostHog's network plugin and events, Sentry's
// breadcrumbs and spans) the words and numbers that say nothing of the user stay,
// and addresses are treated as those of the page. One that a rule or Config.Keep
// allows shows its content, but for what detectors and echoes are found in it;
// members whose key speaks of a secret, bodies of requests, most values of
// headers and ids of sessions are masked there too.
//
// # Detectors
//
// What is shown is searched for what is private by its form, and that part of
// it is masked: e-mail addresses, payment cards, IBANs, social security numbers
// of the US, JSON Web Tokens, API keys and bearer tokens, PEM blocks and
// credentials in addresses; IP addresses and international phone numbers where
// Config.Detect names them. A form that has a check is held to it: Luhn and the
// brands' prefixes, MOD 97-10 and the countries' lengths, a token's header.
// National phone numbers need the numbering plans of every country: for them,
// and whatever else is private by its form, Compile takes Detectors of the
// caller's. Images are not searched.
//
// # Addresses and style sheets
//
// An address loses its user, password and fragment, and the values of its query
// but for those of parameters that a rule allows. Segments of its path that look
// like someone's or something's name, as UUIDs, long numbers and tokens do, are
// masked. mailto, tel and blob keep their scheme alone, of data only images and
// fonts stay, javascript goes. Style sheets lose their comments; addresses in
// them are treated as others; in masked scope their strings and the values of
// custom properties are masked.
//
// # State, and stored tapes
//
// [Filter.Export] seals what a filter knows, without any text but what it has
// shown, for another worker to go on with: [Policy.Import]. A filter that begins
// in the middle without it masks all up to the next full snapshot. [Rewrite]
// masks a stored tape once more, and [Check] says whether that would change it.
//
// [Filter.Report] counts what was done by rule, channel, detector and form of
// echo. It holds no value. Package masktest proves for a site's own recordings
// that values are gone.
package mask
