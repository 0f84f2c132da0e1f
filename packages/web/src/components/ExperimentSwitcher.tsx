import type { ExperimentSummary } from '@clew/model'
import { useNavigate } from '@tanstack/react-router'
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { formatCount } from '../logic/format.ts'
import { Icon } from './Icon.tsx'

const ALL = 'all experiments'

export interface ExperimentSwitcherProps {
  readonly experiments: readonly ExperimentSummary[]
  readonly experimentId: string
}

export function ExperimentSwitcher({ experiments, experimentId }: ExperimentSwitcherProps) {
  const navigate = useNavigate()
  const current = experiments.find(({ id }) => id === experimentId)?.name ?? `Experiment ${experimentId}`
  const go = (key: string) => {
    if (key === ALL) void navigate({ to: '/experiments' })
    else void navigate({ to: '/experiments/$experimentId/traces', params: { experimentId: key.slice(1) } })
  }
  return (
    <MenuTrigger>
      <Button className="switcher" aria-label={`Experiment: ${current}`}>
        <span className="cut">{current}</span>
        <Icon name="chevrons-up-down" size="xs" />
      </Button>
      <Popover className="menu switcher-menu" placement="bottom start" offset={4}>
        <Menu aria-label="Experiments" onAction={(key) => go(String(key))}>
          {experiments.map(({ id, name, traces }) => (
            <MenuItem key={id} id={`#${id}`} textValue={name} className="menu-item">
              <span className="cut">{name}</span>
              <span className="faint">{formatCount(traces)}</span>
            </MenuItem>
          ))}
          <Separator className="menu-line" />
          <MenuItem id={ALL} className="menu-item">
            All experiments
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
