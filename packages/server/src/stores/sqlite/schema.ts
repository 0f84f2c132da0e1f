/**
 * The schema, as the steps that lead to it: step `n` takes a file from version `n` to `n + 1`. A step that was
 * released is never changed; a new one is added.
 *
 * Four kinds of data, never mixed in one read: `traces` is a row in a list, `spans` the structure of a trace,
 * `payloads` the contents of a span. `trace_parts` keeps apart what clients and spans said, from which a row of `traces`
 * is made anew at every write, so that the order of arrival cannot matter.
 */
export const schemaSteps: readonly string[] = [
  `
  CREATE TABLE experiments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    artifact_location TEXT NOT NULL,
    stage TEXT NOT NULL,
    created_ms REAL NOT NULL,
    updated_ms REAL NOT NULL,
    tags TEXT NOT NULL
  ) STRICT;

  CREATE TABLE traces (
    pk INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    experiment_id INTEGER NOT NULL,
    request_time_ms REAL NOT NULL,
    duration_ms REAL,
    state TEXT NOT NULL,
    client_request_id TEXT,
    tags TEXT NOT NULL,
    metadata TEXT NOT NULL,
    request_preview TEXT,
    response_preview TEXT
  ) STRICT;
  CREATE INDEX traces_by_time ON traces (experiment_id, request_time_ms DESC, trace_id, state, duration_ms);

  CREATE INDEX traces_by_age ON traces (request_time_ms DESC, trace_id, experiment_id);

  CREATE INDEX traces_by_session ON traces
    (metadata ->> '$."mlflow.trace.session"', experiment_id, request_time_ms DESC, trace_id)
    WHERE metadata ->> '$."mlflow.trace.session"' IS NOT NULL;

  CREATE TABLE trace_parts (
    trace INTEGER PRIMARY KEY,
    client TEXT,
    spans TEXT,
    resource_tags TEXT
  ) STRICT;

  CREATE TABLE spans (
    trace INTEGER NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    duration_ns INTEGER,
    model TEXT,
    input_tokens REAL,
    output_tokens REAL,
    cost REAL,
    exceptions INTEGER NOT NULL,
    is_notable INTEGER NOT NULL,
    payload INTEGER NOT NULL,
    PRIMARY KEY (trace, span_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX spans_by_name ON spans (name, trace);

  CREATE TABLE payloads (
    id INTEGER PRIMARY KEY,
    attributes TEXT NOT NULL,
    cuts TEXT NOT NULL,
    status_message TEXT,
    events TEXT,
    links TEXT
  ) STRICT;

  CREATE TABLE attribute_keys (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  CREATE TABLE assessments (
    pk INTEGER PRIMARY KEY,
    trace INTEGER NOT NULL,
    assessment_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    compared TEXT,
    number REAL,
    error TEXT,
    span_id TEXT,
    source TEXT,
    rationale TEXT,
    metadata TEXT NOT NULL,
    overrides TEXT,
    valid INTEGER NOT NULL,
    created_ms REAL NOT NULL,
    updated_ms REAL NOT NULL,
    UNIQUE (trace, assessment_id)
  ) STRICT;

  CREATE TABLE run_links (
    trace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (trace_id, run_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_links_by_run ON run_links (run_id, trace_id);

  CREATE TABLE prompt_links (
    trace_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    PRIMARY KEY (trace_id, prompt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX prompt_links_by_prompt ON prompt_links (prompt, trace_id);

  INSERT INTO experiments VALUES
    (0, 'Default', 'mlflow-artifacts:/0', 'active', unixepoch() * 1000, unixepoch() * 1000, '{}');
  `,

  // The headline of a trace. Of what older files hold, the messages of statuses tell of failures; exceptions are not read.
  `
  ALTER TABLE traces ADD COLUMN root_type TEXT;
  ALTER TABLE traces ADD COLUMN failure TEXT;

  UPDATE spans SET is_notable = 1 WHERE status = 2;

  UPDATE trace_parts SET spans = json_set(spans, '$.root.type', (
    SELECT substr(s.type, 1, 250) FROM spans s
    WHERE s.trace = trace_parts.trace AND s.parent_id IS NULL ORDER BY s.start_ns, s.span_id LIMIT 1
  )) WHERE spans ->> '$.root' IS NOT NULL;

  UPDATE trace_parts SET spans = json_set(spans, '$.failure', failed.message)
  FROM (
    SELECT trace, message FROM (
      SELECT s.trace, substr(replace(replace(p.status_message, char(13), ' '), char(10), ' '), 1, 200) AS message,
        row_number() OVER (PARTITION BY s.trace ORDER BY s.parent_id IS NOT NULL, s.start_ns, s.span_id) AS place
      FROM spans s JOIN payloads p ON p.id = s.payload WHERE s.status = 2 AND p.status_message IS NOT NULL
    ) WHERE place = 1
  ) AS failed WHERE failed.trace = trace_parts.trace;

  UPDATE traces SET root_type = p.spans ->> '$.root.type', failure = iif(state = 'ERROR', p.spans ->> '$.failure', NULL)
  FROM trace_parts p WHERE p.trace = traces.pk AND p.spans IS NOT NULL;
  `,

  // The few assessments that are about a session.
  `
  CREATE INDEX assessments_of_sessions ON assessments (kind, name, trace)
    WHERE metadata ->> '$."mlflow.trace.session"' IS NOT NULL;
  `,
  // What metrics add up. The index a list is read by holds the numbers of its traces, so that a dashboard reads it alone.
  `
  ALTER TABLE spans ADD COLUMN provider TEXT;
  ALTER TABLE spans ADD COLUMN input_cost REAL;
  ALTER TABLE spans ADD COLUMN output_cost REAL;
  ALTER TABLE traces ADD COLUMN input_tokens REAL;
  ALTER TABLE traces ADD COLUMN output_tokens REAL;
  ALTER TABLE traces ADD COLUMN total_tokens REAL;
  ALTER TABLE traces ADD COLUMN cache_read_tokens REAL;
  ALTER TABLE traces ADD COLUMN cache_creation_tokens REAL;

  UPDATE spans SET
    provider = iif(json_type(p.attributes, '$."mlflow.llm.provider"') = 'text', p.attributes ->> '$."mlflow.llm.provider"', NULL),
    input_cost = iif(cost IS NULL, NULL, coalesce(${amountAt('p.attributes', '"mlflow.llm.cost".input_cost')}, 0)),
    output_cost = iif(cost IS NULL, NULL, coalesce(${amountAt('p.attributes', '"mlflow.llm.cost".output_cost')}, 0))
  FROM payloads p WHERE p.id = spans.payload AND instr(p.attributes, '"mlflow.llm.') AND json_valid(p.attributes);

  UPDATE traces SET
    input_tokens = coalesce(input, 0),
    output_tokens = coalesce(output, 0),
    total_tokens = coalesce(total, coalesce(input, 0) + coalesce(output, 0)),
    cache_read_tokens = cache_read,
    cache_creation_tokens = cache_creation
  FROM (
    SELECT pk AS trace, ${amountAt('usage', 'input_tokens')} AS input, ${amountAt('usage', 'output_tokens')} AS output,
      ${amountAt('usage', 'total_tokens')} AS total, ${amountAt('usage', 'cache_read_input_tokens')} AS cache_read,
      ${amountAt('usage', 'cache_creation_input_tokens')} AS cache_creation
    FROM (
      SELECT pk, iif(json_valid(text), text, '{}') AS usage
      FROM (SELECT pk, metadata ->> '$."mlflow.trace.tokenUsage"' AS text FROM traces)
    )
  ) WHERE trace = pk AND coalesce(input, output, total) IS NOT NULL;

  DROP INDEX traces_by_time;
  CREATE INDEX traces_by_time ON traces (experiment_id, request_time_ms DESC, trace_id, state, duration_ms,
    input_tokens, output_tokens, total_tokens, cache_read_tokens, cache_creation_tokens);
  `,
]

/** SQL for an amount in a JSON text: a number that is not negative, else NULL. */
function amountAt(json: string, path: string): string {
  const value = `${json} ->> '$.${path}'`
  return `iif(json_type(${json}, '$.${path}') IN ('integer', 'real') AND ${value} >= 0, ${value}, NULL)`
}
