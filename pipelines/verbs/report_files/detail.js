// One page: what became of it, and its text before and after.
const detail = byId('detail');
const placeholders = new RegExp(
  `(${summary.placeholders.map((word) => word.replace(/[[\]]/g, '\\$&')).join('|')})`);

const cutMark = (characters) => make(
  'span', { class: 'cut' }, ` […${count(characters, 'character', 'characters')} not shown…] `);

// Kept words, with what stands for something private marked.
const words = (text) => text.split(placeholders)
  .map((part, place) => (place % 2 ? make('mark', {}, part) : part));

const shownPiece = (piece, before) => {
  if (typeof piece === 'string') return words(piece);
  if (typeof piece === 'number') return [cutMark(piece)];
  const [kind, text] = piece;
  if (!before) return [];
  if (typeof text === 'number') return [make('del', {}, cutMark(text))];
  // The label stands where the words begin, not at the end of the line before.
  const space = text.match(/^\s*/)[0];
  const label = make('span', { class: 'kind' }, kind.replaceAll('_', ' '));
  return [space, make('del', {}, label, ...words(text.slice(space.length)))];
};

const side = (heading, note, pieces, before) => make(
  'div', { class: before ? 'before' : 'after' }, make('h3', {}, heading),
  note ? make('p', { class: 'quiet' }, note) : null,
  make('div', { class: 'words' }, ...pieces.flatMap((piece) => shownPiece(piece, before))),
);

const sides = (outcome, pieces) => {
  const blocks = pieces.filter((piece) => Array.isArray(piece)).length;
  const redacted = pieces.some((piece) => typeof piece === 'string' && placeholders.test(piece));
  const hint = redacted ? ' What a placeholder stands for is kept nowhere but in the archive.' : '';
  if (!pieces.length) {
    return make('p', { class: 'quiet' }, 'No text of it is at hand: it holds none, its site refuses '
      + 'it or withdrew it, or the documents were made anew since.');
  }
  if (outcome !== PUBLISHED_AS) {
    return make('div', { class: 'sides one' }, side('Before',
      `The text that was turned down; there is none after.${hint}`, pieces, true));
  }
  const told = blocks ? 'As extracted, with blocks that recur over the site marked.' : 'As extracted.';
  const then = blocks || redacted ? `As published.${hint}` : 'As published: nothing was taken out.';
  return make('div', { class: 'sides' },
    side('Before', told, pieces, true), side('After', then, pieces, false));
};

const verdictOf = (outcome, told) => {
  if (outcome === PUBLISHED_AS) return make('div', { class: 'verdict' }, make('p', {}, 'Published.'));
  const alike = told.kept && told.score !== undefined ? `, ${told.score.toFixed(3)} alike` : '';
  return make(
    'div', { class: 'verdict no' },
    make('p', {}, make('b', {}, outcome), ` ${summary.meanings[outcome] ?? ''}`),
    told.detail ? make('p', { class: 'detail' }, told.kept ? `Kept is the other one: ${told.detail}.`
      : told.detail) : null,
    told.kept ? make('p', {}, 'Kept: ', link(told.kept), alike) : null,
  );
};

const known = (index, id, told) => {
  const facts = [
    ['Author', told.author], ['Published', day(index.day[id])], ['Fetched', told.fetched],
    ['Words', number(index.words[id])], ['Language', index.languages[index.language[id]]],
    ['Split', index.splits[index.split[id]]], ['Permission', told.permission],
    ['Licence, unchecked', told.license], ['In the archive', told.source],
    ...(told.flags ?? []).map(([kind, sentence]) => [`Flag: ${kind.replaceAll('_', ' ')}`, sentence]),
  ];
  return make('dl', { class: 'known' }, ...facts.filter(([, value]) => value)
    .map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', {}, value))));
};

const openDetail = async (index, id, step) => {
  const told = await textOf(id);
  const outcome = index.outcomes[index.outcome[id]];
  const close = button('Close', () => detail.close(), { autofocus: true });
  detail.replaceChildren(make(
    'div', { class: 'sheet' },
    make('div', { class: 'sheet-top' }, make('h2', { id: 'detail-heading' }, titleOf(index, id)),
      make('div', {}, button('Back', () => step(-1)), button('Next', () => step(1)), close)),
    make('p', { class: 'address' }, link(index.url[id])),
    verdictOf(outcome, told), known(index, id, told), sides(outcome, told.text ?? []),
    make('p', { class: 'how' }, 'All of it: ',
      make('code', {}, `therapy-corpus inspect ${index.url[id]}`)),
  ));
  if (!detail.open) detail.showModal();
  detail.scrollTop = 0;
  close.focus();
};
