// A person who works in desk.html: what is done next, where the pointer goes and
// how long it takes is random, from a seed.
const words = 'torsken kom i natt og været holder seg til lørdag vi trenger is kasser flere folk på kaia prisen går opp for hyse men ikke sei husk å ringe mottaket før klokka ti ølet er kaldt båten må slippes'.split(' ');
const lines = ['const bonus = kilo > 1000 ? 1.05 : 1;', 'if (landing.late) total -= 250;', 'for (const f of fish) sum += rates[f];', '// husk moms', 'return Math.round(total * bonus);', 'let total = 0;', 'const ice = weather === "mild";'];

export class Person {
  constructor(page, seed) {
    this.page = page;
    this.state = seed;
    this.x = 600;
    this.y = 300;
  }

  // Mulberry32.
  random() {
    this.state = this.state + 0x6D2B79F5 | 0;
    let t = Math.imul(this.state ^ this.state >>> 15, 1 | this.state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  }
  between(a, b) { return a + (b - a) * this.random(); }
  whole(a, b) { return Math.floor(this.between(a, b + 1)); }
  chance(p) { return this.random() < p; }
  pick(list) { return list[this.whole(0, list.length - 1)]; }
  text(n) { return Array.from({ length: n }, () => this.pick(words)).join(' '); }

  wait(ms) { return this.page.waitForTimeout(ms); }
  pause(a = 300, b = 1500) { return this.wait(this.between(a, b)); }
  press(key) { return this.page.keyboard.press(key, { delay: 30 }); }

  // In a curve, slower at both ends.
  async move(x, y) {
    const { x: a, y: b } = this, length = Math.hypot(x - a, y - b);
    const steps = Math.max(4, Math.round(length / 25 + this.between(4, 12)));
    const bend = this.between(-0.25, 0.25), cx = (a + x) / 2 - (y - b) * bend, cy = (b + y) / 2 + (x - a) * bend;
    for (let i = 1; i <= steps; i++) {
      const s = i / steps, t = s * s * (3 - 2 * s);
      await this.page.mouse.move((1 - t) ** 2 * a + 2 * t * (1 - t) * cx + t * t * x, (1 - t) ** 2 * b + 2 * t * (1 - t) * cy + t * t * y);
      await this.wait(14);
    }
    [this.x, this.y] = [x, y];
  }

  // Where the element is, after scrolling to it by the wheel at the page's right edge.
  async find(locator) {
    for (let i = 0; i < 60; i++) {
      const box = await locator.boundingBox();
      if (!box) throw new Error(`not shown: ${locator}`);
      const { height, width } = this.page.viewportSize(), middle = box.y + box.height / 2;
      if (middle > 15 && middle < height - 15) return box;
      if (this.x < width - 60) await this.move(width - 40, this.between(200, height - 200));
      await this.page.mouse.wheel(0, Math.sign(middle - height / 2) * Math.min(120, Math.abs(middle - height / 2)));
      await this.wait(45);
    }
    throw new Error(`not reached: ${locator}`);
  }
  async over(locator, { left } = {}) {
    if (typeof locator === 'string') locator = this.page.locator(locator).first();
    await this.find(locator);
    await this.wait(80);
    const box = await this.find(locator);
    const x = left ? box.x + Math.min(left, box.width / 2) : box.x + box.width * this.between(0.3, 0.7);
    await this.move(x, box.y + box.height * this.between(0.35, 0.65));
  }
  async click(locator, options) {
    await this.over(locator, options);
    await this.pause(60, 200);
    await this.page.mouse.down();
    await this.pause(50, 110);
    await this.page.mouse.up();
  }

  // Four to eight keys a second, with slips that are mended and pauses for thought.
  async type(text) {
    for (const c of text) {
      if (c !== '\n' && this.chance(0.03)) {
        await this.page.keyboard.type(this.pick([...'asdeklørn']));
        await this.pause(200, 500);
        await this.press('Backspace');
      }
      await this.page.keyboard.type(c);
      await this.pause(125, 250);
      if (this.chance(0.012)) await this.pause(800, 2500);
    }
  }
  async wheel(times, step) {
    for (let i = 0; i < times; i++) {
      await this.page.mouse.wheel(0, step);
      await this.pause(40, i % 5 === 4 ? 500 : 90);
    }
  }

  // Works for so long; the checkpoints are evenly over it, each after something done.
  async work(seconds, checkpoint, checkpoints = 15) {
    const start = Date.now(), since = () => (Date.now() - start) / 1000;
    let taken = 0, sizes = [[1024, 768], [1440, 860]], did = '';
    while (since() < seconds) {
      const about = this.pick(Person.work);
      try {
        await this[about]();
        did = about;
      } catch (error) { // the page was another than thought: somebody shuts what is open and goes on
        console.error(`${about}: ${error.message.split('\n')[0]}`);
        await this.page.mouse.up();
        await this.press('Escape');
        await this.wait(600);
      }
      await this.pause(500, 4000);
      if (since() > seconds * (taken + 0.5) / checkpoints) {
        taken++;
        await checkpoint(did);
      }
      if (sizes.length > 0 && since() > seconds * (3 - sizes.length) / 3) {
        const [width, height] = sizes.pop();
        await this.page.setViewportSize({ width, height });
        await this.move(width / 2, height / 2);
      }
    }
    await checkpoint('end');
  }

  static work = ['code', 'code', 'code', 'note', 'note', 'sort', 'filter', 'edit', 'edit', 'tick', 'browse', 'browse', 'form', 'form', 'reorder', 'reorder', 'ask', 'drop', 'look', 'choose', 'read', 'read'];

  async code() {
    await this.click(this.page.locator('.CodeMirror-line').nth(this.whole(0, 8)), { left: 80 });
    await this.press('End');
    for (let n = this.whole(1, 3); n > 0; n--) await this.type('\n' + this.pick(lines));
    if (this.chance(0.4)) {
      for (let n = this.whole(4, 10); n > 0; n--) { await this.press('Shift+ArrowLeft'); await this.wait(70); }
      await this.pause();
      await this.type(this.pick(['kilo', 'pris', '0', '']));
    }
    if (this.chance(0.4)) for (let n = this.whole(1, 5); n > 0; n--) { await this.press('Control+z'); await this.pause(200, 500); }
  }

  async note() {
    await this.click(this.page.locator('.ql-editor > *').last());
    await this.press('Control+End');
    if (this.chance(0.5)) await this.press('Enter');
    await this.type(this.text(this.whole(4, 9)) + '. ');
    if (this.chance(0.4)) {
      await this.press('Shift+Home');
      await this.click(this.pick(['.ql-bold', '.ql-italic', '.ql-underline', '.ql-list[value=bullet]']));
    }
    if (this.chance(0.25)) { await this.press('Control+a'); await this.pause(); await this.press('Delete'); await this.type(this.text(5)); }
  }

  async sort() {
    for (let n = this.whole(1, 2); n > 0; n--) {
      await this.click(this.page.locator('.tabulator-col').nth(this.whole(0, 6)), { left: 30 });
      await this.pause(600, 2000);
    }
  }

  async filter() {
    await this.click('#filter');
    await this.type(this.pick(['ter', 'skarv 1', 'nord', 'havø', 'alke 3']));
    await this.pause(800, 2500);
    if (this.chance(0.5)) await this.browse();
    await this.click('#filter');
    await this.press('Control+a');
    await this.press('Delete');
  }

  // A cell of the table in a column, in a row that is seen.
  async cell(column) {
    await this.find(this.page.locator('#table'));
    const rows = this.page.locator('.tabulator-row').filter({ visible: true });
    const area = await this.page.locator('.tabulator-tableholder').boundingBox();
    for (let i = 0; i < 20; i++) {
      const cell = rows.nth(this.whole(0, await rows.count() - 1)).locator('.tabulator-cell').nth(column);
      const box = await cell.boundingBox();
      if (box && box.y > area.y && box.y + box.height < area.y + area.height - 20) return cell;
    }
    throw new Error('no row in sight');
  }
  async edit() {
    const column = this.pick([1, 1, 4, 2]);
    await this.click(await this.cell(column));
    await this.pause();
    if (column === 2) {
      await this.click(this.page.locator('.tabulator-edit-list-item').nth(this.whole(0, 4)));
      return;
    }
    await this.press('Control+a');
    await this.type(column === 4 ? String(this.whole(100, 9000)) : this.pick(['Ørneborg', 'Kvitøy', 'Sildra']) + ' ' + this.whole(1, 30));
    await this.press(this.chance(0.8) ? 'Enter' : 'Escape');
  }
  async tick() {
    for (let n = this.whole(1, 4); n > 0; n--) { await this.click(await this.cell(7)); await this.pause(); }
  }
  async browse() {
    await this.over('#table');
    await this.wheel(this.whole(6, 24), this.pick([90, 120, 240, -120]));
    await this.pause(500, 2500);
    if (this.chance(0.3)) await this.wheel(this.whole(6, 24), -240);
  }

  async form() {
    const fields = [['#boat', () => this.pick(['Terna', 'Skarv', 'Lomvi']) + ' ' + this.whole(1, 40)], ['#skipper', () => this.pick(['Kari Ødegård', 'Per Moe', 'Åse Li'])],
      ['#email', () => this.pick(['kari.odegard@example.no', 'per@example.no'])], ['#kilo', () => String(this.whole(100, 9000))], ['#remark', () => this.text(4)]];
    for (const [field, value] of fields) {
      if (this.chance(0.15)) continue;
      await this.click(field);
      await this.press('Control+a');
      await this.type(value());
      await this.pause(200, 900);
    }
    if (this.chance(0.6)) await this.page.locator('#harbour').selectOption({ index: this.whole(0, 4) });
    if (this.chance(0.6)) {
      await this.click('#fish .select__combobox');
      await this.pause(500, 1200);
      await this.click(this.page.locator('#fish sl-option').nth(this.whole(0, 4)));
      await this.pause();
    }
    await this.click(`[name=state][value=${this.pick(['fresh', 'frozen'])}]`);
    if (this.chance(0.4)) await this.click('#export', { left: 15 });
    if (this.chance(0.5)) await this.click('#checked');
    await this.pause();
    await this.click('#send');
    await this.pause(800, 2000);
  }

  async reorder() {
    for (let n = this.whole(1, 3); n > 0; n--) {
      await this.over(this.page.locator('.boards li').nth(this.whole(0, await this.page.locator('.boards li').count() - 1)), { left: 60 });
      await this.page.mouse.down();
      await this.wait(150);
      const to = await this.page.locator(this.pick(['#todo', '#done'])).boundingBox();
      await this.move(to.x + 60, Math.min(to.y + to.height * this.between(0.1, 0.9), this.page.viewportSize().height - 10));
      await this.pause(150, 400);
      await this.page.mouse.up();
      await this.pause();
    }
    if (this.chance(0.2)) await this.click(this.page.locator('.boards li button').first());
  }

  async ask() {
    await this.click('#ask');
    await this.wait(700);
    await this.click('#task');
    await this.type(this.text(3));
    if (this.chance(0.4)) await this.click('#urgent', { left: 10 });
    await this.click(this.chance(0.8) ? '#add' : '#cancel');
    await this.wait(600);
  }
  async drop() {
    await this.click('#drop');
    await this.pause(1000, 2500);
    await this.click(this.pick(['#yes', '#no', '#no']));
    await this.wait(600);
  }
  async look() {
    const cell = await this.cell(this.pick([0, 3]));
    await this.over(cell);
    await this.page.mouse.dblclick(this.x, this.y, { delay: 60 });
    await this.pause(1200, 3500);
    if (this.chance(0.5)) await this.click('sl-rating');
    await this.click('#shut');
    await this.wait(600);
  }
  async choose() {
    await this.click('#menu sl-button');
    await this.pause(500, 1200);
    await this.click(this.page.locator('#menu sl-menu-item').nth(this.pick([0, 0, 1, 2])));
    await this.pause();
  }

  async read() {
    for (let n = this.whole(1, 4); n > 0; n--) {
      await this.pause(700, 3500);
      const { width, height } = this.page.viewportSize();
      if (this.chance(0.4)) {
        await this.move(width - 40, this.between(200, height - 200));
        await this.wheel(this.whole(2, 7), this.pick([120, -120]));
      } else {
        await this.move(this.between(60, width - 60), this.between(60, height - 60));
      }
    }
  }
}
