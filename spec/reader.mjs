// A reader of tapes, made from SPEC.md and format/static-v1.txt alone. It is
// meant to be read beside SPEC.md, whose sections it names, more than to be fast.

import { createDecipheriv } from 'node:crypto';
import { decompress } from 'fzstd';
import { MAX, TapeError, bad, crc32c, fail, message, shallow, wtf8 } from './bytes.mjs';
import { attrRole, kinds, records, staticCount, statics } from './registry.mjs';

const HEAD = 0x01, EVENTS = 0x02, KEY = 0x03, HEAP = 0x04, INDEX = 0x86, FOOT = 0x87;

const isInt = (v) => (typeof v === 'bigint' && v === BigInt.asIntN(64, v)) || (Number.isSafeInteger(v) && !Object.is(v, -0));
const int = (v) => (isInt(v) ? Number(v) : bad('no integer'));
const arr = (v, n) => (Array.isArray(v) && (n === undefined || v.length === n) ? v : bad(`no array of ${n}`));

// Section 7: a column gives its values in turn. n is how many it has, where
// that is known before; read checks and translates one.
function column(v, n, read = int, none = 0) {
  if (v === null || v === undefined) return Object.assign(() => none, { all: null, used: () => true });
  const list = arr(v, n).map(read);
  let i = 0;
  return Object.assign(() => (i < list.length ? list[i++] : bad('a short column')), { all: list, used: () => i === list.length });
}


/** Checks an element of a column of numbers; an array becomes one of its number. */
function numeric(x) {
  if (!Array.isArray(x)) return x === null || typeof x === 'number' || isInt(x) ? x : bad('no number');
  const scale = x.length === 2 ? int(x[1]) : 0;
  if (x.length > 2 || (x.length === 2 && (scale < 1 || scale > 400))) bad('no number');
  return [Number(`${int(x[0])}e-${scale}`)];
}

const length = (v) => (int(v) >= 0 ? int(v) : bad('a negative number'));
const int64 = (v) => (isInt(v) ? BigInt(v) : int64(arr(v, 1)[0]));
const sum = (list, of) => (list ?? []).reduce((a, v) => a + (of(v) < 0 ? bad('a negative length') : of(v)), 0);

/** A column of references to table. */
function references(v, n, tables, table, bases) {
  const next = column(v, n);
  let high = bases[table], last = bases[table];
  const resolve = (code) => {
    if (code < 0) bad('a negative reference');
    if (code === 0) return 0;
    last = code === 1 ? high : code === 2 ? last + 1 : code - 2;
    high = Math.max(high, last + 1);
    return last;
  };
  return { next, resolve, number: () => resolve(next()), text: () => tables.text(table, resolve(next())) };
}

// Section 5.
const basesOf = (v) => Array.from({ length: 18 }, (_, i) => staticCount(i) + (i < arr(v).length ? length(v[i]) : 0));

class Tables {
  lists = Array.from({ length: 18 }, () => new Map());
  ends = Array.from({ length: 18 }, (_, i) => staticCount(i));
  count = 0; size = 0;

  get(table, n) {
    return this.lists[table].get(n) ?? fail('gap', `no ${n} in table ${table}`);
  }

  text(table, n) {
    if (n < statics[table].length) return statics[table][n];
    const entry = this.get(table, n);
    return (entry.text ??= wtf8(entry.bytes));
  }

  isWhole(n) { return n >= statics[12].length && this.get(12, n).bytes.length === 1 && this.get(12, n).bytes[0] === 0xff; }

  add(table, first, entries) {
    if (entries.length === 0) return;
    if (first < this.ends[table]) bad('numbers that were given before');
    entries.forEach((e, i) => this.lists[table].set(first + i, e));
    this.ends[table] = first + entries.length;
    this.count += entries.length;
    this.size += entries.reduce((a, e) => a + (e.bytes ? e.bytes.length : 0), 0);
    if (this.count > MAX.strings || this.size > MAX.bytes) fail('limit', 'strings');
  }

  sections(v) {
    for (const s of v === null ? [] : arr(v)) {
      const [table, first] = [int(arr(s)[0]), int(s[1])];
      if (s.length < 4 || first < 0) bad('a short section');
      if (table === 16) this.templates(first, s);
      else if (table >= 0 && table < 18) this.run(table, first, s[2], s[3]);
      s.slice(4).forEach((e) => shallow(e));
    }
  }

