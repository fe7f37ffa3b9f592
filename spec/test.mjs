// Reads all of testdata/vectors and exits with 1 where a tape is not what its
// JSON says it is. node test.mjs TAPE RECORDING compares the events of a tape
// with those of a recording instead.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TapeError } from './bytes.mjs';
import { Tape } from './reader.mjs';
import { eventJSON } from './rrweb.mjs';

const names = { 1: 'HEAD', 2: 'EVENTS', 3: 'KEY', 4: 'HEAP', 5: 'BLOB', 0x86: 'INDEX', 0x87: 'FOOT', 0x88: 'META', 0x89: 'SIDE', 0x8a: 'REDACT' };

/** Reads a tape: its events up to the error, and the error. */
function read(bytes, options) {
  const tape = new Tape(bytes, options), events = [];
  try {
    for (const e of tape.events()) events.push(e);
  } catch (error) {
    if (!(error instanceof TapeError)) throw error;
    return { tape, events, error };
  }
  return { tape, events };
}

const jsonOf = (tape, events) => events.map((e) => eventJSON(e, tape.header.start)).filter((t) => t !== null).map((t) => JSON.parse(t));

/** A summary as Go writes it: times in ns, and U+FFFD for each byte that is no UTF-8. */
function summaryJSON({ values: v }) {
  return JSON.parse(JSON.stringify(summary(v)), (_, x) => (typeof x === 'string' ? x.replace(/\p{Surrogate}/gu, '\ufffd'.repeat(3)) : x));
}

function summary(v) {
  const ns = (ms) => Math.round(ms * 1e6), n = Number;
  const plain = (r) => Object.fromEntries(Object.entries(r.values).map(([k, x]) => [k, typeof x === 'bigint' ? n(x) : x]));
  const list = (name, f) => (v[name]?.length ? { [name]: v[name].map(f) } : {});
  const ints = (r, name) => (r.values[name]?.length ? { [name]: r.values[name].map(n) } : {});
  const counted = (r) => ({ ...plain(r), first: ns(r.values.first) });
  const p = v.viewports.values;
  return {
    first: ns(v.first), last: ns(v.last), active: ns(v.active),
    counts: { ...plain(v.counts), mutations: plain(v.counts.values.mutations) },
    viewports: { first: { width: p.firstWidth, height: p.firstHeight }, last: { width: p.lastWidth, height: p.lastHeight } },
    ...list('kinds', plain), ...list('windows', (r) => ({ ...counted(r), last: ns(r.values.last) })),
    ...list('pages', (r) => ({ ...plain(r), time: ns(r.values.time) })), ...list('tags', counted), ...list('plugins', counted),
    activity: { start: ns(v.activity.values.start), width: ns(v.activity.values.width), ...ints(v.activity, 'interactions'), ...ints(v.activity, 'mutations') },
    leftOut: plain(v.leftOut),
  };
}

/** Holds what an INDEX says of the frames of its part to the frames. */
function checkIndex(events, frames) {
  const list = events.find((e) => e.kind === 10)?.data.values;
  if (!list?.kinds) return;
  for (const [name, of] of [['kinds', 'kind'], ['sizes', 'size'], ['starts', 'start'], ['spans', 'span'], ['events', 'events'], ['tables', 'generation']]) {
    assert.deepEqual(list[name].map(Number), frames.map((f) => f[of]), `index: ${name}`);
  }
  assert.equal(list.counts?.length ?? 0, 18 * frames.filter((f) => f.kind === 4).length, 'index: counts');
}

function checkVector(bytes, want) {
  const { tape, events, error } = read(bytes, { key: want.key && Buffer.from(want.key, 'hex'), all: true });
  if (error) throw error;
  assert.deepEqual({ ...tape.header, start: String(tape.header.start) }, want.header);
  assert.deepEqual(jsonOf(tape, events), want.events);
  assert.equal(events.length - want.events.length, want.skipped);
  assert.deepEqual(tape.frames.map((f) => names[f.kind] ?? f.kind.toString(16).toUpperCase()), want.frames);
  const keys = tape.frames.filter((f) => f.kind === 3);
  assert.deepEqual(keys.map((f) => ({ start: f.start, events: f.events })), want.keyframes);
  for (const f of keys) {
    for (const e of f.keyframes) assert.deepEqual([e.kind, Number(e.data.values.events), e.data.values.node.kind], [8, f.events, 1]);
  }
  assert.deepEqual(tape.indexes.map((list) => summaryJSON(list.find((e) => e.kind === 9).data)), want.summaries);
  let from = 0, index = 0;
  tape.frames.forEach((f, i) => {
    if (f.kind === 1) from = i;
    if (f.kind === 0x86) checkIndex(tape.indexes[index++], tape.frames.slice(from, i));
  });
}

function checkRecording(bytes, recording) {
  const all = JSON.parse(recording), want = Array.isArray(all) ? all : all.events;
  const { tape, events, error } = read(bytes, { all: true });
  if (error) throw error;
  assert.deepEqual(jsonOf(tape, events), want);
  console.log(`ok: ${want.length} events, ${tape.frames.length} frames, ${tape.frames.filter((f) => f.kind === 3).length} keyframes`);
}

if (process.argv[2]) {
  const text = readFileSync(process.argv[3]);
  checkRecording(readFileSync(process.argv[2]), (text[0] === 0x1f ? gunzipSync(text) : text).toString());
} else {
  const dir = new URL('../testdata/vectors/', import.meta.url);
  let good = 0, wrong = 0, differ = 0;
  const check = (name, f) => {
    try { f(); } catch (e) { differ++; console.error(`-- ${name}\n${e.stack}`); }
  };
  for (const file of readdirSync(dir).filter((f) => f.endsWith('.tape'))) {
    const load = (name) => readFileSync(new URL(name, dir));
    check(file, () => checkVector(load(file), JSON.parse(load(file.replace(/tape$/, 'json')))));
    good++;
  }
  for (const m of JSON.parse(readFileSync(new URL('malformed.json', dir)))) {
    check(m.file, () => {
      const { events, error } = read(readFileSync(new URL(m.file, dir)), { key: m.key && Buffer.from(m.key, 'hex') });
      assert.deepEqual({ error: error?.class, events: events.length }, { error: m.error, events: m.events }, error?.message);
    });
    wrong++;
  }
  console.log(`${good} tapes and ${wrong} malformed ones, ${differ} of which are read differently`);
  if (differ > 0 || good === 0 || wrong === 0) process.exit(1);
}
