import { formatDuration, plural } from '../../logic/format.ts'
import type { TraceModel } from '../../logic/trace-model.ts'
import { OverviewPicture } from './OverviewPicture.tsx'
import { OverviewWindow } from './OverviewWindow.tsx'
import type { TraceView } from './use-trace-view.ts'

export interface OverviewProps {
  readonly model: TraceModel
  readonly view: TraceView
}

/** All of the trace in one strip, and the window on it that the lane shows. */
export function Overview({ model, view }: OverviewProps) {
  const { tree, errors, wholeNs } = model
  const { window, isZoomed } = view
  return (
    <div className="overview">
      <p>
        <span>
          <b>{plural(tree.count, 'span')}</b> · {tree.maxDepth + 1} deep
          {errors === 0 ? '' : ` · ${plural(errors, 'error')}`}
          {tree.orphans === 0 ? '' : ` · ${plural(tree.orphans, 'parent')} missing`}
        </span>
        {isZoomed ? (
          <span>
            {formatDuration(window.from / 1e6)} – {formatDuration(window.to / 1e6)} shown,{' '}
            <button type="button" className="link" onClick={() => view.zoom(undefined)}>
              show all
            </button>
          </span>
        ) : (
          <span>all {formatDuration(wholeNs / 1e6)} shown</span>
        )}
      </p>
      <div className="mini">
        <OverviewPicture model={model} />
        <OverviewWindow wholeNs={wholeNs} window={window} onZoom={view.zoom} />
      </div>
    </div>
  )
}
