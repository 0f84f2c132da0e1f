/** A step to copy: one sentence and its code. */
export interface QuickStartStep {
  readonly says: string
  readonly code: string
}

export interface QuickStart {
  readonly id: string
  readonly title: string
  readonly steps: readonly QuickStartStep[]
}

/**
 * How to send a first trace, for this very server.
 *
 * @param origin `http://localhost:5000`
 * @param experimentId named only when it is not the default one, which needs no naming
 */
export function quickStarts(origin: string, experimentId: string): readonly QuickStart[] {
  const isDefault = experimentId === '0'
  const uri = `export MLFLOW_TRACKING_URI=${origin}`
  const where = isDefault ? uri : `${uri}\nexport MLFLOW_EXPERIMENT_ID=${experimentId}`
  const says = isDefault ? 'Say where Clew is' : 'Say where Clew is, and which experiment'
  return [
    {
      id: 'typescript',
      title: 'TypeScript',
      steps: [
        { says: 'Add the packages to your application', code: 'npm i @clew/tracing @clew/integrations' },
        { says, code: where },
        { says: 'Trace the client you already use: every call becomes a span', code: TYPESCRIPT },
        { says: 'Or change no code at all', code: 'node --import @clew/tracing/register app.js' },
      ],
    },
    {
      id: 'python',
      title: 'Python',
      steps: [
        { says: 'The stock MLflow client works as it is', code: 'pip install mlflow openai' },
        { says, code: where },
        { says: 'Trace the client you already use', code: PYTHON },
      ],
    },
    {
      id: 'otlp',
      title: 'OpenTelemetry',
      steps: [
        {
          says: 'Any OTLP exporter over HTTP, in any language',
          code: `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}/v1/traces\nexport OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf`,
        },
        {
          says: 'Name the experiment',
          code: `export OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-mlflow-experiment-id=${experimentId}`,
        },
      ],
    },
  ]
}

const TYPESCRIPT = `import OpenAI from 'openai'
import { openai } from '@clew/integrations'

openai.autolog()
const reply = await new OpenAI().responses.create({
  model: 'gpt-5-mini',
  input: 'Why do otters hold hands?',
})`

const PYTHON = `import mlflow, openai

mlflow.openai.autolog()
reply = openai.OpenAI().responses.create(
    model="gpt-5-mini", input="Why do otters hold hands?"
)`
