// Records a person at work in ./desk.html with rrweb, in headless Chromium and in
// real time. Usage: npm install; node record.mjs NAME [SECONDS]     (CHROMIUM and
// OUT may be set). The person is ./person.mjs.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Person } from './person.mjs';

const here = import.meta.dirname;
const out = process.env.OUT || here;
const origin = 'http://desk.example'; // answered from this directory, below

const recordings = {
  workday: { seed: 1, height: 430, options: {} },
  checkouts: { seed: 3, height: 300, options: { checkoutEveryNms: 60_000 } }, // of the table: each snapshot has its rows
};

// Runs in the page before its own scripts.
function inPage(options) {
  window.__events = [];
  window.__truth = [];
  document.addEventListener('DOMContentLoaded', () => {
    rrweb.record({ emit: event => window.__events.push(event), ...options });
  });

  // The live DOM as plain arrays: [tag, attributes, children, state].
  const dump = node => {
    const children = list => Array.from(list, dump);
    switch (node.nodeType) {
      case Node.DOCUMENT_NODE: return ['#doc', children(node.childNodes)];
      case Node.DOCUMENT_TYPE_NODE: return ['#dt', node.name];
      case Node.TEXT_NODE: return ['#t', node.data];
      case Node.COMMENT_NODE: return ['#c', node.data];
    }
    const attributes = Object.fromEntries(Array.from(node.attributes, a => [a.name, a.value]));
    const state = {};
    if (node.shadowRoot) state.shadow = children(node.shadowRoot.childNodes);
    if (['input', 'textarea', 'select'].includes(node.localName)) state.value = node.value;
    if (node.localName === 'input') state.checked = node.checked;
    if (node.scrollLeft || node.scrollTop) state.scroll = [node.scrollLeft, node.scrollTop];
    const row = [node.localName, attributes, children(node.childNodes)];
    return Object.keys(state).length ? [...row, state] : row;
  };

  // Takes no full snapshot: that of a person's session is the only one.
  window.__checkpoint = async label => {
    await new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done, 200)); // rrweb holds scroll events back for up to 100 ms
    rrweb.record.addCustomEvent('checkpoint', { label });
    window.__truth.push({ label, after: window.__events.length, dom: dump(document) });
  };
}

const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml' };
const serve = route => {
  const { pathname } = new URL(route.request().url());
  const file = pathname.startsWith('/nm/') ? path.join(here, 'node_modules', pathname.slice(4)) : path.join(here, pathname);
  if (!fs.existsSync(file)) return route.fulfill({ status: 404 });
  return route.fulfill({ body: fs.readFileSync(file), contentType: types[path.extname(file)] || 'application/octet-stream' });
};

const save = (file, value) => {
  const data = gzipSync(JSON.stringify(value), { level: 9 }); // node writes no time into the header
  fs.writeFileSync(path.join(out, file), data);
  return data.length;
};

const [name, seconds = '900'] = process.argv.slice(2);
if (!(name in recordings)) throw new Error(`usage: node record.mjs ${Object.keys(recordings).join('|')} [SECONDS]`);
const { seed, height, options } = recordings[name];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'nb-NO' });
  page.setDefaultTimeout(5000);
  page.on('pageerror', error => console.error('page:', error.message));
  await page.route('**', serve);
  const rrweb = fs.readFileSync(path.join(here, 'node_modules/rrweb/dist/rrweb.umd.min.cjs'), 'utf8');
  await page.addInitScript(`if (window === top) {\n${rrweb};\n(${inPage})(${JSON.stringify(options)});\n}`); // rrweb makes a frame of its own
  await page.goto(`${origin}/desk.html?height=${height}`, { waitUntil: 'load', timeout: 60_000 });
  await page.waitForTimeout(1500);

  let n = 0;
  const checkpoint = did => page.evaluate(label => window.__checkpoint(label), `${++n} ${did}`);
  await new Person(page, seed).work(Number(seconds), checkpoint);

  const { events, truth } = await page.evaluate(() => ({ events: window.__events, truth: window.__truth }));
  const sizes = [save(`${name}.json.gz`, { name, recorder: 'rrweb 2.2.2', events }), save(`${name}.truth.json.gz`, truth)];
  console.log(`${name}: ${events.length} events, ${truth.length} checkpoints, ${sizes.join(' + ')} bytes, ${(events.at(-1).timestamp - events[0].timestamp) / 1000} s`);
} finally {
  await browser.close();
}
