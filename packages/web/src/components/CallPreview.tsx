import { Icon } from './Icon.tsx'

/** What the call of the quick start will look like, so that the reader knows what to wait for. */
export function CallPreview() {
  return (
    <section className="preview" aria-labelledby="preview-title">
      <h2 id="preview-title">What this call will look like</h2>
      <div className="preview-span">
        <Icon name="message-square" label="Chat model" className="type t-chat-model" />
        <span className="name cut">Responses</span>
        <span className="d">1.4 s</span>
        <div className="lane">
          <span className="bar t-chat-model" style={{ '--x': 0, '--w': 100 }}>
            <i style={{ '--x': 0, '--w': 100 }} />
          </span>
        </div>
      </div>
      <div className="quote">
        <b>User</b>Why do otters hold hands?<b>Assistant</b>So that they don’t drift apart while they sleep. Mothers
        wrap their pups in kelp for the same reason.
      </div>
      <dl className="facts">
        <div>
          <dt>Tokens</dt>
          <dd>
            14 <small>in</small> 31 <small>out</small>
          </dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>$0.0001</dd>
        </div>
      </dl>
    </section>
  )
}
