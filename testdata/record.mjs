// Records the pages in ./pages with rrweb, driven in headless Chromium.
// Usage: npm install; node record.mjs [NAME...]     (CHROMIUM and OUT may be set)
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;
const out = process.env.OUT || path.join(here, 'recordings');
const viewport = { width: 1000, height: 700 };
const origin = 'http://127.0.0.1:4711'; // port 4712 is the other origin

// How each page is used. `record` is the text of rrweb's options.
const scenarios = {
  form: {
    record: `{
      maskInputOptions: {},
      plugins: [rrwebPluginConsoleRecord.getRecordConsolePlugin()],
    }`,
    async drive({ page, type, click, checkpoint }) {
      await page.mouse.move(400, 200, { steps: 8 });
      await type('#name', 'Kari Ødegård');
      await type('#email', 'kari.odegard@exampel.no');
      await checkpoint('typed');
      await type('#phone', '123456');
      await type('#card', '4929 1234 5678 9015');
      await type('#cvc', '737');
      await type('#password', 'hemmelig Ord-42!');
      await click('#show');
      await type('#password', '?');
      await type('#coupon', 'VÅR26');
      await page.selectOption('#country', 'is');
      await page.check('[name=ship][value=door]');
      await type('#message', 'ring 123 4567 8901');
      await click('#note');
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' Hilsen Kari Ødegård 🎁', { delay: 10 });
      await checkpoint('filled');
      await click('#show');
      await page.locator('#phone').fill('12345678901');
      await click('#pay');
      await checkpoint('refused');
      await page.locator('#email').selectText();
      await type('#email', 'kari.odegard@example.no', { click: false });
      await page.check('#terms');
      await click('#pay');
      await type('#code', '730518');
      await checkpoint('asked');
      await click('#yes');
    },
  },

  list: {
    async drive({ click, drag, checkpoint, wait }) {
      await click('#sort');
      await click('#shuffle', 2);
      await click('#insert');
      await checkpoint('shuffled');
      await click('#move');
      await click('#nest');
      await click('#rename');
      await drag('#left > li:nth-of-type(4) > span', '#right > li:first-of-type');
      await drag('#right > li:last-of-type > span', '#left > li:nth-of-type(2) > span');
      await checkpoint('moved');
      await click('#mark');
      await click('#style', 4);
      await wait(100);
      await checkpoint('styled');
      await click('#style', 4);
      await click('#churn', 2);
      await click('#sort');
      await click('#mark');
    },
  },

  shadow: {
    async drive({ type, click, checkpoint }) {
      await click('#content', 2);
      await click('#rules', 5);
      await checkpoint('rules');
      await type('#one .foot input', ' og lys');
      await click('#sheets', 4);
      await click('#content', 2);
      await click('#slots');
      await checkpoint('sheets');
      await click('#late', 3);
      await click('#three header');
      await click('#content', 2);
      await checkpoint('late');
      await click('#rules', 6);
      await click('#sheets', 3);
      await click('#late');
    },
  },

  frames: {
    async drive({ page, click, checkpoint, wait }) {
      await click('#tick', 2);
      await page.frameLocator('#a').locator('#i').pressSequentially(' i en ramme', { delay: 20 });
      await page.frameLocator('#a').locator('#t').pressSequentially('flere\nlinjer', { delay: 20 });
      await checkpoint('typed');
      await click('#make');
      await wait(200);
      await page.frameLocator('#late').locator('#k').pressSequentially('sent', { delay: 20 });
      await page.frameLocator('#b').frameLocator('#inner').locator('#j').pressSequentially('dypt', { delay: 20 });
      await click('#tick');
      await checkpoint('made');
      await click('#fill');
      await click('#drop');
      await wait(100);
      await checkpoint('dropped');
      await click('#make');
      await click('#tick');
      await wait(200);
    },
  },

  table: {
    async drive({ page, type, click, checkpoint }) {
      await click('[data-by=fish]');
      await click('#next', 2);
      await click('[data-by=kilo]', 2);
      await checkpoint('sorted');
      await type('#filter', 'torsk');
      await page.locator('td[data-key=port]').nth(1).dblclick();
      await page.keyboard.type('Brønnøysund', { delay: 10 });
      await checkpoint('editing');
      await page.keyboard.press('Enter');
      await page.locator('#filter').fill('finnes ikke');
      await page.locator('#filter').fill('');
      await click('#next', 2);
      await click('#add', 2);
      await click('#prev');
      await page.setViewportSize({ width: 760, height: 820 });
      await page.locator('.remove').nth(3).click();
      await click('summary');
      await click('#clear');
      await type('#why', 'for små');
      await checkpoint('asked');
      await click('#sure');
      await click('#add');
      await click('summary');
    },
  },

  editor: {
    record: '{ recordCanvas: true, sampling: { canvas: 2 } }',
    async drive({ page, type, click, checkpoint, wait }) {
      await page.locator('#doc p').first().click();
      await page.keyboard.press('End');
      await page.keyboard.type(' Og så litt til, på norsk.', { delay: 12 });
      await page.keyboard.press('Enter');
      await page.keyboard.type('Et nytt avsnitt', { delay: 12 });
      await page.keyboard.press('Control+Shift+ArrowLeft');
      await click('#bold');
      await checkpoint('written');
      await page.keyboard.press('Home');
      await page.keyboard.press('Backspace');
      await page.locator('#doc p').nth(1).click({ position: { x: 60, y: 10 } });
      await page.keyboard.press('Enter');
      await click('#draw', 2);
      await click('#shape', 2);
      await wait(600);
      await checkpoint('drawn');
      await click('#plain');
      await click('#undo', 2);
      await type('#area', ' og en tredje');
      await click('#draw');
      await click('#media', 4);
      await click('#shape');
      await checkpoint('undone');
      await page.locator('#log').hover();
      await page.mouse.wheel(80, 260);
      await wait(150);
      await page.mouse.move(900, 300);
      await page.mouse.wheel(0, 240);
      await page.locator('#code').selectText();
      await wait(500);
    },
  },
};