  run(table, first, lengths, text) {
    if (!(text instanceof Uint8Array)) bad('no text');
    let at = 0;
    const cut = (n) => (n >= 0 && at + n <= text.length ? text.subarray(at, (at += n)) : bad('text is short'));
    const entries = arr(lengths).map((n) => {
      if (!Array.isArray(n) || table === 17) return { bytes: cut(int(n)) };
      const pieces = n.map(int).map((k) => (k >= 0 ? cut(k) : Buffer.from(Buffer.from(this.get(17, -1 - k).bytes).toString('base64'))));
      return { bytes: Buffer.concat(pieces) };
    });
    if (at < text.length) bad('text is left');
    this.add(table, first, entries);
  }

  templates(first, s) {
    const bases = basesOf(s[2]);
    const ref = (i, table) => references(s[i], undefined, this, table, bases);
    const [names, texts, styles, counts] = [ref(4, 11), ref(5, 1), ref(6, 4), column(s[7])];
    const [attrs, types, roots, plain] = [ref(8, 13), column(s[9]), column(s[16]), ref(17, 0)];
    const values = Object.fromEntries([14, 15, 4, 2, 3, 8].map((table, i) => [table, ref(10 + i, table)]));
    const [tags, rest, extras, members] = [ref(18, 11), ref(19, 1), column(s[20]), ref(21, 12)];
    let root = 0;
    const list = arr(s[3]).map(int).map((bits) => {
      const kind = bits & 7, has = (bit) => (bits & bit) !== 0;
      const named = kind === 2 || kind === 3, worded = kind >= 4;
      if (kind === 7) bad('no kind of node');
      const t = { kind, bits, name: '', text: '', attrs: [], root: 0, publicId: '', systemId: '', compatMode: '', rest: [], children: has(8) };
      if (named) t.name = names.text();
      if (worded) t.text = (has(32) ? styles : texts).text();
      if (has(8192)) t.root = root += roots();
      if (has(16384)) {
        [t.publicId, t.systemId, t.compatMode] = [plain.text(), plain.text(), plain.text()];
        if (!named) t.name = tags.text();
        if (!worded) t.text = rest.text();
      }
      if (has(32768)) for (let n = extras(); n > 0; n--) t.rest.push(member(this, members, members));
      if (has(16)) {
        for (let n = counts(); n > 0; n--) {
          const name = attrs.text(), type = types();
          if (type < 0 || type > 5) bad('no type of attribute');
          t.attrs.push({ name, type, value: values[attrRole(name)].text() });
        }
      }
      return t;
    });
    const all = [names, texts, styles, attrs, plain, tags, rest, members, ...Object.values(values)].map((r) => r.next);
    if (![...all, counts, types, roots, extras].every((c) => c.used())) bad('a long column');
    this.add(16, first, list);
  }
}

/** A leftover member; the name is null where it stands for the whole record. */
function member(tables, names, values) {
  const n = names.number();
  return { name: tables.isWhole(n) ? null : tables.text(12, n), value: values.text() };
}

/** Reads the leftover members of n records in turn. */
function leftovers(v, n, tables, bases) {
  if (v === null || v === undefined) return () => [];
  const counts = column(arr(v, 3)[0], n);
  const total = sum(counts.all, (c) => c);
  const [names, values] = [references(v[1], total, tables, 12, bases), references(v[2], total, tables, 12, bases)];
  return () => Array.from({ length: counts() }, () => member(tables, names, values));
}

