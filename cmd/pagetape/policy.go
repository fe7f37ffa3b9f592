package main

import "encoding/json"

const policyHelp = `Prints the policy as it is in effect: the modes, what is always masked, the
detectors, and every rule with its reason. POLICY is default, strict, rrweb,
posthog, sentry, zenovay, or a policy in a .json file.

  -json    as a policy file, to edit and give to pack -mask
`

// policy prints a masking policy.
func policy(env *environment, args []string) error {
	f := env.flags()
	asJSON := f.Bool("json", false, "")
	rest, err := env.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usage("one policy is needed, not %d", len(rest))
	}
	p, err := newPolicy(rest[0])
	switch {
	case err != nil:
		return err
	case p == nil:
		return usage("none masks nothing")
	case !*asJSON:
		_, err = p.WriteTo(env.out)
		return err
	}
	e := json.NewEncoder(env.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p.Config())
}
