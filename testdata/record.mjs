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
const labelled = process.env.OUT || path.join(here, 'signals');
const viewport = { width: 1000, height: 700 };
const origin = 'http://127.0.0.1:4711'; // port 4712 is the other origin

// How each page is used. `record` is the text of rrweb's options. One with
// `labels` goes to signals/, of a page that may be another's, and what was done
// is written beside it.
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

  clicks: {
    page: 'signals',
    record: '{ plugins: [rrwebPluginConsoleRecord.getRecordConsolePlugin()] }',
    labels: {
      visits: [{ path: '/signals.html', clicks: 35, errors: 6 }],
      forms: [{ selector: '#signup', submits: 0, abandoned: false, last: '#name', fields: [{ selector: '#name', focuses: 1, inputs: 0 }] }],
      idle: 1,
    },
    async drive({ page, click, act, wait, rapid, shake }) {
      await wait(4500); // the clock is known for one
      await act({ kind: 'dead-click', selector: '#dead', clicks: 1 });
      await click('#dead');
      await wait(3000);
      await click('#live'); // answers at once
      await wait(3000);
      await click('#slow'); // answers after 1.5 s
      await wait(3000);
      await act({ kind: 'dead-click', selector: '#late', clicks: 1 }); // answers after 4 s
      await click('#late');
      await wait(5000);
      await act({ kind: 'dead-click', selector: '#card', clicks: 1 });
      await click('#card b');
      await wait(3000);
      await act({ kind: 'dead-click', selector: '#top', clicks: 1 });
      await click('#top');
      await wait(3000);
      await act({ kind: 'dead-click', selector: '#pixel', clicks: 1 });
      await click('#pixel');
      await wait(3000);
      await click('#plain'); // looks like nothing to click on
      await wait(3000);
      await act({ kind: 'dead-click', selector: '#throws', clicks: 1 }, { kind: 'error-click', selector: '#throws', clicks: 1, errors: 1 });
      await click('#throws');
      await wait(3000);
      await act({ kind: 'error-click', selector: '#logs', clicks: 1, errors: 1 });
      await click('#logs');
      await wait(1500);
      await act({ kind: 'error-click', selector: '#later', clicks: 1, errors: 1 });
      await click('#later');
      await wait(3000);
      await act({ kind: 'dead-click', selector: '#dead', clicks: 6 }, { kind: 'rage-click', selector: '#dead', clicks: 6 });
      await rapid('#dead', 6);
      await wait(3000);
      await rapid('#step', 6); // answered each time
      await wait(1500);
      await act({ kind: 'rage-click', selector: '#plain', clicks: 4 });
      await rapid('#plain', 4, 30);
      await wait(1500);
      await act({ kind: 'dead-click', selector: '#dead', clicks: 2 });
      await rapid('#dead', 2); // two are no rage
      await wait(3000);
      await page.locator('#name').click({ clickCount: 3 }); // selects in a field
      await wait(1500);
      await act({ kind: 'thrashing' });
      await shake(12, 160);
      await wait(1500);
      await page.mouse.move(100, 300, { steps: 10 });
      await page.mouse.move(500, 320, { steps: 10 });
      await page.mouse.move(120, 340, { steps: 10 }); // to and fro, no more
      await wait(1000);
      await act({ kind: 'error-click', selector: '#throws', clicks: 3, errors: 3 }, { kind: 'rage-click', selector: '#throws', clicks: 3 }, { kind: 'dead-click', selector: '#throws', clicks: 3 });
      await rapid('#throws', 3);
      await wait(7000); // idle, but for the clock
      await page.mouse.move(300, 300);
      await wait(600);
    },
  },

  journey: {
    page: 'signals',
    record: '{ plugins: [rrwebPluginConsoleRecord.getRecordConsolePlugin()] }',
    labels: {
      visits: [
        { path: '/signals.html', scrollTop: 1165, scrollPercent: 100 },
        { path: '/users/:id/edit', scrollTop: 0 },
        { path: '/boats/:id/log', scrollTop: 0 },
        { path: '/users/:id/edit', scrollTop: 0 },
        { path: '/signals.html', scrollTop: 400 },
      ],
      forms: [
        {
          selector: '#signup', submits: 1, abandoned: false, last: '#power',
          fields: [
            { selector: '#name', focuses: 2, inputs: 12, refills: 1, corrections: 2 },
            { selector: '#boat', focuses: 1, inputs: 5, refills: 0, corrections: 0 },
            { selector: '#berth', inputs: 1, refills: 0 },
            { selector: '#nights', inputs: 0, scripted: 1 },
            { type: 'radio', inputs: 1, refills: 0 },
            { selector: '#power', inputs: 1, refills: 0 },
          ],
        },
        {
          selector: '#contact', submits: 0, abandoned: true, last: '#message',
          fields: [
            { selector: '#subject', focuses: 1, inputs: 4, refills: 0, corrections: 0, hesitation: 1500 },
            { selector: '#message', focuses: 1, inputs: 2, refills: 0, corrections: 0 },
          ],
        },
      ],
      funnels: [
        { steps: '/signals.html>/users/:id/edit>click:#send', reached: 2 },
        { steps: '/signals.html>click:#send>/boats/*/log>custom:copy', reached: 4 },
      ],
    },
    async drive({ page, type, click, act, wait }) {
      const scroll = async y => {
        await page.evaluate(y => window.scrollTo(0, y), y);
        await wait(400);
      };
      await page.evaluate(() => rrweb.record.addCustomEvent('height', { height: document.documentElement.scrollHeight }));
      await wait(4000);
      await type('#name', 'Kari');
      await type('#boat', 'Terna');
      await page.locator('#name').click();
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('ia R', { delay: 15 });
      await page.keyboard.press('Backspace');
      await page.keyboard.type('B');
      await page.selectOption('#berth', '8');
      await page.locator('input[value="2"]').check();
      await page.check('#power');
      await click('#send');
      await wait(1000);
      await page.locator('#subject').click();
      await wait(1500);
      await page.keyboard.type('Rope', { delay: 20 });
      await type('#message', 'Hi');
      await wait(500);
      await scroll(700);
      await scroll(1200);
      await scroll(0);
      await click('#user');
      await wait(5500);
      await act({ kind: 'quick-back' });
      await click('#token');
      await wait(1200);
      await click('#other');
      await wait(5500);
      await click('#home');
      await wait(1000);
      await scroll(400);
      await act({ kind: 'selection', selector: '#quote', length: 34 });
      await page.locator('#quote').click({ clickCount: 3 });
      await wait(1500);
      await act({ kind: 'copy', length: 36 });
      await page.keyboard.press('Control+c');
      await wait(3000);
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
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, data);
  return data.length;
};

