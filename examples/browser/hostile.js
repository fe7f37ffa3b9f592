// unsafe returns what is not safe about a document and all in it: shadow roots,
// templates, frames.
function unsafe(doc) {
  const found = [];
  const forbidden = new Set(['script', 'noscript', 'base', 'link', 'object', 'embed', 'applet', 'frame', 'frameset',
    'portal', 'fencedframe', 'plaintext', 'xmp', 'noembed', 'noframes', 'param', 'track']);
  const css = (text, where) => {
    for (const [, url] of text.matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g)) {
      if (url !== '' && !/^(#|data:(image\/|font\/|application\/))/i.test(url)) found.push(`${where}: url(${url})`);
    }
  };
  const rules = (list, where) => {
    for (const rule of list) {
      if (rule.type === CSSRule.IMPORT_RULE) found.push(`${where}: @import`);
      if (rule.type !== CSSRule.NAMESPACE_RULE) css(rule.cssText, where);
      if (rule.cssRules) rules(rule.cssRules, where);
    }
  };
  const element = e => {
    const name = e.localName;
    if (forbidden.has(name.toLowerCase())) found.push(`<${name}>`);
    for (const a of e.attributes) {
      const key = a.name.toLowerCase();
      const value = a.value.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+/, '');
      if (key.startsWith('on')) found.push(`<${name}> ${key}`);
      if (key !== 'value' && /^(javascript|vbscript):/i.test(value)) found.push(`<${name}> ${key}=${value}`);
      if (['src', 'href', 'xlink:href', 'poster', 'data', 'background', 'action', 'formaction', 'ping', 'srcset', 'imagesrcset', 'manifest'].includes(key) &&
        !/^($|#|data:image\/)/i.test(value)) found.push(`<${name}> ${key}=${value}`);
    }
    if (name === 'meta' && e.httpEquiv && e.httpEquiv !== 'Content-Security-Policy') found.push(`meta ${e.httpEquiv}`);
    if (name === 'iframe') {
      if (e.getAttribute('sandbox') !== '') found.push('iframe without sandbox');
      if (e.hasAttribute('srcdoc')) root(new DOMParser().parseFromString(e.getAttribute('srcdoc'), 'text/html'));
    }
    if (e.style) css(e.style.cssText, `<${name}> style`);
    if (name === 'style') {
      if (e.children.length) found.push('markup in style');
      const sheet = new CSSStyleSheet(); // a parsed document applies none
      sheet.replaceSync(e.textContent);
      rules(e.sheet?.cssRules ?? sheet.cssRules, 'style');
    }
    if (name === 'template' && e.content) root(e.content);
    if (e.shadowRoot) root(e.shadowRoot);
  };
  const root = r => r.querySelectorAll('*').forEach(element);
  root(doc);
  return found;
}

// attack loads each page in a frame of its own, once with its policy, and then
// clicks on all there is, and once without, and returns what each did.
async function attack(pages) {
  const policy = /<meta http-equiv="Content-Security-Policy" content="[^"]*">/g;
  const nested = /&lt;meta http-equiv=(&amp;)*&#34;Content-Security-Policy.*?&gt;/g;
  const load = html => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.onload = () => { frame.onload = null; done(frame); };
    frame.srcdoc = html;
    document.body.append(frame);
  });
  const report = [];
  await Promise.all(pages.map(async (html, i) => {
    const bare = await load(html.replace(policy, '').replace(nested, ''));
    const found = unsafe(bare.contentDocument);
    const frame = await load(html);
    found.push(...unsafe(frame.contentDocument));
    const click = r => r.querySelectorAll('*').forEach(e => {
      if (e.click) e.click();
      if (e.focus) e.focus();
      if (e.shadowRoot) click(e.shadowRoot);
    });
    click(frame.contentDocument);
    await new Promise(done => setTimeout(done, 50));
    for (const f of [bare, frame]) {
      let url = 'elsewhere';
      try { url = f.contentWindow.location.href; } catch {}
      if (!/^about:srcdoc(#|$)/.test(url)) found.push(`went to ${url}`);
      if (f.contentWindow.ran) found.push('ran');
      f.remove();
    }
    if (found.length) report.push({page: i, found: [...new Set(found)]});
  }));
  if (window.ran) report.push({page: -1, found: ['ran']});
  return report;
}
