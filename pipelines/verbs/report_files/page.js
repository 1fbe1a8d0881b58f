// Puts the page together: the theme, the tables, and the keys.
const root = document.documentElement;
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

// The browser may keep nothing for a file; then the choice lasts as long as the page.
const remembered = (value) => {
  try {
    if (value !== undefined) localStorage.setItem('report-theme', value);
    return localStorage.getItem('report-theme');
  } catch {
    return value ?? null;
  }
};
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);

const showTheme = (chosen) => {
  if (chosen === 'dark' || chosen === 'light') {
    root.dataset.theme = chosen;
    root.style.colorScheme = chosen;
  }
  byId('theme').textContent = isDark() ? 'Light' : 'Dark';
  byId('theme').setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
};
byId('theme').addEventListener('click', () => {
  showTheme(remembered(isDark() ? 'light' : 'dark') ?? (isDark() ? 'light' : 'dark'));
  drawCharts();
});
prefersDark.addEventListener('change', () => { showTheme(null); drawCharts(); });

const isTyping = () => /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');

const start = async () => {
  showTheme(remembered());
  showHead();
  showFigures();
  showFunnel();
  showCopies();
  const [index, sites] = await Promise.all([unpack('data-index'), unpack('data-sites')]);
  byId('pages-note').textContent = summary.shown < counts.pages
    ? `A sample: ${number(summary.shown)} of ${number(counts.pages)} pages, chosen by the hash of `
      + 'their addresses, so that the same ones are shown of every snapshot; some of each reason are '
      + 'always among them. All counts and charts above are of all pages.'
    : 'All pages of the snapshot: posts, copies, and what was turned down.';
  let current = null;
  const step = (by) => {
    const ids = table.ids();
    const next = ids[ids.indexOf(current) + by];
    if (next !== undefined) open(next);
  };
  const open = (id) => {
    current = id;
    return openDetail(index, id, step);
  };
  const table = pagesTable(index, open);
  sitesTable(sites, table.showSite);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (detail.open) {
      if (event.key === 'ArrowRight') step(1);
      if (event.key === 'ArrowLeft') step(-1);
    } else if (event.key === '/' && !isTyping()) {
      event.preventDefault();
      byId('search').focus();
    }
  });
  // The row that was opened last takes the focus again.
  detail.addEventListener('close', () => {
    byId('pages-table').querySelector(`[data-row="${current}"]`)?.focus();
  });
  root.dataset.ready = String(Math.round(performance.now()));
  drawCharts();
};

start();
