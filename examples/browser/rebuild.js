// rebuild makes the open page one that has the nodes of the live page, given as
// dump.js has them, and its style sheets: css has the text of each by the id of
// its element, and adopted that of the document's or a host's adopted ones. It
// runs nothing and loads nothing.
function rebuild(page, css, adopted) {
  const sheets = (root, id) => {
    root.adoptedStyleSheets = (adopted[id] || []).map(text => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  };
  const build = (n, space) => {
    if (n.Text !== null) return document.createTextNode(n.Text);
    if (n.Comment || n.Tag[0] === '!') return document.createComment('');
    if (['script', 'noscript', 'iframe', 'object', 'embed'].includes(n.Tag)) return document.createElement('template');
    if (css[n.ID] !== undefined || n.Tag === 'style' || n.Tag === 'link') {
      const style = document.createElement('style');
      if (n.Attrs.media) style.media = n.Attrs.media;
      style.textContent = css[n.ID] || '';
      return style;
    }
    space = {svg: 'http://www.w3.org/2000/svg', math: 'http://www.w3.org/1998/Math/MathML'}[n.Tag] || space;
    const e = document.createElementNS(space, n.Tag);
    if (n.Tag.includes('-') && space.endsWith('xhtml') && !customElements.get(n.Tag)) {
      customElements.define(n.Tag, class extends HTMLElement {});
    }
    for (const [name, value] of Object.entries(n.Attrs)) {
      if (!/^(on|src|href|poster|data$|action|xmlns)/.test(name)) try { e.setAttribute(name, value); } catch {}
    }
    if (n.Shadow) {
      const root = e.attachShadow({mode: 'open'});
      root.append(...n.Shadow.Kids.map(k => build(k, 'http://www.w3.org/1999/xhtml')));
      sheets(root, n.ID);
    }
    if (n.Tag === 'foreignObject') space = 'http://www.w3.org/1999/xhtml';
    if (n.Tag !== 'template') e.append(...(n.Kids || []).map(k => build(k, space)));
    if (n.Value !== null) e.value = n.Value;
    return e;
  };
  const html = build(page.Kids.find(n => n.Tag === 'html'), 'http://www.w3.org/1999/xhtml');
  document.replaceChild(html, document.documentElement);
  sheets(document, 0);
  return document.body.innerText;
}
