// Each function returns milliseconds.

const timed = f => { const start = performance.now(); f(); return performance.now() - start; };

const config = {mouseTail: false, showWarning: false, root: document.getElementById('root')};

// cold is from the JSON of the recording to the page at the time t.
function cold(t) {
  let replayer;
  const ms = timed(() => {
    replayer = new rrweb.Replayer(JSON.parse(recording), config);
    replayer.pause(t);
  });
  replayer.destroy();
  return ms;
}

let player;

// open makes the Replayer that warm uses.
const open = () => timed(() => { player = new rrweb.Replayer(JSON.parse(recording), config); });

// warm is from wherever the Replayer is to the page at the time t.
const warm = t => timed(() => player.pause(t));

// nodes is how many elements the warm Replayer's page has.
const nodes = () => player.iframe.contentDocument.querySelectorAll('*').length;

const close = () => player.destroy();

// parse is from the HTML of a page to a document in a frame, as a viewer would
// show it.
const parse = () => new Promise(done => {
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-same-origin';
  const start = performance.now();
  frame.onload = () => {
    const ms = performance.now() - start;
    frame.remove();
    done(ms);
  };
  frame.srcdoc = html;
  document.body.append(frame);
});
