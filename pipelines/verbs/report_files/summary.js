// What stands above the tables: title, key figures, the funnel, copies between sites.
const { counts } = summary;

const share = (part, whole) => (whole ? `${(100 * part / whole).toFixed(1)} %` : '');

const keyFigure = (label, value, more) => make(
  'div', {}, make('dt', {}, label),
  make('dd', {}, number(value), more ? make('small', {}, more) : null),
);

const showHead = () => {
  document.title = `Corpus report ${summary.version}`;
  byId('heading').textContent = `Snapshot ${summary.version}`;
  const parts = [
    summary.until ? `Pages fetched until ${summary.until}` : 'No pages yet',
    summary.parent ? `after ${summary.parent}` : null,
    `recipe ${summary.recipe}`, `schema ${summary.schema}`,
  ];
  byId('about').textContent = parts.filter(Boolean).join(' · ');
  byId('notices').append(...summary.accepted.map((sentence) => make(
    'p', { class: 'notice' }, `Published although a gate failed: ${sentence}`,
  )));
};

const showFigures = () => {
  const { documents, pages, duplicates, rejected, former, sites, words } = counts;
  const alike = summary.leakage === null ? null
    : `${summary.leakage.toFixed(3)} at most between splits`;
  byId('figures').append(
    keyFigure('Posts', documents, `${share(documents, pages)} of all pages`),
    keyFigure('Sites with posts', sites),
    keyFigure('Words', words, documents ? `${number(Math.round(words / documents))} a post` : null),
    keyFigure('Copies', duplicates, alike),
    keyFigure('Rejected pages', rejected),
    keyFigure('Former versions', former),
  );
};

// A bar stands where its share of the first total lies: what is lost at the end of what was left.
const funnelRow = (step, before, most) => {
  const [from, wide] = step.is_total ? [0, step.count] : [before + step.count, -step.count];
  const piece = make('span');
  piece.style.left = `${(100 * Math.max(from, 0)) / most}%`;
  piece.style.width = `${(100 * Math.abs(wide)) / most}%`;
  return make(
    'tr', { class: step.is_total ? 'total' : 'less' },
    make('th', { scope: 'row' }, step.label),
    make('td', { class: 'number' }, step.is_total ? number(step.count)
      : `${step.count < 0 ? '−' : '+'} ${number(Math.abs(step.count))}`),
    make('td', { class: 'bar', 'aria-hidden': 'true' }, make('div', {}, piece)),
    make('td', { class: 'meaning' }, step.meaning),
  );
};

const showFunnel = () => {
  const most = Math.max(1, ...summary.funnel.map((step) => step.count));
  let left = 0;
  const rows = summary.funnel.map((step) => {
    const row = funnelRow(step, left, most);
    left = step.is_total ? step.count : left + step.count;
    return row;
  });
  byId('funnel-table').append(make(
    'table', { class: 'funnel' },
    make('caption', { class: 'hidden' }, 'Counts from found URLs to published posts'),
    make('thead', { class: 'hidden' }, make('tr', {}, make('th', { scope: 'col' }, 'Step'),
      make('th', { scope: 'col' }, 'Count'), make('td', {}), make('th', { scope: 'col' }, 'Meaning'))),
    make('tbody', {}, ...rows),
  ));
};

const showCopies = () => {
  const { pairs, morePairs } = summary;
  const more = morePairs ? `; ${count(morePairs, 'pair has', 'pairs have')} fewer` : '';
  byId('copies-note').textContent = pairs.length
    ? `Posts of the first site that were turned down as copies of the second one's${more}.`
    : 'No post is a copy of another.';
  if (!pairs.length) return;
  byId('copies-table').append(plainTable(
    'Copies between sites', ['Site', 'Copies', 'Of posts on', 'Alike on average'],
    pairs.map((pair) => [pair.copier, pair.copies,
      pair.copier === pair.original ? 'itself' : pair.original, pair.score.toFixed(3)]),
  ));
};
