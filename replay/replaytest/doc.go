// Package replaytest helps to test what plays recorded sessions. [TestSource]
// tests any replay.Source, in the style of testing/slogtest and testing/iotest:
//
//	func TestSource(t *testing.T) {
//		if err := replaytest.TestSource(newSource()); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// [Generate] makes recordings of pages that live and users who use them: the
// events as rrweb would have recorded them, and what the pages truly were. It is
// driven by a random generator, a fuzzer, or a property test that shrinks.
//
//	r := replaytest.Generate(rand.New(rand.NewPCG(1, 2)), nil)
//	p := replay.NewPlayer(r.Events)
//	for _, c := range r.Checkpoints {
//		p.AtEvent(c.After)
//		for _, page := range c.Pages {
//			diff := page.Diff(p.Window(page.Window), 10)
//			...
//		}
//	}
package replaytest
