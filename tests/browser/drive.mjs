// What a person does with a report, in a browser. Each line says what held; exit code 1 if something didn't.
import { spawn, execFileSync } from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { EVIL, hostile, large } from './journals.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ROOT = process.env.GATE_ROOT;
const GATE = join(ROOT, 'jbang');
const PATIENCE = 120_000; // ms that anything may take to come to be, on a machine that does other things, too
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const work = mkdtempSync(join(tmpdir(), 'report-'));
const matrix = join(work, 'matrix.yaml');

const gate = (...words) => execFileSync(
  GATE, ['matrix.java', ...words, '-f', matrix],
  { cwd: work, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });

const page = (name, make) => {
  const folder = join(work, name);
  make(folder);
  const file = join(folder, 'report.html');
  writeFileSync(file, gate('report', folder, '--as', 'html'));
  return 'file://' + file;
};

// ---- One browser, and a fresh context a test ----
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS, timeout: PATIENCE });
let failed = 0;

const test = async (name, options, body) => {
  const { expected, ...more } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
  context.setDefaultTimeout(PATIENCE);
  const tab = await context.newPage();
  const said = [];
  tab.on('console', (it) => said.push('console: ' + it.text()));
  tab.on('pageerror', (it) => said.push('error: ' + it.message));
  tab.on('dialog', async (it) => { said.push('dialog: ' + it.message()); await it.dismiss(); });
  tab.on('request', (it) => {
    if (!/^(file|data):/.test(it.url()) && !it.url().startsWith(tab.allowed ?? '\0')) {
      said.push('request: ' + it.url());
    }
  });
  try {
    await body(tab);
    assert.deepEqual(said.filter((it) => !expected?.test(it)), [], 'the page said or asked for something');
    console.log('ok ' + name);
  } catch (e) {
    failed++;
    console.log('not ok ' + name + '\n# ' + String(e.stack).replaceAll('\n', '\n# '));
  } finally {
    await context.close();
  }
};

const accessible = async (tab) => {
  await tab.evaluate(AXE); // by the debugger, which no policy of the page's binds
  const found = await tab.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(
    found.violations.map((it) => it.id + ': ' + it.nodes.slice(0, 3).map((node) => node.html)), []);
};

const shot = async (tab, name, options = {}) => {
  if (process.env.SCREENSHOTS) {
    mkdirSync(process.env.SCREENSHOTS, { recursive: true });
    await tab.screenshot({ path: join(process.env.SCREENSHOTS, name + '.png'), ...options });
  }
};

const count = (tab) => tab.locator('.count').textContent();
const fits = (tab) => tab.evaluate(() =>
  document.documentElement.scrollWidth <= document.documentElement.clientWidth);

// ---- A project whose leg waits to be let go on ----
mkdirSync(join(work, 'legs'));
writeFileSync(matrix, [
  'name: browsed',
  'legs:',
  '  first: { title: The first }',
  '  second: { title: The second, needs: [first] }',
  '  third: { title: The third }',
  '',
].join('\n'));
writeFileSync(join(work, 'legs/first.groovy'), "step('goes on when it may') { exec 'sh', '-c', 'while ! test -e go; do sleep 0.1; done' }\n");
writeFileSync(join(work, 'legs/second.groovy'), "step('passes') { exec 'true' }\n");
writeFileSync(join(work, 'legs/third.groovy'),
  "step('breaks') { exec 'sh', '-c', 'printf \"\\\\033[31mred\\\\033[0m and <b>bold</b>\\\\n\"; exit 3' }\n");
const children = [];

const started = (...words) => {
  const child = spawn(GATE, ['matrix.java', ...words, '-f', matrix], { cwd: work });
  children.push(child);
  child.text = '';
  child.stdout.on('data', (it) => { child.text += it; });
  child.stderr.on('data', (it) => { child.text += it; });
  child.ended = new Promise((done) => child.on('exit', (code) => done(code)));
  return child;
};

