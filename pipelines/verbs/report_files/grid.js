// A table that is sorted by its headings and shown a page at a time, and as cards where narrow.
// A column: { label, value(id) to sort by, cell(id) to show, numeric, kind, late: newest first }.
const PER_PAGE = 25;

const grid = (name, columns, { sorted, down, one, many }) => {
  const table = byId(`${name}-table`);
  const pager = byId(`${name}-pager`);
  const status = byId(`${name}-status`);
  const sort = byId(`${name}-sort`);
  const head = make('tr');
  const body = make('tbody');
  const state = { ids: [], page: 0, column: sorted, down };
  const pages = () => Math.max(1, Math.ceil(state.ids.length / PER_PAGE));

  const order = () => {
    const { value } = columns[state.column];
    const keys = new Map(state.ids.map((id) => [id, value(id)]));
    const sign = state.down ? -1 : 1;
    // What is not known comes last, whichever way the rest goes.
    state.ids.sort((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      if (x === y) return a - b;
      if (x === null || x === '') return 1;
      if (y === null || y === '') return -1;
      return x < y ? -sign : sign;
    });
  };

  const row = (id) => make('tr', {}, ...columns.map((column) => {
    const content = column.cell(id);
    const kind = [column.numeric ? 'number' : '', column.kind ?? ''].join(' ').trim();
    return make('td', { class: kind || null, 'data-label': column.label },
      ...(content === '' || content === null ? [] : [content]));
  }));

  const draw = () => {
    const first = state.page * PER_PAGE;
    const shown = state.ids.slice(first, first + PER_PAGE);
    body.replaceChildren(...shown.map(row));
    head.replaceChildren(...columns.map((column, place) => {
      const turn = make('button', { type: 'button' }, column.label);
      turn.addEventListener('click', () => sortBy(place, true));
      const way = state.down ? 'descending' : 'ascending';
      return make('th', { scope: 'col', class: column.numeric ? 'number' : null,
        'aria-sort': place === state.column ? way : null }, turn);
    }));
    const total = state.ids.length;
    const range = total > PER_PAGE ? `; ${number(first + 1)} to ${number(first + shown.length)}` : '';
    status.textContent = count(total, one, many) + range;
    back.disabled = state.page === 0;
    on.disabled = state.page >= pages() - 1;
    place.textContent = `${number(state.page + 1)} of ${number(pages())}`;
    pager.hidden = pages() === 1;
  };

  const go = (page) => {
    state.page = Math.min(Math.max(page, 0), pages() - 1);
    draw();
  };

  const sortBy = (column, again) => {
    state.down = again && column === state.column ? !state.down : Boolean(columns[column].numeric || columns[column].late);
    state.column = column;
    if (sort) sort.value = String(column);
    order();
    go(0);
    if (again) head.children[column].querySelector('button').focus();
  };

  const back = button('Back', () => go(state.page - 1));
  const on = button('Next', () => go(state.page + 1));
  const place = make('span');
  pager.append(back, place, on);
  table.classList.add('cards');
  table.append(make('thead', {}, head), body);
  sort.append(...columns.map((column, at) => option(String(at), column.label)));
  sort.value = String(sorted);
  sort.addEventListener('change', () => sortBy(Number(sort.value), false));

  const leads = () => [...body.querySelectorAll('.lead .open')];
  table.addEventListener('keydown', (event) => {
    const at = leads().indexOf(document.activeElement);
    const turns = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1 };
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in turns) {
      event.preventDefault();
      go(state.page + turns[event.key]);
      leads()[0]?.focus();
    } else if (at >= 0 && event.key in moves) {
      event.preventDefault();
      leads()[at + moves[event.key]]?.focus();
    }
  });

  return {
    show: (ids) => { state.ids = ids; order(); go(0); },
    ids: () => state.ids,
    body,
  };
};
