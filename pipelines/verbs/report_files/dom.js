// Elements, numbers and days: every word of a site reaches the page as a text node.
// Nothing here makes HTML out of a text; the page's policy would refuse it.
// The one exception is what the drawing library does: it empties an element before it draws.
if (window.trustedTypes) {
  window.trustedTypes.createPolicy('default', { createHTML: (html) => (html === '' ? '' : null) });
}

const byId = (id) => document.getElementById(id);

const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

const button = (label, pressed, attributes = {}) => {
  const made = make('button', { type: 'button', class: 'plain', ...attributes }, label);
  made.addEventListener('click', pressed);
  return made;
};

const numbers = new Intl.NumberFormat('en');
const number = (value) => numbers.format(value);
const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;

// Days are told as they are stored: in UTC, counted from 1970.
const day = (value) => (value === null ? '' : new Date(value * 864e5).toISOString().slice(0, 10));

// Only an address of the web becomes a link, and it is followed only when somebody asks for it.
const link = (address) => (/^https?:\/\//.test(address)
  ? make('a', { href: address, rel: 'noopener noreferrer', target: '_blank' }, address)
  : address);

const option = (value, label) => make('option', { value }, label);

const plainTable = (caption, headings, rows, attributes = {}) => make(
  'table', attributes,
  make('caption', { class: 'hidden' }, caption),
  make('thead', {}, make('tr', {}, ...headings.map((heading, place) => make(
    'th', { scope: 'col', class: place && typeof rows[0]?.[place] === 'number' ? 'number' : null },
    heading,
  )))),
  make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((value) => (
    typeof value === 'number' ? make('td', { class: 'number' }, number(value))
      : make('td', {}, value)))))),
);
