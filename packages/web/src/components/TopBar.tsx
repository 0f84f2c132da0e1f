import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { experimentsQuery } from '../api/queries.ts'
import { ExperimentSwitcher } from './ExperimentSwitcher.tsx'
import { Icon } from './Icon.tsx'
import { Logo } from './Logo.tsx'
import { lastFilterOf } from './list-memory.ts'
import { useTheme } from './theme.ts'

export interface TopBarProps {
  readonly onShowShortcuts: () => void
}

export function TopBar({ onShowShortcuts }: TopBarProps) {
  const { experimentId } = useParams({ strict: false })
  const [theme, stepTheme] = useTheme()
  return (
    <header className="topbar">
      <Link className="brand" to="/experiments" aria-label="Clew, all experiments">
        <Logo />
        <span className="brand-name">Clew</span>
      </Link>
      {experimentId === undefined ? null : <ExperimentNavigation experimentId={experimentId} />}
      <span className="grow" />
      <button
        type="button"
        className="icon-btn wide-only"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={onShowShortcuts}
      >
        <Icon name="keyboard" size="m" />
      </button>
      <button
        type="button"
        className="icon-btn"
        aria-label={`Theme: ${theme}`}
        title={`Theme: ${theme}`}
        onClick={stepTheme}
      >
        <Icon name="contrast" size="m" />
      </button>
    </header>
  )
}

function ExperimentNavigation({ experimentId }: { readonly experimentId: string }) {
  const { data } = useQuery(experimentsQuery)
  const filter = lastFilterOf(experimentId)
  return (
    <>
      <span className="slash" aria-hidden="true">
        /
      </span>
      <ExperimentSwitcher experiments={data?.experiments ?? []} experimentId={experimentId} />
      <nav className="sections" aria-label="Experiment">
        <Link
          to="/experiments/$experimentId/traces"
          params={{ experimentId }}
          search={filter === '' ? {} : { q: filter }}
          activeOptions={{ includeSearch: false }}
        >
          Traces
        </Link>
      </nav>
    </>
  )
}
