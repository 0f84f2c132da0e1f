/** What one benchmark found: a title, how it was measured, and a table whose ratios are what counts. */
export interface Report {
  readonly title: string
  readonly method: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function printReport({ title, head, rows }: Report): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
  console.log(`\n${title}\n${line(head)}`)
  for (const row of rows) console.log(line(row))
}

export function reportMarkdown({ title, method, head, rows }: Report): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`
  return [`## ${title}`, '', method, '', line(head), rule, ...rows.map(line), ''].join('\n')
}
