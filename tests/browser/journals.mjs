// Journals of runs that nobody has to wait for.
import { mkdirSync, writeFileSync } from 'node:fs';

const BEGAN = Date.UTC(2026, 10, 23, 12, 0, 0);

class Journal {
  entries = [];
  ms = 0;

  add(after, event, fields) {
    this.ms += after;
    this.entries.push({
      seq: this.entries.length + 1, at: new Date(BEGAN + this.ms).toISOString(), ms: this.ms,
      event, ...fields,
    });
    return this;
  }

  begins(legs, more = {}) {
    this.add(0, 'run-started', {
      format: 1, gate: '0.1.0', run: '20261123T120000Z', name: 'integration-matrix',
      definition: 'matrix.yaml', command: ['./jbang', 'matrix.java'], commit: '5'.repeat(40),
      tree: '9'.repeat(40), dirty: false, dry: false, strict: false, jobs: 2, legs: legs.length,
      selected: [], toggles: [], facts: [], flakyAllowed: false, environment: {}, dropped: [],
      ...more,
    });
    return this.add(3, 'planned', {
      repeat: 1,
      legs: legs.map(({ leg, title, covers, steps }) => ({
        leg, title, covers, needs: [], services: [], decision: 'run', why: '', asked: false,
        allow: [],
        steps: steps.map((name, i) => ({
          step: i + 1, name, decision: 'run', why: '', asked: false, waits: [], accelerator: '',
        })),
      })),
    });
  }

  step(leg, step, name, log, cases) {
    const from = this.ms;
    const at = { leg, attempt: 1, step };
    this.add(2, 'step-started', { ...at, name, log });
    this.add(1, 'process-starting', {
      id: leg + '#' + step, ...at, argv: ['cargo', 'test', '-p', leg], folder: '/src', log,
    });
    let red = false;
    for (const { group, name: test, message, output = '' } of cases) {
      red ||= message !== '';
      this.add(1 + test.length % 5, 'case-finished', {
        ...at, group, name: test, outcome: message ? 'FAILED' : 'PASSED',
        millis: 3 + test.length * 7 % 900, message, output,
      });
    }
    const millis = this.ms - from;
    this.add(1, 'process-ended', {
      id: leg + '#' + step, how: red ? 'exit code 101' : 'exit code 0', ok: !red, millis,
    });
    this.add(1, 'step-finished', {
      ...at, outcome: red ? 'FAILED' : 'PASSED', reason: red ? 'cases failed' : '',
      repeat: red ? 'cargo test -p ' + leg : '', degraded: '', degradedAsked: false, millis,
    });
    return red;
  }

  write(folder) {
    mkdirSync(folder, { recursive: true });
    const text = this.entries.map((it) => JSON.stringify(it) + '\n').join('');
    writeFileSync(folder + '/events.jsonl', text);
  }
}

export const run = (folder, legs, cases) => {
  const journal = new Journal().begins(legs);
  let anyRed = false;
  for (const { leg, steps } of legs) {
    const from = journal.ms;
    journal.add(20, 'leg-started', { leg, attempt: 1 });
    let red = false;
    steps.forEach((name, i) => {
      red = journal.step(leg, i + 1, name, `legs/${leg}/0${i + 1}.log`, cases(leg, i)) || red;
    });
    journal.add(1, 'leg-finished', {
      leg, attempt: 1, outcome: red ? 'FAILED' : 'PASSED', reason: red ? 'a step failed' : '',
      millis: journal.ms - from,
    });
    anyRed ||= red;
  }
  journal.add(3, 'run-finished', {
    verdict: anyRed ? 'RED' : 'GREEN', exitCode: anyRed ? 1 : 0, reasons: [], millis: journal.ms,
  });
  journal.write(folder);
};

const NAMES = [
  'chainfire-flaredb', 'flaredb-plasmavmc', 'plasmavmc-creditservice', 'creditservice-nightlight',
  'tenant-loop', 'edge@size=1', 'edge@size=3', 'edge@size=5', 'gateway-auth', 'auth-audit',
];

/** Ten legs of four steps; each thousandth case fails where `red`. */
export const large = (folder, many, red) => {
  const legs = NAMES.map((leg) => ({
    leg, title: 'What ' + leg + ' hands over', covers: leg.split('@')[0].split('-'),
    steps: ['a leader is elected', 'rows are written', 'a follower catches up', 'quotas hold'],
  }));
  let number = 0;
  run(folder, legs, (leg, step) => Array.from({ length: many / 40 }, (_, i) => {
    const fails = red && number++ % 1000 === 777;
    return {
      group: i % 2 ? 'failover' : 'limits',
      name: `module_${i % 13}::case_${String(i).padStart(3, '0')}_holds`,
      message: fails ? 'assertion `left == right` failed\n  left: 1\n right: 2' : '',
      output: fails ? "thread 'main' panicked at src/lib.rs:42:5\n" : '',
    };
  }));
};

/** What somebody would name a case who wants to be run by the page's reader. */
export const EVIL = [
  '<script>window.owned = 1</script>',
  '</script><script>window.owned = 2</script>',
  '<img src=x onerror="window.owned = 3">',
  '"><svg onload=window.owned=4>',
  "javascript:window.owned=5",
  '<!--<script>',
  '\u001B]0;owned\u0007\u001B[2Jcleared\u009B31m',
  'good\u202E deliaf \u2066x',
  '&lt;script&gt;window.owned=6&lt;/script&gt;',
  '${window.owned = 7}{{constructor.constructor("window.owned=8")()}}',
  '%3Cscript%3E/../../etc#?x=1&y',
  '__proto__', 'constructor', 'toString',
];

export const hostile = (folder) => {
  const legs = [{
    leg: 'evil', title: EVIL.join(' '), covers: ['__proto__', '<b>bold</b>'],
    steps: ['</script><script>window.owned = 9</script>', '__proto__'],
  }];
  run(folder, legs, () => EVIL.map((name) => ({
    group: '<i>', name, message: name + '\n' + name, output: name.repeat(3),
  })));
  mkdirSync(folder + '/legs/evil', { recursive: true });
  for (const log of ['01', '02']) {
    writeFileSync(`${folder}/legs/evil/${log}.log`, EVIL.join('\n') + '\nFAILED\n' + EVIL.join('\n'));
  }
};