// Section 8.
function trees(v, tables, bases) {
  const [codes, on, distances, counts] = v === null ? [column([]), column(null), column(null), column(null)]
    : [column(arr(v, 4)[0] ?? bad('no nodes')), column(v[1], v[0].length), column(v[2], v[0].length), column(v[3])];
  const ref = references(null, 0, tables, 16, bases);
  const seen = new Map();
  const tracks = [0]; // the last id on each, the one used last first
  const node = (depth) => {
    if (depth > MAX.tree) fail('limit', 'depth of a tree');
    const code = codes(), track = on(), distance = distances();
    if (code === 0) return null;
    if (track !== 8 && !(track in tracks)) bad('no track');
    const id = tracks[track === 8 ? 0 : track] + distance + 1;
    if (id !== (id | 0)) bad('no id');
    if (track === 8) tracks.length = Math.min(tracks.length, 7);
    else tracks.splice(track, 1);
    tracks.unshift(id);
    let was = seen.get(id);
    if (!was) seen.set(id, (was = { template: 0, children: 0 }));
    if (code !== 3) was.template = ref.resolve(code > 3 ? code - 1 : code);
    const t = was.template === 0 ? bad('a node of nothing') : tables.get(16, was.template);
    const n = { ...t, id, children: [] };
    if (!t.children) return n;
    was.children += counts();
    if (was.children < 0) bad('a negative number of children');
    for (let i = was.children; i > 0; i--) n.children.push(node(depth + 1) ?? bad('no child'));
    return n;
  };
  return { next: () => node(1) };
}

// Section 7: returns what reads the n records of a group in turn.
function group(v, fields, n, frame) {
  const rest = leftovers(arr(v)[0] === undefined ? bad('an empty group') : v[0], n, frame.tables, frame.bases);
  v.slice(fields.length + 1).forEach((e) => shallow(e));
  const readers = fields.map((f, i) => [f.name, fieldReader(f, v[i + 1] ?? null, n, frame)]);
  return () => {
    const r = { rest: rest(), values: {} };
    for (const [name, read] of readers) r.values[name] = read();
    return r;
  };
}

function fieldReader(f, v, n, frame) {
  const { tables, bases } = frame;
  const many = (total) => ((frame.left -= total) < 0 ? fail('limit', 'values') : total);
  many(n);
  switch (f.type) {
    case 'bool': { const c = column(v, n); return () => c() !== 0; }
    case 'bool?': { const c = column(v, n); return () => { const k = c(); return k === 0 ? undefined : k !== 1; }; }
    case 'int': return column(v, n, int64, 0n);
    case 'number': case 'number?': {
      const c = column(v, n, numeric, f.type === 'number' ? 0 : null);
      let last = 0, whole = 0;
      return () => {
        const x = c();
        if (x === null) return f.type === 'number' ? 0 : undefined;
        if (x === 0 && !Object.is(x, -0)) return last;
        last = Array.isArray(x) ? x[0] : isInt(x) ? whole + Number(x) : x;
        if (Math.abs(last) < 2 ** 53) whole = Math.trunc(last);
        return last;
      };
    }
    case 'string': case 'json': { const c = references(v, n, tables, f.role, bases); return () => c.text(); }
    case 'string?': {
      const c = references(v, n, tables, f.role, bases);
      return () => { const code = c.next(); return code === 0 ? undefined : tables.text(f.role, c.resolve(code - 1)); };
    }
    case 'attributes': {
      const c = references(v, n, tables, 16, bases);
      return () => { const t = c.number(); return t === 0 ? [] : tables.get(16, t).attrs; };
    }
    case 'id': {
      const c = column(v, n);
      let last = 0;
      return () => {
        const d = c();
        if (d === 2) return 0;
        last = d === 1 ? frame.root : d > 2 ? last + d - 2 : last + d;
        return last === (last | 0) ? last : bad('no id');
      };
    }
    case 'node': return () => { const t = frame.trees.next(); if (t) frame.root = t.id; return t ?? undefined; };
  }
  if (v === null) return () => undefined;
  const c = column(arr(v, 2)[0], n);
  if (f.type === 'ints') {
    const all = column(v[1], many(sum(c.all, (k) => Math.max(k - 1, -k))), int64, 0n);
    let last = 0n;
    return () => { const k = c(); return k === 0 ? undefined : Array.from({ length: k - 1 }, () => (last = BigInt.asIntN(64, last + all()))); };
  }
  if (f.type === 'list') {
    const all = group(v[1], records.get(f.record), many(sum(c.all, (k) => Math.max(k - 1, -k))), frame);
    return () => { const k = c(); return k === 0 ? undefined : Array.from({ length: k - 1 }, all); };
  }
  const all = group(v[1], records.get(f.record), many(sum(c.all, (k) => k)), frame);
  return () => (c() === 0 ? undefined : all());
}

