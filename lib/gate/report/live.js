
// While a run goes on: the page asks for itself again, and takes over what is new. Nothing of the
// new page can run: it is read as a document of its own, and its scripts stay there.
if (document.documentElement.dataset.live) {
  const EVERY = 1000;
  const LOST = /^no answer · /;
  let tag = '';

  const taken = (next) => {
    const open = new Map();
    for (const it of document.querySelectorAll('details[id]')) {
      open.set(it.id, it.open);
    }
    document.getElementById('data').textContent = next.getElementById('data').textContent;
    const cases = document.getElementById('case-list');
    const before = document.getElementById('cases');
    const main = document.getElementById('main');
    const parts = [...next.getElementById('main').children].filter((it) => it.tagName !== 'SCRIPT');
    const data = document.getElementById('data');
    for (const part of parts) {
      const old = part.id ? document.getElementById(part.id) : main.querySelector(':scope > nav');
      if (part.id === 'cases') {
        continue;
      }
      const fresh = document.importNode(part, true);
      fresh.querySelectorAll('script').forEach((it) => it.remove());
      if (!old) {
        main.insertBefore(fresh, part.id === 'wrong' ? document.getElementById('legs') : data);
      } else if (!old.isEqualNode(part)) {
        old.replaceWith(fresh);
      }
    }
    for (const [id, was] of open) {
      const now = document.getElementById(id);
      if (now && was) {
        now.open = true;
      }
    }
    copyButtons(main);
    document.title = next.title;
    caseList.load(cases);
    return before;
  };

  const ask = async () => {
    try {
      const answer = await fetch(location.pathname, { headers: tag ? { 'If-None-Match': tag } : {} });
      if (answer.status === 200) {
        tag = answer.headers.get('ETag') || '';
        const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
        taken(next);
        if (!next.documentElement.dataset.live) {
          document.body.classList.remove('lost');
          return;
        }
      } else if (answer.status !== 304) {
        throw new Error('it has another answer'); // another server's, or the run's folder is gone
      }
      document.body.classList.remove('lost');
      document.title = document.title.replace(LOST, '');
    } catch {
      document.body.classList.add('lost');
      document.title = 'no answer · ' + document.title.replace(LOST, '');
    }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}
