// The data of the page: compressed blocks, unpacked when they are needed.
const summary = JSON.parse(byId('data-summary').textContent);

const bytesOf = (coded) => (Uint8Array.fromBase64
  ? Uint8Array.fromBase64(coded)
  : Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0)));

const unpack = (id) => {
  const packed = new Blob([bytesOf(byId(id).textContent)]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream('deflate'))).json();
};

// Blocks that were opened last; a reader goes to and fro between neighbours.
const opened = new Map();
const KEPT_OPEN = 8;

const textOf = async (row) => {
  const chunk = Math.floor(row / summary.chunk);
  const found = opened.get(chunk) ?? unpack(`data-texts-${chunk}`);
  opened.delete(chunk);
  opened.set(chunk, found);
  if (opened.size > KEPT_OPEN) opened.delete(opened.keys().next().value);
  return (await found)[row % summary.chunk];
};
