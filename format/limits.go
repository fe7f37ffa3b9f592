package format

// Limits bound what reading a tape may take, whatever the tape says. A zero
// field is the default.
type Limits struct {
	// Frame is the most bytes of a frame's payload, stored and decoded: 16 MiB.
	Frame int
	// Memory is the most bytes that decoding one frame may allocate: 256 MiB.
	Memory int
}

const (
	defaultFrame  = 16 << 20
	defaultMemory = 256 << 20
)

func (l Limits) withDefaults() Limits {
	if l.Frame <= 0 {
		l.Frame = defaultFrame
	}
	if l.Memory <= 0 {
		l.Memory = defaultMemory
	}
	return l
}
