import type { Difference } from './difference.ts'

/** Where and why our server answers otherwise than the stock one. */
export interface DeclaredDifferences {
  /** The heading of docs/reference/differences.md that says why. */
  readonly heading: string
  readonly story: string
  readonly places: readonly (readonly [at: string, stock: unknown, clew: unknown])[]
}

/** 0.15 $ per million tokens, eleven times, in a double and in whole trillionths. */
const noisyCost = 0.0000016499999999999999
const cost = 0.00000165

export const declared: readonly DeclaredDifferences[] = [
  {
    heading: 'Messages carry no SQL',
    story: 'experiments',
    places: [
      [
        'a taken name/message',
        'RESOURCE_ALREADY_EXISTS: Experiment(name=experiments-orders-<mark>) already exists. Error: <sql>',
        'RESOURCE_ALREADY_EXISTS: Experiment(name=experiments-orders-<mark>) already exists.',
      ],
      [
        'the name of a deleted one/message',
        'RESOURCE_ALREADY_EXISTS: Experiment(name=experiments-returns-<mark>-b) already exists. Error: <sql>',
        'RESOURCE_ALREADY_EXISTS: Experiment(name=experiments-returns-<mark>-b) already exists.',
      ],
    ],
  },
  {
    heading: 'Messages carry no SQL',
    story: 'tags',
    places: [
      ['on an unknown trace/error_code', 'BAD_REQUEST', 'RESOURCE_DOES_NOT_EXIST'],
      [
        'on an unknown trace/message',
        'BAD_REQUEST: <sql>',
        "RESOURCE_DOES_NOT_EXIST: Trace with ID '<trace 2>' not found.",
      ],
    ],
  },
  {
    heading: 'Messages name the value that was wrong',
    story: 'search',
    places: [
      [
        'name = order/message',
        "INVALID_PARAMETER_VALUE: Invalid clause(s) in filter string: 'name', '=', 'order'",
        'INVALID_PARAMETER_VALUE: Parameter value is either not quoted or unidentified quote types used for string value order. Use either single or double quotes.',
      ],
    ],
  },
  {
    heading: 'A tag is read back as it is stored',
    story: 'tags',
    places: [
      ['after/long', '4096 characters', '8000 characters'],
      ['at the end/long', '4096 characters', '8000 characters'],
    ],
  },
  {
    heading: 'What the server decides cannot be tagged away',
    story: 'tags',
    places: [
      ...['2.0', '3.0'].flatMap((version) => [
        [`${version}: the place of the artifacts/body`, {}, undefined] as const,
        [`${version}: the place of the artifacts/status`, 200, 400] as const,
        [`${version}: the place of the artifacts/error_code`, undefined, 'INVALID_PARAMETER_VALUE'] as const,
        [
          `${version}: the place of the artifacts/message`,
          undefined,
          "Tag 'mlflow.artifactLocation' is immutable and cannot be set on a trace.",
        ] as const,
      ]),
      ['at the end/mlflow.artifactLocation', 'X', 'mlflow-artifacts:/<experiment 1>/traces/<trace 1>/artifacts'],
    ],
  },
  {
    heading: 'Traces to delete may be called trace_ids',
    story: 'get_and_delete',
    places: [
      ['plain: one id, by its newer name/error_code', 'INVALID_PARAMETER_VALUE', undefined],
      [
        'plain: one id, by its newer name/message',
        'Either `max_timestamp_millis` or `trace_ids` must be specified.',
        undefined,
      ],
      ['plain: one id, by its newer name/status', 400, 200],
      ['plain: one id, by its newer name/body', undefined, { traces_deleted: 1 }],
      ['what is left then/0', 'loaf 6', undefined],
    ],
  },
  {
    heading: 'Filters may say text, OR, NOT and parentheses',
    story: 'search',
    places: [
      [
        "text ILIKE '%GRAIN5%'",
        {
          raised: 'RestException',
          error_code: 'INVALID_PARAMETER_VALUE',
          message: "INVALID_PARAMETER_VALUE: Invalid clause(s) in filter string: 'text', 'ILIKE', ''%GRAIN5%''",
        },
        ['order 5'],
      ],
      [
        "status = 'OK' OR status = 'ERROR'",
        {
          raised: 'RestException',
          error_code: 'INVALID_PARAMETER_VALUE',
          message: "INVALID_PARAMETER_VALUE: Invalid clause(s) in filter string: 'OR'",
        },
        ['order 6', 'order 5', 'order 4', 'order 3', 'order 2', 'order 1', 'order 0'],
      ],
    ],
  },
  {
    heading: 'A text where a number belongs is refused',
    story: 'search',
    places: [
      [
        "execution_time_ms = 'long'",
        [],
        {
          raised: 'RestException',
          error_code: 'INVALID_PARAMETER_VALUE',
          message:
            "INVALID_PARAMETER_VALUE: Expected a numeric value for attribute 'execution_time_ms'. Got value 'long'",
        },
      ],
    ],
  },
  {
    heading: 'Traces sent by OTLP alone have a name',
    story: 'otel_sdk',
    places: [
      ['plain: stored/body/trace/trace_info/tags/mlflow.traceName', undefined, 'plain'],
      ['with a run: stored/info/tags/mlflow.traceName', undefined, 'with a run'],
      ['with an unknown run: stored/body/trace/trace_info/tags/mlflow.traceName', undefined, 'with an unknown run'],
      ['found/0', 'None', 'deflate'],
      ['found/1', 'None', 'gzip'],
      ['found/2', 'None', 'plain'],
      ['found/3', 'None', 'span by span'],
      ['found/4', 'None', 'with a run'],
      ['found/5', 'None', 'with an unknown run'],
      ['found by run/0', 'None', 'with a run'],
    ],
  },
  {
    heading: 'Costs are exact decimals',
    story: 'otel_sdk',
    places: [
      ['plain: stored/body/trace/spans/1/attributes/9/value/kvlist_value/values/0/value/double_value', noisyCost, cost],
      ['plain: stored/body/trace/trace_info/trace_metadata/mlflow.trace.cost/input_cost', noisyCost, cost],
      ['with a run: stored/info/trace_metadata/mlflow.trace.cost/input_cost', noisyCost, cost],
      ['with a run: stored/spans/1/attributes/mlflow.llm.cost/input_cost', noisyCost, cost],
      [
        'with an unknown run: stored/body/trace/spans/1/attributes/9/value/kvlist_value/values/0/value/double_value',
        noisyCost,
        cost,
      ],
      [
        'with an unknown run: stored/body/trace/trace_info/trace_metadata/mlflow.trace.cost/input_cost',
        noisyCost,
        cost,
      ],
    ],
  },
  {
    heading: 'Prompts are kept, models are not',
    story: 'prompts',
    places: [
      [
        'a model',
        'prompts-model-<mark>',
        {
          raised: 'RestException',
          error_code: 'NOT_IMPLEMENTED',
          message:
            "NOT_IMPLEMENTED: Clew keeps prompts, not models: 'prompts-model-<mark>' lacks the tag mlflow.prompt.is_prompt.",
        },
      ],
    ],
  },
  {
    heading: 'A dataset that is not there is not empty',
    story: 'datasets',
    places: [
      ...['records of none', 'records for none'].flatMap((step) => [
        [`${step}/status`, 200, 404] as const,
        [`${step}/error_code`, undefined, 'RESOURCE_DOES_NOT_EXIST'] as const,
        [`${step}/message`, undefined, `Evaluation dataset with id 'd-${'0'.repeat(32)}' not found`] as const,
      ]),
      ['records of none/body', { records: '[]' }, undefined],
      ['records for none/body', { inserted_count: 0, updated_count: 0 }, undefined],
      [
        'made for an unknown experiment',
        'datasets-lost-<mark>',
        {
          raised: 'RestException',
          error_code: 'RESOURCE_DOES_NOT_EXIST',
          message: 'RESOURCE_DOES_NOT_EXIST: No Experiment with id=<experiment 1> exists',
        },
      ],
    ],
  },
]

/** What must differ in a story, and nothing else may; in the order of the places. */
export function declaredDifferences(story: string): Difference[] {
  return declared
    .filter((group) => group.story === story)
    .flatMap(({ places }) => places.map(([at, stock, clew]) => ({ at, stock, clew })))
    .sort(byPlace)
}

export function byPlace(left: Difference, right: Difference): number {
  return left.at < right.at ? -1 : 1
}
