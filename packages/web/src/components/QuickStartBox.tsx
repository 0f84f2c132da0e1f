import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { codeTokens } from '../logic/code-tokens.ts'
import { type QuickStartStep, quickStarts } from '../logic/quick-start.ts'
import { CopyButton } from './CopyButton.tsx'

export interface QuickStartBoxProps {
  readonly origin: string
  readonly experimentId: string
}

export function QuickStartBox({ origin, experimentId }: QuickStartBoxProps) {
  const starts = quickStarts(origin, experimentId)
  return (
    <Tabs className="codebox">
      <TabList className="tabs" aria-label="Language">
        {starts.map(({ id, title }) => (
          <Tab key={id} id={id} className="tab">
            {title}
          </Tab>
        ))}
      </TabList>
      {starts.map(({ id, steps }) => (
        <TabPanel key={id} id={id}>
          <ol className="steps">
            {steps.map((step, index) => (
              <Step key={step.says} number={index + 1} step={step} />
            ))}
          </ol>
        </TabPanel>
      ))}
    </Tabs>
  )
}

const CLASSES = { plain: undefined, word: 'v-w', string: 'v-s' } as const

function Step({ number, step }: { readonly number: number; readonly step: QuickStartStep }) {
  let offset = 0
  return (
    <li className="step">
      <span aria-hidden="true">{number}</span>
      <div>
        <p>{step.says}</p>
        <pre>
          {codeTokens(step.code).map(({ text, kind }) => {
            offset += text.length
            return (
              <span key={offset} className={CLASSES[kind]}>
                {text}
              </span>
            )
          })}
        </pre>
      </div>
      <CopyButton text={step.code} label={`Copy step ${number}`} />
    </li>
  )
}
