// Charts: drawn when the page is idle, in the colours of the theme, each beside its table.
const probe = make('span', { hidden: true });
document.body.append(probe);
const colour = (name) => {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
};

const looks = () => {
  const [ink, quiet, line, bar] = ['ink', 'quiet', 'line', 'bar'].map(colour);
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: 'transparent',
    font,
    view: { stroke: null },
    bar: { color: bar, binSpacing: 1 },
    axis: {
      labelColor: ink, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 190,
      labelPadding: 6, tickSize: 4, gridOpacity: 0.6,
    },
    axisX: { grid: false, labelOverlap: true, labelSeparation: 10 },
    axisXQuantitative: { tickCount: 6 },
    axisY: { domain: false, ticks: false, tickCount: 4 },
    axisBand: { grid: false },
  };
};

const tip = byId('tip');
const showTip = (handler, event, item, value) => {
  tip.hidden = !value;
  if (!value) return;
  tip.textContent = Object.entries(value).map((pair) => pair.join(': ')).join('\n');
  const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(left, 8)}px`;
  tip.style.top = `${Math.max(event.clientY - tip.offsetHeight - 10, 8)}px`;
};

const BROAD = new Set(['months']);

const figure = (chart) => {
  const drawing = make('div', { class: 'drawing', 'aria-hidden': 'true' });
  const table = make('details', {}, make('summary', {}, 'Table'));
  // Made when it is asked for: some have hundreds of lines.
  table.addEventListener('toggle', () => {
    if (table.childElementCount > 1) return;
    const content = plainTable(chart.title, chart.columns, chart.rows);
    table.append(make('div', { class: 'scroll', tabindex: '0', role: 'group',
      'aria-label': chart.title }, content));
  });
  const note = chart.note ? make('p', {}, chart.note) : null;
  const made = make(
    'figure', { id: `chart-${chart.id}`, class: BROAD.has(chart.id) ? 'broad' : null },
    make('figcaption', {}, make('h3', {}, chart.title), note), drawing, table,
  );
  byId('figures-drawn').append(made);
  return { chart, drawing };
};

const figures = summary.charts.map(figure);
let views = new Map();

const draw = async ({ chart, drawing }, config) => {
  views.get(chart.id)?.finalize();
  const drawn = await window.vegaEmbed(drawing, structuredClone(chart.spec), {
    mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, defaultStyle: false,
    tooltip: showTip, config,
  });
  views.set(chart.id, drawn);
};

const idle = () => new Promise((resolve) => {
  if (window.requestIdleCallback) window.requestIdleCallback(resolve, { timeout: 500 });
  else setTimeout(resolve, 30);
});

let drawing = 0;
const drawCharts = async () => {
  drawing += 1;
  const mine = drawing;
  for (const one of figures) {
    await idle();
    if (mine !== drawing) return;
    await draw(one, looks());
  }
  document.documentElement.dataset.finished = String(Math.round(performance.now()));
  document.documentElement.dataset.drawn = String(mine);
};
