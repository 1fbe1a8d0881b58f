// The table of pages: what each one is, what became of it, and the way to its text.
const titleOf = (index, id) => index.title[id] || index.url[id].replace(/^https?:\/\//, '');

const pagesTable = (index, open) => {
  const name = (id) => {
    const made = make('button', { type: 'button', class: 'open', 'data-row': id }, titleOf(index, id));
    made.addEventListener('click', () => open(id));
    return make('span', {}, made, make('span', { class: 'under' }, index.sites[index.site[id]]));
  };
  const outcome = (id) => index.outcomes[index.outcome[id]];
  const columns = [
    { label: 'Title', kind: 'lead', value: (id) => titleOf(index, id).toLowerCase(), cell: name },
    { label: 'Outcome', value: outcome, kind: 'brief', cell: outcome },
    { label: 'Published on', kind: 'brief whole', late: true,
      value: (id) => index.day[id], cell: (id) => day(index.day[id]) },
    { label: 'Words', numeric: true, kind: 'brief',
      value: (id) => index.words[id], cell: (id) => number(index.words[id]) },
    { label: 'Language', kind: 'brief', value: (id) => index.languages[index.language[id]],
      cell: (id) => index.languages[index.language[id]] },
    { label: 'Split', kind: 'brief', value: (id) => index.splits[index.split[id]],
      cell: (id) => index.splits[index.split[id]] },
  ];
  const table = grid('pages', columns, { sorted: 2, down: true, one: 'page', many: 'pages' });
  byId('pages-table').querySelector('caption').after(make(
    'colgroup', {}, ...['title', 'outcome', 'day', 'words'].map((name) => make('col', { class: name })),
    make('col'), make('col')));
  const form = byId('pages-filter');
  let shown = null;
  // A field tells again of its change when it is left; the table stays as it is then.
  const update = () => {
    if (shown === wish()) return;
    shown = wish();
    table.show(matching(index));
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 80);
  };
  // Not every program that fills in a form tells of both.
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  // The fields are empty only after the event.
  form.addEventListener('reset', () => setTimeout(update));
  form.addEventListener('submit', (event) => event.preventDefault());
  fillChoices(index);
  update();
  return {
    ids: table.ids,
    showSite: (site) => {
      form.reset();
      byId('site').value = site;
      byId('pages').scrollIntoView();
      byId('site').focus({ preventScroll: true });
      setTimeout(update);
    },
  };
};
