// Package pagetape stores, masks and replays recorded web sessions.
//
// A session is a stream of events ([format.Event]). The page at any time is
// what those events make of a node tree ([snapshot.Page]). Masking is a filter
// between the two.
//
//	rrweb JSON ──rrweb.Decoder──▶ events ──mask.Filter──▶ format.Writer ──▶ .tape
//	.tape ──format.Reader (io.ReaderAt) or format.Decoder (io.Reader)──▶ events
//	events ──replay.Player──▶ snapshot.Page at t ──snapshot.Render──▶ HTML
//
// Every arrow between events is an iter.Seq2[format.Event, error]: an error is
// yielded once and last, and breaking off is always safe. Masking comes before
// the Writer, so nothing that is derived from a tape has more than it shows.
//
// # Packages
//
//   - snapshot: a captured tree as plain data, the live page that it is loaded
//     into, and rendering the page as HTML that is safe to open.
//   - format: the events, what each does to a page, and the tape.
//   - format/rrweb: rrweb's JSON, read and written without loss.
//   - mask: policies, and the filter that applies one to a session.
//   - mask/masktest: whether values are gone from what a policy leaves.
//   - replay: pages at any time, questions over time, a session told in lines
//     and at a glance, and checks of a recording against itself.
//   - replay/signals: moments that stand out, visits, forms, funnels, heat.
//   - replay/chart: timelines and heat maps as pictures.
//   - replay/replaytest: tests of sources, and recordings that tests are made of.
//   - cmd/pagetape: the tool.
//
// # Format
//
// SPEC.md describes the tape, version 1, byte by byte; spec/reader.mjs is a
// reader in JavaScript that was made from it. A tape is live, written as the
// events come, or sealed: smaller, and with keyframes and an index, so that a
// reader finds any moment with a read or two.
//
// # Privacy
//
// A tape's header has no field for an IP address and refuses one in any other.
// What a policy does not know it masks or drops, and counts. What users type is
// masked where it is shown again, too. docs/masking.md says what is found and
// what is not.
package pagetape
