// The table of sites; the order of a line's values is that in which they are stored.
const [SITE, FOUND, PAGES, REJECTED, COPIES, PUBLISHED, NEWEST, PLATFORM, TIER, WHY] = Array(10).keys();

const whyCell = (reasons) => (reasons.length
  ? make('ul', { class: 'counts' }, ...reasons.map(([reason, times]) => make(
    'li', { title: summary.meanings[reason] ?? null }, make('b', {}, number(times)), ` ${reason}`,
  ))) : null);

const sitesTable = (stored, showPagesOf) => {
  const lines = stored.rows;
  const counted = (label, place) => ({ label, numeric: true, kind: 'brief',
    value: (id) => lines[id][place], cell: (id) => number(lines[id][place]) });
  const told = (label, place) => ({ label, kind: 'brief whole',
    value: (id) => lines[id][place], cell: (id) => lines[id][place] });
  const name = (id) => {
    const made = make('button', { type: 'button', class: 'open' }, lines[id][SITE]);
    made.addEventListener('click', () => showPagesOf(lines[id][SITE]));
    return made;
  };
  const columns = [
    { label: 'Site', kind: 'lead', value: (id) => lines[id][SITE], cell: name },
    counted('Found', FOUND), counted('Archived', PAGES), counted('Rejected', REJECTED),
    counted('Copies', COPIES), counted('Published', PUBLISHED),
    { label: 'Newest post', kind: 'brief whole', late: true,
      value: (id) => lines[id][NEWEST], cell: (id) => day(lines[id][NEWEST]) },
    told('Platform', PLATFORM), told('Permission', TIER),
    { label: 'Not published', value: (id) => lines[id][WHY].length,
      cell: (id) => whyCell(lines[id][WHY]) },
  ];
  const table = grid('sites', columns, { sorted: PAGES, down: true, one: 'site', many: 'sites' });
  const search = byId('site-search');
  const all = [...lines.keys()];
  const update = () => {
    const wanted = search.value.trim().toLowerCase();
    table.show(wanted ? all.filter((id) => lines[id][SITE].includes(wanted)) : [...all]);
  };
  search.addEventListener('input', update);
  byId('sites-filter').addEventListener('submit', (event) => event.preventDefault());
  table.body.after(make('tfoot', {}, ...sumRows(stored, columns)));
  update();
};

// All sites together, so that what is listed and what is not adds up.
const sumRows = (stored, columns) => {
  const row = (label, sums) => make(
    'tr', { class: 'sum' }, make('td', { class: 'lead' }, label),
    ...sums.map((sum, at) => make('td', { class: 'number brief',
      'data-label': columns[at + 1].label }, number(sum))),
    make('td', { colspan: '4' }),
  );
  const listed = [FOUND, PAGES, REJECTED, COPIES, PUBLISHED].map((place) => (
    stored.rows.reduce((sum, line) => sum + line[place], 0)));
  const every = listed.map((sum, at) => sum + stored.rest[at]);
  const rows = [row('All sites', every)];
  if (stored.others) {
    rows.unshift(row(`${number(stored.others)} more sites, with fewer pages`, stored.rest));
  }
  return rows;
};