// Runs in the top page before its own scripts.
function inPage(options) {
  window.__events = [];
  window.__truth = [];
  document.addEventListener('DOMContentLoaded', () => {
    rrweb.record({ emit: event => window.__events.push(event), ...options });
  });

  // The live DOM as plain arrays: [tag, attributes, children, state].
  const dump = node => {
    const children = () => Array.from(node.childNodes, dump);
    switch (node.nodeType) {
      case Node.DOCUMENT_NODE: return ['#doc', children()];
      case Node.DOCUMENT_TYPE_NODE: return ['#dt', node.name];
      case Node.TEXT_NODE: return ['#t', node.data];
      case Node.CDATA_SECTION_NODE: return ['#cd', node.data];
      case Node.COMMENT_NODE: return ['#c', node.data];
    }
    const attributes = Object.fromEntries(Array.from(node.attributes, a => [a.name, a.value]));
    const state = {};
    if (node.shadowRoot) state.shadow = Array.from(node.shadowRoot.childNodes, dump);
    if (node.localName === 'iframe' && node.contentDocument) state.doc = dump(node.contentDocument);
    if (['input', 'textarea', 'select'].includes(node.localName)) {
      state.value = node.type === 'password' ? '*'.repeat(node.value.length) : node.value;
    }
    if (node.localName === 'input') state.checked = node.checked;
    if (node.scrollLeft || node.scrollTop) state.scroll = [node.scrollLeft, node.scrollTop];
    const row = [node.localName, attributes, children()];
    return Object.keys(state).length ? [...row, state] : row;
  };

  // All elements below a document or shadow root, in document order, through shadow roots.
  const elements = root => [...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [e, ...elements(e.shadowRoot)] : [e]);
  const frameTexts = doc => elements(doc)
    .filter(e => e.localName === 'iframe' && e.contentDocument)
    .flatMap(e => [e.contentDocument.body.innerText, ...frameTexts(e.contentDocument)]);

  const sleep = ms => new Promise(done => setTimeout(done, ms));
  window.__checkpoint = async label => {
    await new Promise(requestAnimationFrame);
    await sleep(200); // rrweb holds scroll events back for up to 100 ms
    rrweb.record.addCustomEvent('checkpoint', { label });
    window.__truth.push({
      label,
      after: window.__events.length,
      dom: dump(document),
      text: document.body.innerText,
      frames: frameTexts(document),
      shadow: elements(document).some(e => e.shadowRoot),
      viewport: { width: innerWidth, height: innerHeight },
    });
    rrweb.record.takeFullSnapshot(true);
    await sleep(100); // the documents of frames follow their snapshot
  };
}

