/**
 * Links as MLflow's clients print them (`/#/experiments/<id>/traces?selectedEvaluationId=<trace id>`, and
 * `/#/experiments/<id>` with or without a tab behind it), turned into paths of ours. Anything else is `undefined`.
 */
export function readDeepLink(hash: string): string | undefined {
  if (!hash.startsWith('#/')) return undefined
  const [path = '', search = ''] = hash.slice(1).split('?', 2)
  if (path === '/' || path === '/experiments') return '/experiments'
  const experimentId = /^\/experiments\/(\d+)(?:\/|$)/.exec(path)?.[1]
  if (experimentId === undefined) return undefined
  const query = new URLSearchParams(search)
  const traceId = query.get('selectedEvaluationId') ?? query.get('selectedTraceId')
  const list = `/experiments/${experimentId}/traces`
  return traceId === null || traceId === '' ? list : `${list}/${encodeURIComponent(traceId)}`
}