const until = async (what, holds) => {
  for (const from = Date.now(); Date.now() - from < PATIENCE;) {
    if (await holds()) {
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('it never came to be: ' + what);
};

try {
  const red = page('red', (folder) => large(folder, 10000, true));
  const green = page('green', (folder) => large(folder, 80, false));
  const evil = page('evil', hostile);

  await test('10,000 cases open and are filtered, a screenful in the page', {}, async (tab) => {
    await tab.goto(red);
    await tab.locator('.case').first().waitFor();
    assert.equal(await count(tab), '10000 cases');
    const opened = await tab.evaluate(() => performance.timing.loadEventEnd - performance.timing.navigationStart);
    const took = await tab.evaluate(() => {
      const from = performance.now();
      const search = document.getElementById('case-search');
      search.value = 'module_3 quotas tenant';
      search.dispatchEvent(new Event('input'));
      document.querySelector('.rows').getBoundingClientRect();
      return performance.now() - from;
    });
    console.log(`# opened in ${opened} ms, filtered in ${Math.round(took)} ms`);
    assert.equal(await count(tab), '19 of 10000 cases');
    assert.ok(await tab.locator('.rows li').count() < 60, 'only what is seen is in the page');
  });

  await test('what failed comes first, and outcome, service, leg and words choose', {}, async (tab) => {
    await tab.goto(red);
    assert.match(await tab.locator('h1').textContent(), /RED/);
    assert.match(await tab.locator('.case').first().textContent(), /failed/);
    await tab.getByRole('button', { name: /^failed 10$/ }).click();
    assert.equal(await count(tab), '10 of 10000 cases');
    await tab.getByLabel('Service', { exact: true }).selectOption('flaredb');
    assert.equal(await count(tab), '2 of 10000 cases');
    await tab.getByLabel('Leg', { exact: true }).selectOption('flaredb-plasmavmc');
    assert.equal(await count(tab), '1 of 10000 cases');
    await tab.getByLabel('Search', { exact: true }).fill('no such case');
    assert.equal(await count(tab), '0 of 10000 cases');
  });

  await test('a link leads to a case, from anywhere', {}, async (tab) => {
    const hash = '#case:edge@size=3/2%20rows%20are%20written/limits/module_4::case_030_holds';
    await tab.goto(red + hash);
    await tab.getByRole('dialog').waitFor();
    assert.match(await tab.getByRole('dialog').textContent(), /module_4::case_030_holds/);
    await accessible(tab);
    await tab.keyboard.press('Escape');
    await tab.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await tab.evaluate(() => location.hash), '');
    await tab.locator('.fault-cases a').first().click();
    await tab.getByRole('dialog').getByText('left: 1').waitFor();
    await shot(tab, 'case');
    await tab.goto(red + '#leg:edge@size=5');
    assert.equal(await tab.evaluate(() => document.getElementById('leg:edge@size=5').open), true);
  });

  await test('the keyboard is enough', {}, async (tab) => {
    await tab.goto(red);
    await tab.keyboard.press('/');
    await tab.keyboard.type('case_007');
    assert.equal(await count(tab), '40 of 10000 cases');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    const focused = () => tab.evaluate(() => document.activeElement.closest('li')?.dataset.at);
    assert.equal(await focused(), '0');
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('ArrowDown');
    assert.equal(await focused(), '2');
    await tab.keyboard.press('End');
    assert.equal(await focused(), '39');
    await tab.keyboard.press('Enter');
    await tab.getByRole('dialog').waitFor();
    await tab.keyboard.press('Escape');
    await tab.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await focused(), '39');
  });

  for (const colorScheme of ['light', 'dark']) {
    for (const [name, url] of [['red', red], ['green', green], ['evil', evil]]) {
      await test(`axe finds nothing: ${name}, ${colorScheme}`, { colorScheme }, async (tab) => {
        await tab.goto(url);
        await tab.locator('.case').first().waitFor();
        await accessible(tab);
        await shot(tab, name + '-' + colorScheme, { fullPage: name !== 'red' });
        const background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(background, colorScheme === 'dark' ? 'rgb(20, 21, 23)' : 'rgb(250, 249, 247)');
      });
    }
  }

  await test('a phone has no need to scroll sideways', { viewport: { width: 375, height: 720 } }, async (tab) => {
    for (const url of [red, green, evil]) {
      await tab.goto(url);
      await tab.locator('.case').first().waitFor();
      assert.ok(await fits(tab), url);
      await accessible(tab);
    }
    await tab.goto(red);
    await shot(tab, 'phone');
  });

  await test('names and logs of a run never run', {}, async (tab) => {
    await tab.goto(evil);
    const rows = tab.locator('.case');
    await rows.first().waitFor();
    for (const name of EVIL.slice(0, 6)) {
      await tab.getByLabel('Search', { exact: true }).fill(name);
      await tab.locator('.case').first().click();
      await tab.getByRole('dialog').waitFor();
      assert.equal(await tab.locator('#case-title').textContent(), name);
      await tab.keyboard.press('Escape');
    }
    assert.equal(await tab.evaluate(() => window.owned), undefined);
    assert.equal(await tab.locator('#main img, #main b:not(.what b), dialog img').count(), 0);
    assert.equal(await tab.locator('script:not([type])').count(), 1);
    const text = await tab.evaluate(() => document.documentElement.textContent);
    assert.doesNotMatch(text, /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
  });

  await test('its policy stops a script that got in', { expected: /Content Security Policy/ }, async (tab) => {
    await tab.goto(green);
    const violated = await tab.evaluate(() => new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (it) => done(it.violatedDirective));
      const script = document.createElement('script');
      script.textContent = 'window.owned = 1';
      document.body.append(script);
    }));
    assert.match(violated, /^script-src/);
    assert.equal(await tab.evaluate(() => window.owned), undefined);
  });

  await test('without JavaScript verdict, reasons and what failed are there', { javaScriptEnabled: false }, async (tab) => {
    await tab.goto(red);
    assert.match(await tab.locator('header').textContent(), /RED.*failed/s);
    assert.match(await tab.locator('#wrong').textContent(), /left: 1/);
    assert.match(await tab.locator('noscript').textContent(), /junit\.xml/);
  });

  await test('on paper are the verdict, all legs and the cases', {}, async (tab) => {
    await tab.goto(green);
    await tab.emulateMedia({ media: 'print' });
    await tab.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await tab.locator('.printed li').count(), 80);
    assert.ok(await tab.locator('.printed').isVisible());
    assert.equal(await tab.locator('nav').isVisible(), false);
  });

  await test('a page follows a run that goes on to its end, and the history leads to it', { expected: /status of 503/ }, async (tab) => {
    const run = started('run', '--jobs', '2'); // the third leg beside the first, on one core, too
    const runs = join(work, '.cccc/work/integration-matrix');
    const journals = () => existsSync(runs)
      ? readdirSync(runs).filter((it) => it.endsWith('Z')).map((it) => join(runs, it, 'events.jsonl')).filter((it) => existsSync(it)) : [];
    await until('a run', () => journals().length === 1);
    const server = started('report', '--serve');
    await until('an address', () => /^http:\S+\/$/m.test(server.text));
    const url = server.text.match(/^http:\S+\/$/m)[0];
    tab.allowed = url;
    await tab.goto(url);
    await tab.locator('h1', { hasText: 'RUNNING' }).waitFor();
    await tab.locator('#wrong', { hasText: 'breaks' }).waitFor();
    assert.match(await tab.locator('.log').first().textContent(), /red and <b>bold<\/b>/);
    assert.equal(await tab.locator('.log .ansi-red').first().textContent(), 'red');
    assert.match(await tab.locator('[id="leg:first"]').textContent(), /running/);
    assert.match(await tab.locator('[id="leg:second"]').textContent(), /waiting/);
    await accessible(tab);
    await shot(tab, 'live');
    const [journal] = journals();
    renameSync(journal, journal + '.away');
    await tab.locator('body.lost').waitFor();
    assert.match(await tab.title(), /^no answer · RUNNING/);
    renameSync(journal + '.away', journal);
    await tab.locator('body:not(.lost)').waitFor();
    assert.match(await tab.title(), /^RUNNING/);
    await tab.getByLabel('Search', { exact: true }).fill('br');
    writeFileSync(join(work, 'go'), '');
    assert.equal(await run.ended, 1);
    await tab.locator('h1', { hasText: 'RED' }).waitFor();
    assert.match(await tab.title(), /^RED/);
    assert.equal(await tab.getByLabel('Search', { exact: true }).inputValue(), 'br');
    assert.equal(await count(tab), '1 of 3 cases');

    const asked = async (path, options) => {
      const answer = await fetch(new URL(path, url), { redirect: 'manual', ...options });
      return [answer.status, answer.headers.get('content-type'), await answer.text()];
    };
    const [code, type, text] = await asked('legs/third/01-breaks.log');
    assert.deepEqual([code, type], [200, 'text/plain; charset=utf-8']);
    assert.match(text, /<b>bold/);
    for (const path of ['events.jsonl', 'lock', 'junit.xml', 'legs', '/', '/x/', 'legs%2F..%2Fevents.jsonl', '..%2f..%2f..%2fmatrix.yaml']) {
      assert.equal((await asked(path))[0], 404, path);
    }
    assert.equal((await asked('', { method: 'POST' }))[0], 405);
    const other = await new Promise((done, gone) => request(url, { headers: { Host: 'evil.test' } }, (it) => {
      it.resume();
      done(it.statusCode);
    }).on('error', gone).end());
    assert.equal(other, 421);
    const history = gate('runs', '--html').trim();
    await tab.goto('file://' + history);
    assert.match(await tab.locator('#legs').textContent(), /third.*failed.*passed in 0 of 1 run/s);
    await accessible(tab);
    await tab.setViewportSize({ width: 375, height: 720 });
    assert.ok(await fits(tab), 'the history on a phone');
    await tab.locator('#runs a').click();
    await tab.locator('h1', { hasText: 'RED' }).waitFor();
    server.kill('SIGINT');
    assert.equal(await server.ended, 0);
  });
} finally {
  children.filter((it) => it.exitCode === null).forEach((it) => it.kill('SIGTERM'));
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(failed === 0 ? 'the report holds in a browser' : failed + ' failed');
process.exit(failed === 0 ? 0 : 1);
