'use strict';

// Whatever a run wrote becomes text, never markup.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

const decoded = (hash) => {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
};

const copyButtons = (root) => {
  for (const command of root.querySelectorAll('.command')) {
    const code = command.querySelector('code');
    if (!code || command.querySelector('button')) {
      continue;
    }
    const label = 'copy: ' + command.querySelector('.what').textContent;
    const button = make('button', { type: 'button', class: 'copy', 'aria-label': label }, 'copy');
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'copied';
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = 'selected';
      }
      setTimeout(() => { button.textContent = 'copy'; }, 1500);
    });
    command.append(button);
  }
};

// What a link leads to may lie in something folded.
const unfold = () => {
  const name = location.hash.slice(1);
  const target = name && (document.getElementById(name) || document.getElementById(decoded(name)));
  if (!target) {
    return;
  }
  for (let at = target; at; at = at.parentElement) {
    if (at.tagName === 'DETAILS') {
      at.open = true;
    }
  }
  target.scrollIntoView();
};

const printing = () => {
  const folded = [];
  addEventListener('beforeprint', () => {
    for (const it of document.querySelectorAll('details.leg:not([open])')) {
      it.open = true;
      folded.push(it);
    }
  });
  addEventListener('afterprint', () => folded.splice(0).forEach((it) => { it.open = false; }));
};

copyButtons(document);
unfold();
addEventListener('hashchange', unfold);
printing();
