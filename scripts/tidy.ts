/**
 * `npm run tidy`: the rules of ARCHITECTURE.md and STYLE.md that a machine can check. Prints every violation with its
 * place, and fails if there is one.
 */

import { findViolations } from './tidy/rules.ts'
import { readSourceTree } from './tidy/source-tree.ts'

const tree = readSourceTree(new URL('..', import.meta.url))
const violations = findViolations(tree)
for (const { path, line, message } of violations) console.error(`${path}:${line}: ${message}`)
console.log(`tidy: ${tree.length} files, ${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
