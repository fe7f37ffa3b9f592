// SPEC.md, section 11: events as rrweb's JSON.

import { kinds, records } from './registry.mjs';

const text = JSON.stringify; // it escapes lone surrogates
const object = (members) => `{${members.map(([name, value]) => `${text(name)}:${value}`).join(',')}}`;
const more = (rest) => rest.filter((m) => m.value !== '').map((m) => [m.name, m.value]);

/** The time in ms since 1970 as a decimal. */
function timestamp(ns) {
  const sign = ns < 0n ? '-' : '', n = ns < 0n ? -ns : ns, part = n % 1000000n;
  return `${sign}${n / 1000000n}${part === 0n ? '' : `.${String(part).padStart(6, '0').replace(/0+$/, '')}`}`;
}

/** An event as JSON text; null where it has none. start is that of the tape. */
export function eventJSON(e, start) {
  const { kind } = e;
  if (!kinds.has(kind) || (kind >= 8 && kind <= 10)) return null;
  const { name, fields } = kinds.get(kind), v = e.data.values;
  if (kind === 127) return v.event;
  const record = recordJSON(e.data, fields);
  const type = kind >= 64 ? 5 : kind >= 16 ? 3 : kind > 3 ? kind : kind - 1;
  const data = kind <= 2 ? v.payload || '{}'
    : kind >= 64 ? `{"tag":"pagetape.${name}","payload":${record}}`
      : kind >= 16 ? recordJSON(e.data, fields, [['source', kind - 16]]) : record;
  const stamp = e.extra.some((m) => m.name === 'timestamp') ? [] : [['timestamp', timestamp(start + e.time)]];
  return object([['type', type], ['data', data], ...stamp, ...more(e.extra)]);
}

function recordJSON(r, fields, first = []) {
  if (first.length === 0 && r.rest.length > 0 && r.rest[0].name === null) return r.rest[0].value;
  const members = [...first];
  for (const f of fields) {
    if (r.rest.some((m) => m.name === f.name)) continue;
    const value = fieldJSON(f, r.values[f.name]);
    if (value !== undefined) members.push([f.name, value]);
  }
  return object([...members, ...more(r.rest)]);
}

/** A field's value as JSON text; undefined where it is left out. */
function fieldJSON(f, v) {
  switch (f.type) {
    case 'bool': return v || !f.omit ? String(v) : undefined;
    case 'int': return v !== 0n || !f.omit ? String(v) : undefined;
    case 'number': return v !== 0 || !f.omit ? text(v) : undefined;
    case 'string': return v !== '' || !f.omit ? text(v) : undefined;
    case 'json': return v || undefined;
    case 'bool?': case 'number?': return v === undefined ? undefined : text(v);
    case 'string?': return v !== undefined ? text(v) : f.null ? 'null' : undefined;
    case 'id': return v === 0 && f.null ? 'null' : v !== 0 || !f.omit ? String(v) : undefined;
    case 'attributes': return v.length > 0 || !f.omit ? attributesJSON(v) : undefined;
    case 'ints': {
      if (v === undefined) return f.omit ? undefined : '[]';
      return f.scalar && v.length === 1 ? String(v[0]) : `[${v.join(',')}]`;
    }
  }
  if (v === undefined) return f.omit ? undefined : f.type === 'list' ? '[]' : 'null';
  if (f.type === 'node') return nodeJSON(v);
  const fields = records.get(f.record);
  return f.type === 'list' ? `[${v.map((r) => recordJSON(r, fields)).join(',')}]` : recordJSON(v, fields);
}

const attributesJSON = (list) => object(list.map((a) => [a.name, [text(a.value), a.value, 'true', 'false', 'null', a.value][a.type]]));

function nodeJSON(n) {
  if (n.rest.length > 0 && n.rest[0].name === null) return n.rest[0].value;
  const children = ['childNodes', () => `[${n.children.map(nodeJSON).join(',')}]`], attributes = ['attributes', () => attributesJSON(n.attrs)];
  const words = ['textContent', () => text(n.text)];
  const own = [[], [children], [['name', () => text(n.name)], ['publicId', () => text(n.publicId)], ['systemId', () => text(n.systemId)]],
    [['tagName', () => text(n.name)], attributes, children], [words], [words], [words]][n.kind];
  const flag = (name, bit) => (n.bits & bit ? [[name, () => 'true']] : []);
  const members = [
    ...(n.kind > 0 ? [['type', () => n.kind - 1]] : []), ...own,
    ...(n.compatMode !== '' ? [['compatMode', () => text(n.compatMode)]] : []),
    ...flag('isSVG', 2048), ...flag('needBlock', 1024), ...flag('isStyle', 512), ...flag('isCustom', 256), ...flag('isShadowHost', 128), ...flag('isShadow', 64),
    ...(n.root !== 0 ? [['rootId', () => n.root]] : []), ...(n.kind > 0 || n.id !== 0 ? [['id', () => n.id]] : []),
  ];
  return object([...members.filter(([name]) => !n.rest.some((m) => m.name === name)).map(([name, value]) => [name, value()]), ...more(n.rest)]);
}