/** Section 6: yields the events of a payload. */
export function* unpack(payload, tables) {
  const p = arr(message(payload));
  if (p.length < 8) bad('a short payload');
  const bases = basesOf(p[0]);
  tables.sections(p[1]);
  const frame = { tables, bases, trees: trees(p[2], tables, bases), root: 0, left: MAX.values };
  const list = arr(p[3]).map(int), n = list.length;
  if (list.some((k) => k < 1 || k > 255)) bad('no kind of event');
  const unit = BigInt(int(arr(p[4], 2)[0])), times = column(p[4][1], n, int64, 0n), windows = column(p[5], n);
  const extra = leftovers(p[6], n, tables, bases);
  const groups = new Map();
  for (let i = 0; i < arr(p[7]).length; i += 2) {
    const kind = int(p[7][i]), count = list.filter((k) => k === kind).length;
    if (count === 0 || groups.has(kind) || i + 1 === p[7].length) bad('records of no event');
    const rows = kinds.has(kind) ? null : arr(p[7][i + 1], count).map((r) => shallow(r));
    groups.set(kind, rows ? () => ({ raw: rows.shift() }) : group(p[7][i + 1], kinds.get(kind).fields, count, frame));
  }
  if (list.some((k) => !groups.has(k))) bad('events without records');
  p.slice(8).forEach((e) => shallow(e));
  let time = 0n;
  for (const kind of list) {
    time = BigInt.asIntN(64, time + times());
    const window = windows();
    if (window < 0 || window > 0xffffffff) bad('no window');
    yield { kind, time: BigInt.asIntN(64, time * unit), window, extra: extra(), data: groups.get(kind)() };
  }
}

function map(bytes) {
  const m = message(bytes);
  const is = m !== null && typeof m === 'object' && !Array.isArray(m) && !(m instanceof Uint8Array);
  return is && !Object.keys(m).some((k) => k[0] === '?') ? m : bad('no map of integers');
}

/** Section 3. */
function readHead(payload) {
  const m = map(payload);
  if (m[1] !== undefined && int(m[1]) !== 1) fail('version', 'another version of the format');
  const text = (k) => (m[k] === undefined ? '' : wtf8(m[k])), pair = (k) => (m[k] === undefined ? ['', ''] : arr(m[k], 2).map(wtf8));
  const number = (v) => (typeof v === 'number' ? v : int(v));
  const size = (k) => (m[k] === undefined ? [0, 0] : arr(m[k], 2).map(number)), free = (m[7] === undefined ? [] : arr(m[7])).map(wtf8);
  const h = {
    session: text(3), start: m[5] === undefined ? 0n : BigInt(isInt(m[5]) ? m[5] : bad('no start')), recorder: pair(4), userAgent: text(8), browser: pair(9), os: pair(10), screen: size(11),
    viewport: size(12), locale: text(13), timeZone: text(14), place: pair(15), masking: text(16), maskingHash: text(17),
    properties: free.flatMap((name, i) => (i % 2 ? [] : [[name, free[i + 1] ?? bad('half a property')]])),
  };
  if (m[1] === undefined || m[2] === undefined || int(m[2]) !== 1) fail('version', 'other static tables');
  return h;
}

/** A tape in memory. After events() has ended, header, frames and indexes are those of the tape. */
export class Tape {
  header = null; frames = [];
  indexes = []; // of each INDEX, its events

  /** With all, KEY and INDEX are read too. */
  constructor(bytes, { key, all = false } = {}) { Object.assign(this, { bytes, key, all }); }

