// What SPEC.md and format/static-v1.txt list: read from there.

import { readFileSync } from 'node:fs';

// Section 9: the fields of all kinds and records, from the tables themselves.
export const kinds = new Map(), records = new Map();
const here = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
for (const line of here('SPEC.md').split('<!-- events -->')[1].split('<!-- /events -->')[0].split('\n')) {
  const cells = line.split('|').slice(1, -1).map((c) => c.trim());
  if (cells.length < 2 || cells[0] === 'kind' || cells[0] === 'record' || cells[0] === '---') continue;
  const fields = cells.at(-1).split(', ').map((text) => {
    const [name, type, ...more] = text.split(' ');
    const f = { name, type, omit: more.includes('omit'), null: more.includes('null'), scalar: more.includes('scalar') };
    if (/^\d+$/.test(more[0])) f.role = Number(more[0]);
    if (type === 'list' || type === 'record?') f.record = more[0];
    return f;
  });
  if (cells.length === 3) kinds.set(Number(cells[0]), { name: cells[1], fields });
  else records.set(cells[0], fields);
}

// Section 5: the static strings, and the roles of attribute values.
export const statics = Array.from({ length: 16 }, () => ['']);
let role = 0;
for (const line of here('format/static-v1.txt').split('\n')) {
  if (line.startsWith('role ')) role = Number(line.slice(5));
  else if (line.startsWith('"')) statics[role].push(JSON.parse(line));
}
export const staticCount = (table) => (table < 16 ? statics[table].length : table === 16 ? 1 : 0);
const attrRoles = { class: 15, style: 4, _cssText: 4, value: 2, rr_dataURL: 8 };
for (const name of ['href', 'src', 'srcset', 'xlink:href', 'action', 'formaction', 'poster', 'data', 'cite', 'background', 'ping', 'rr_src']) attrRoles[name] = 3;
/** The role of the value of an attribute. */
export const attrRole = (name) => (Object.hasOwn(attrRoles, name) ? attrRoles[name] : 14);
