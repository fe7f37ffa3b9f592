package format

// tracks code the ids of a frame's nodes. Nodes do not come in the order of
// their ids: those of table cells and of what was put into them later take
// turns, in a batch of changes and even more so in a page in preorder. So an id
// is told by its distance from what would come next on one of the runs of ids
// that are under way, the last one used first.
type tracks struct {
	last [maxTracks]int64 // the last id on each
	n    int              // how many there are
}

const (
	maxTracks = 8
	// nearTrack is how far an id is from a track at most to be on it. The tape says
	// which track it is: this is the writer's choice.
	nearTrack = 100
)

// begin forgets all tracks but one, which is at 0.
func (t *tracks) begin() { *t = tracks{n: 1} }

// code returns the track that the next id is on, maxTracks for a new one, and its
// distance from one more than the last id there; for a new one, than the last id
// of all.
func (t *tracks) code(id int64) (track, distance int64) {
	distance = id - t.last[0] - 1
	if far(distance) {
		track = maxTracks
		for i := 1; i < t.n; i++ {
			d := id - t.last[i] - 1
			if !far(d) && (track == maxTracks || max(d, -d) < max(distance, -distance)) {
				track, distance = int64(i), d
			}
		}
	}
	t.move(int(track), id)
	return track, distance
}

func far(distance int64) bool { return distance > nearTrack || distance < -nearTrack }

// id returns the id that code was given; false if there is no such track.
func (t *tracks) id(track, distance int64) (id int64, ok bool) {
	switch {
	case track == maxTracks:
		id = t.last[0]
	case track < 0 || track >= int64(t.n):
		return 0, false
	default:
		id = t.last[track]
	}
	id += 1 + distance
	t.move(int(track), id)
	return id, true
}

// move puts a track in front, with id as the last one on it.
func (t *tracks) move(track int, id int64) {
	if track == maxTracks {
		t.n = min(t.n+1, maxTracks)
		track = t.n - 1
	}
	for ; track > 0; track-- {
		t.last[track] = t.last[track-1]
	}
	t.last[0] = id
}
