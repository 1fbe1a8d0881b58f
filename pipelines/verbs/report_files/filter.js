// What the reader asks of the pages: words, outcome, site, language, split, marks of the text.
const PUBLISHED_AS = 'published';
const MARKS = [['', 'any'], ['1', 'with blocks removed'], ['2', 'with redactions'], ['4', 'with flags']];

const fillChoices = (index) => {
  const times = new Map();
  for (const outcome of index.outcome) times.set(outcome, (times.get(outcome) ?? 0) + 1);
  const named = index.outcomes.map((name, place) => [name, times.get(place) ?? 0]);
  const sum = (test) => named.reduce((all, [name, some]) => all + (test(name) ? some : 0), 0);
  const isCopy = (name) => name.startsWith('dedup.');
  const groups = [
    ['', 'all', () => true],
    [PUBLISHED_AS, 'published', (name) => name === PUBLISHED_AS],
    ['copies', 'copies', isCopy],
    ['rejected', 'rejected', (name) => name !== PUBLISHED_AS && !isCopy(name)],
  ];
  const reasons = named.filter(([name]) => name !== PUBLISHED_AS)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  byId('outcome').append(
    ...groups.map(([value, label, test]) => option(value, `${label} (${number(sum(test))})`)),
    make('optgroup', { label: 'One reason' },
      ...reasons.map(([name, some]) => option(name, `${name} (${number(some)})`))),
  );
  const choices = (id, names) => byId(id).append(
    option('', 'any'), ...[...names].filter(Boolean).sort().map((name) => option(name, name)));
  choices('language', index.languages);
  choices('split', index.splits);
  byId('marks').append(...MARKS.map(([value, label]) => option(value, label)));
  byId('site-names').append(...[...index.sites].sort().slice(0, 1000).map((name) => option(name, name)));
};

// Texts to search in, made at the first search.
let searched = null;
const searchable = (index) => {
  searched ??= index.title.map((title, id) => (
    `${title}\n${index.url[id]}\n${index.outcomes[index.outcome[id]]}`.toLowerCase()));
  return searched;
};

const outcomeTest = (wanted, index) => {
  const tests = {
    copies: (name) => name.startsWith('dedup.'),
    rejected: (name) => name !== PUBLISHED_AS && !name.startsWith('dedup.'),
  };
  const test = tests[wanted] ?? ((name) => name === wanted);
  const fits = index.outcomes.map(test);
  return (id) => fits[index.outcome[id]];
};

const FIELDS = ['search', 'outcome', 'site', 'language', 'split', 'marks'];
const wished = (id) => byId(id).value.trim().toLowerCase();
const wish = () => FIELDS.map(wished).join('\n');

const matching = (index) => {
  const tests = [];
  if (wished('outcome')) tests.push(outcomeTest(wished('outcome'), index));
  for (const [field, column, names] of [['language', index.language, index.languages],
    ['split', index.split, index.splits]]) {
    const place = names.indexOf(wished(field));
    if (wished(field)) tests.push((id) => column[id] === place);
  }
  if (wished('marks')) tests.push((id) => index.marks[id] & Number(wished('marks')));
  if (wished('site')) {
    const exact = index.sites.includes(wished('site'));
    const fits = index.sites.map((name) => (exact ? name === wished('site') : name.includes(wished('site'))));
    tests.push((id) => fits[index.site[id]]);
  }
  const words = wished('search').split(/\s+/).filter(Boolean);
  if (words.length) {
    const texts = searchable(index);
    tests.push((id) => words.every((word) => texts[id].includes(word)));
  }
  return [...index.url.keys()].filter((id) => tests.every((test) => test(id)));
};