async function record(browser, name) {
  const { drive, record = '{}', labels, page: file = name } = scenarios[name];
  const context = await browser.newContext({ viewport, locale: 'nb-NO' });
  const page = await context.newPage();
  let failed = false;
  page.on('pageerror', error => { if (!labels) { failed = true; console.error(error); } });
  await page.addInitScript(initScript(record));
  await page.goto(`${origin}/${file}.html`, { waitUntil: 'load' });

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

  // What is done next, as a moment that is to be found: when, in events emitted.
  const moments = [];
  const act = async (...acts) => {
    const after = await page.evaluate(() => window.__events.length);
    moments.push(...acts.map(what => ({ after, ...what })));
  };
  const rapid = async (selector, times, delay = 80) => {
    const box = await page.locator(selector).boundingBox();
    for (let i = 0; i < times; i++) {
      await page.mouse.click(box.x + 12 + i % 2, box.y + box.height / 2);
      await wait(delay);
    }
  };
  const shake = async (times, width) => {
    for (let i = 0; i < times; i++) {
      await page.mouse.move(400 + (i % 2) * width, 420 + i, { steps: 3 });
      await wait(60);
    }
  };

  await wait(300);
  await drive({ page, wait, checkpoint, click, drag, type, act, rapid, shake });
  if (!labels) await checkpoint('end');

  const { events, truth } = await page.evaluate(() => ({ events: window.__events, truth: window.__truth }));
  await context.close();
  if (failed) throw new Error(`${name}: the page threw an error`);
  if (labels) {
    const size = save(path.join(labelled, `${name}.json.gz`), { name, recorder: 'rrweb 2.2.2', events });
    const lines = (list, indent) => list.map(x => indent + JSON.stringify(x)).join(',\n');
    const rest = Object.entries(labels).map(([key, value]) => Array.isArray(value)
      ? `  ${JSON.stringify(key)}: [\n${lines(value, '    ')}\n  ]` : `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    const text = `{\n  "moments": [\n${lines(moments, '    ')}\n  ],\n${rest.join(',\n')}\n}\n`;
    fs.writeFileSync(path.join(labelled, `${name}.labels.json`), text);
    console.log(`${name}: ${events.length} events, ${moments.length} moments, ${size} bytes, ${(events.at(-1).timestamp - events[0].timestamp) / 1000} s`);
    return;
  }
  const sizes = [
    save(path.join(out, `${name}.json.gz`), { name, recorder: 'rrweb 2.2.2', events }),
    save(path.join(out, `${name}.truth.json.gz`), truth),
  ];
  console.log(`${name}: ${events.length} events, ${truth.length} checkpoints, ${sizes.join(' + ')} bytes, ${(events.at(-1).timestamp - events[0].timestamp) / 1000} s`);
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(scenarios);
const servers = [
  await serve(4711, url => {
    const name = url.match(/^\/(\w+)\.html/)?.[1];
    return name in scenarios || name === 'signals' ? fs.readFileSync(path.join(here, 'pages', `${name}.html`)) : undefined;
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