const library = name => fs.readFileSync(path.join(path.dirname(require.resolve(name)), path.basename(name) + '.umd.min.cjs'), 'utf8');
const initScript = record => `if (window === top && location.origin === '${origin}') {
${library('rrweb')};
${library('@rrweb/rrweb-plugin-console-record')};
(${inPage})(${record});
}`;

const serve = (port, answer) => new Promise(resolve => {
  const server = http.createServer((request, response) => {
    const body = answer(request.url);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(body);
  });
  server.listen(port, '127.0.0.1', () => resolve(server));
});

const save = (file, value) => {
  const data = gzipSync(JSON.stringify(value), { level: 9 }); // node writes no time into the header
  fs.writeFileSync(path.join(out, file), data);
  return data.length;
};

async function record(browser, name) {
  const { drive, record = '{}' } = scenarios[name];
  const context = await browser.newContext({ viewport, locale: 'nb-NO' });
  const page = await context.newPage();
  let failed = false;
  page.on('pageerror', error => { failed = true; console.error(error); });
  await page.addInitScript(initScript(record));
  await page.goto(`${origin}/${name}.html`, { waitUntil: 'load' });

  const wait = ms => page.waitForTimeout(ms);
  const checkpoint = label => page.evaluate(label => window.__checkpoint(label), label);
  const click = async (selector, times = 1) => {
    for (let i = 0; i < times; i++) await page.locator(selector).first().click({ delay: 10 });
  };
  const type = async (selector, text, { click = true } = {}) => {
    if (click) {
      await page.locator(selector).click();
      await page.keyboard.press('End');
    }
    await page.keyboard.type(text, { delay: 15 });
  };
  // A drag as a user's: Playwright's own fires no drag event on the dragged element while it moves.
  const drag = async (from, to, steps = 8) => {
    const centre = async selector => {
      const box = await page.locator(selector).boundingBox();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const source = await page.locator(from).elementHandle();
    const a = await centre(from), b = await centre(to);
    await page.mouse.move(a.x, a.y);
    await page.mouse.down();
    for (let i = 1; i <= steps; i++) {
      const clientX = a.x + (b.x - a.x) * i / steps, clientY = a.y + (b.y - a.y) * i / steps;
      await page.mouse.move(clientX, clientY);
      await source.dispatchEvent('drag', { clientX, clientY });
      await wait(30);
    }
    await page.mouse.up();
  };

  await wait(300);
  await drive({ page, wait, checkpoint, click, drag, type });
  await checkpoint('end');

  const { events, truth } = await page.evaluate(() => ({ events: window.__events, truth: window.__truth }));
  await context.close();
  if (failed) throw new Error(`${name}: the page threw an error`);
  const sizes = [
    save(`${name}.json.gz`, { name, recorder: 'rrweb 2.2.2', events }),
    save(`${name}.truth.json.gz`, truth),
  ];
  console.log(`${name}: ${events.length} events, ${truth.length} checkpoints, ${sizes.join(' + ')} bytes, ${(events.at(-1).timestamp - events[0].timestamp) / 1000} s`);
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(scenarios);
fs.mkdirSync(out, { recursive: true });
const servers = [
  await serve(4711, url => {
    const name = url.match(/^\/(\w+)\.html/)?.[1];
    return name in scenarios ? fs.readFileSync(path.join(here, 'pages', `${name}.html`)) : undefined;
  }),
  await serve(4712, () => '<!doctype html><title>fremmed</title><p>Another origin</p>'),
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  for (const name of names) await record(browser, name);
} finally {
  await browser.close();
  servers.forEach(server => server.close());
}
