/** The columns of the list of traces. */
export function TableHead() {
  return (
    <div role="row" className="tr thead" aria-rowindex={1}>
      <span role="columnheader">
        <span className="sr">State</span>
      </span>
      <span role="columnheader" aria-sort="descending">
        Time
      </span>
      <span role="columnheader">Name</span>
      <span role="columnheader">Request</span>
      <span role="columnheader">Response</span>
      <span role="columnheader" className="num" title="The bar is logarithmic, from 100 ms">
        Duration
      </span>
      <span role="columnheader" className="num">
        Tokens
      </span>
      <span role="columnheader" className="num">
        Cost
      </span>
      <span role="columnheader">Feedback</span>
      <span role="columnheader">Session</span>
    </div>
  )
}
