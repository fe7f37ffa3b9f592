package masktest_test

import (
	"fmt"
	"testing"

	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
)

// A test of a site's policy, on a recording of the site in which a test user
// was at work.
func ExampleLeaks() {
	_ = func(t *testing.T) {
		config := mask.Default()
		config.Rules = append(config.Rules, mask.Rule{Select: ".name", Action: mask.Mask})
		policy, err := mask.Compile(config)
		if err != nil {
			t.Fatal(err)
		}
		masktest.Leaks(t, policy, events(), "Ada Lovelace", "ada@example.org")
	}
}

func ExampleFind() {
	leaks, err := masktest.Find(events(), "ADA@EXAMPLE.ORG")
	for _, l := range leaks {
		fmt.Println(l)
		fmt.Println(l.Secret, l.Event, l.Kind, l.Field, l.View)
	}
	fmt.Println(err)
	// Output:
	// secret 0 in event 1 (input), text, as folded
	// 0 1 input text folded
	// <nil>
}