  /** Sections 1 and 13: the frame at an offset, checked but for its place. */
  frame(at) {
    const b = this.bytes.subarray(at), mark = [0x89, 0x72, 0x72, 0x0a];
    if (mark.some((m, i) => i < b.length && b[i] !== m)) fail('format', 'no sync mark');
    if (b.length < 24) fail('truncated', 'the head of a frame');
    const view = new DataView(b.buffer, b.byteOffset, b.length), body = 24 + view.getUint16(6);
    const [stored, decoded] = [view.getUint32(8), view.getUint32(12)];
    if (body - 24 > MAX.header || stored > MAX.frame || decoded > MAX.frame) fail('limit', 'length of a frame');
    if (b.length < body) fail('truncated', 'the header of a frame');
    const head = b.subarray(24, body);
    if (crc32c(b.subarray(0, 16), head) !== view.getUint32(16)) fail('checksum', 'header');
    const header = map(head);
    if ([1, 12, 13].some((k) => header[k] !== undefined && !(header[k] instanceof Uint8Array))) bad('no bytes');
    if (b.length < body + stored) fail('truncated', 'the payload of a frame');
    const f = { kind: b[4], codec: b[5], at, size: body + stored, decoded, head, header, stored: b.subarray(body, body + stored) };
    if (crc32c(f.stored) !== view.getUint32(20)) fail('checksum', 'payload');
    return f;
  }

  /** Sections 1 and 12: the payload, decrypted and decoded. */
  payload(f) {
    let b = f.stored;
    const nonce = f.header[12];
    if (nonce !== undefined) {
      if (!this.key || nonce.length !== 12 || b.length < 16) fail('key', 'no key');
      const d = createDecipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from([f.kind, f.codec, ...f.head])).setAuthTag(b.subarray(-16));
      try { b = Buffer.concat([d.update(b.subarray(0, -16)), d.final()]); } catch { fail('key', 'not this key'); }
    }
    if (f.codec > 1) fail('version', `codec ${f.codec}`);
    if (f.codec === 1) try { b = decompress(b); } catch (e) { bad(e.message); }
    return b.length === f.decoded ? b : bad('another length than it says');
  }

  /** Yields all events in file order; a TapeError comes after those before the damage. */
  *events() {
    let at = 0, part = 0, epoch = '', seq = -1, tables, generation, skip = false, shift = 0n;
    const batches = new Set();
    try {
      if (this.bytes.length === 0) fail('truncated', 'empty');
      for (let f; at < this.bytes.length; at += f.size) {
        f = this.frame(at);
        const own = Buffer.from(f.header[1] ?? []).toString('hex'), number = int(f.header[2] ?? 0);
        const start = f.header[3] === undefined ? 0 : int(f.header[3]);
        if (f.kind === FOOT) { // sections 4 and 10
          if (int(f.header[4] ?? 0) !== at + f.size - part) fail('gap', 'the length of a part');
          part = at + f.size;
        } else if (f.kind === HEAD) {
          [epoch, seq, part] = [own, number, at];
        } else if (own !== '') {
          const follows = own === epoch && number === seq + 1;
          [epoch, seq] = [own, number];
          if (!follows && f.kind < 0x80) fail('gap', 'the number of a frame');
        }
        if (at === 0 && f.kind !== HEAD) fail('format', 'no HEAD');
        this.frames.push({ kind: f.kind, at, size: f.size, start, span: int(f.header[4] ?? 0), events: int(f.header[5] ?? 0), generation: int(f.header[7] ?? 0) });
        const id = `${own} ${f.header[7] ?? 0}`;
        if (f.kind === EVENTS || f.kind === HEAP || f.kind === KEY) {
          if (tables === undefined || id !== generation) [tables, generation] = [new Tables(), id];
        }
        switch (f.kind) {
          case HEAD: {
            const h = readHead(this.payload(f)), batch = f.header[13] && wtf8(f.header[13]);
            this.header ??= h;
            [shift, skip] = [h.start - this.header.start, batch !== undefined && batches.has(batch)];
            batches.add(batch);
            break;
          }
          case HEAP: { const p = this.payload(f); if (!skip) tables.sections(message(p)); break; }
          case EVENTS: {
            const p = this.payload(f);
            if (!skip) for (const e of unpack(p, tables)) yield { ...e, time: e.time + shift };
            break;
          }
          case KEY: if (this.all && !skip) this.frames.at(-1).keyframes = [...unpack(this.payload(f), tables)]; break;
          case INDEX: if (this.all) this.indexes.push([...unpack(this.payload(f), new Tables())]); break;
          case FOOT: break;
          default: if (f.kind < 0x80) fail('version', `frame of kind ${f.kind}`);
        }
      }
    } catch (e) {
      throw e instanceof TapeError ? Object.assign(e, { offset: at }) : e;
    }
  }
}
