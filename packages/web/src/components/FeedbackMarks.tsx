import type { AssessmentChip } from '@clew/model'
import { Icon } from './Icon.tsx'

/** As many as fit the column. */
const SHOWN = 2

/** Feedback in a row: a thumb for yes and no, a figure with a balance for the rest. Expectations are no verdict. */
export function FeedbackMarks({ assessments }: { readonly assessments: readonly AssessmentChip[] }) {
  const feedback = assessments.filter(({ kind }) => kind === 'feedback')
  return (
    <>
      {feedback.slice(0, SHOWN).map((mark) => (
        <Mark key={`${mark.name} ${mark.source} ${mark.value}`} mark={mark} />
      ))}
      {feedback.length > SHOWN ? <span className="faint">+{feedback.length - SHOWN}</span> : null}
    </>
  )
}

function Mark({ mark }: { readonly mark: AssessmentChip }) {
  const by = mark.source === undefined ? '' : `, by ${mark.source}`
  const title = `${mark.name}: ${mark.value}${by}${mark.rationale === undefined ? '' : `: ${mark.rationale}`}`
  const verdict = VERDICTS.get(mark.value)
  if (verdict !== undefined) {
    return (
      <span className={verdict ? '' : 'no'} title={title}>
        <Icon name={verdict ? 'thumbs-up' : 'thumbs-down'} label={`${mark.name}: ${verdict ? 'yes' : 'no'}`} />
      </span>
    )
  }
  return (
    <span title={title} className="cut">
      <Icon name="scale" label={mark.name} /> {readValue(mark.value)}
    </span>
  )
}

const VERDICTS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['"yes"', true],
  ['"pass"', true],
  ['false', false],
  ['"no"', false],
  ['"fail"', false],
])

function readValue(json: string): string {
  return /^".*"$/.test(json) ? json.slice(1, -1) : json
}
