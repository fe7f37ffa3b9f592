const rules = sheet => [...sheet.cssRules].map(rule => rule.cssText);

// dump returns a document as plain data: what its DOM and its style sheets hold
// at this moment. idOf gives the id of a node of the recording, 0 for a node
// that is none; adopted gives the adopted style sheets of a document or shadow
// root.
function dump(doc, idOf, adopted) {
  const list = nodes => [...nodes].map(node).filter(n => n);
  const node = n => {
    switch (n.nodeType) {
      case Node.TEXT_NODE: case Node.CDATA_SECTION_NODE: return {text: n.data};
      case Node.COMMENT_NODE: return {comment: true};
      case Node.DOCUMENT_TYPE_NODE: return {tag: '!doctype', name: n.name};
      case Node.ELEMENT_NODE: return element(n);
    }
    return null;
  };
  const element = e => {
    const n = {id: idOf(e), tag: e.localName, space: e.namespaceURI, attrs: {}, kids: list(e.childNodes)};
    for (const a of e.attributes) if (a.name !== 'data-pagetape-id') n.attrs[a.name] = a.value;
    if (e.sheet) n.rules = rules(e.sheet);
    if (e.shadowRoot) n.shadow = root(e.shadowRoot);
    if (e.localName === 'iframe' && e.contentDocument) n.frame = root(e.contentDocument);
    if (['input', 'textarea', 'select'].includes(e.localName)) n.value = e.value;
    if (e.localName === 'input') n.checked = e.checked;
    if (e.localName === 'option') n.checked = e.selected;
    if (e.scrollLeft || e.scrollTop) n.scroll = [e.scrollLeft, e.scrollTop];
    return n;
  };
  const root = r => ({
    mode: r.compatMode, kids: list(r.childNodes), adopted: adopted(r).map(rules),
  });
  return root(doc);
}

// replayed returns what rrweb's Replayer makes of the events, and how long that
// took. It is there when the events are applied; what comes later by itself, such
// as a drawing from an image, has a moment to do so. There is no page where the
// Replayer threw an exception. Incremental leaves out the
// full snapshots after the first.
async function replayed(events, incremental) {
  document.body.innerHTML = '';
  const first = events.findIndex(e => e.type === 2);
  events = structuredClone(events.filter((e, i) => !incremental || i <= first || e.type !== 2 && e.type !== 4));
  const last = events[events.length - 1].timestamp + 1;
  // The Replayer ends itself after its last event.
  events.push({type: 5, data: {tag: 'end', payload: {}}, timestamp: last + 50});
  const warnings = [];
  const warn = (...all) => warnings.push(all.filter(a => typeof a === 'string').join(' '));
  const replayer = new rrweb.Replayer(events, {
    mouseTail: false, showWarning: true, logger: {log() {}, warn, error: warn},
  });
  const start = performance.now();
  try {
    replayer.pause(last - events[0].timestamp);
  } catch (error) {
    replayer.destroy();
    return {page: null, took: 0, warnings: [String(error)]};
  }
  const took = performance.now() - start;
  await new Promise(done => setTimeout(done, 50));
  const mirror = replayer.getMirror();
  const page = dump(replayer.iframe.contentDocument,
    n => Math.max(0, mirror.getId(n)), root => root.adoptedStyleSheets);
  replayer.destroy();
  return {page, took, warnings};
}

// rendered returns the dump of a page that we rendered with ids. It has adopted
// style sheets as style elements that are none of the recording.
function rendered() {
  const id = e => +e.getAttribute('data-pagetape-id');
  return dump(document, id, root => [...root.querySelectorAll('style')]
    .filter(e => !id(e) && !e.textContent.includes('data-pagetape')).map(e => e.sheet));
}

// sheetRules returns the rules of style sheets as the browser reads them.
const sheetRules = texts => texts.map(text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return rules(sheet);
});
