import { Outlet } from '@tanstack/react-router'
import { useRef } from 'react'
import { IconSprite } from './Icon.tsx'
import { ShortcutsDialog } from './ShortcutsDialog.tsx'
import { useShortcuts } from './shortcuts.ts'
import { TopBar } from './TopBar.tsx'

/** One bar, then the page. */
export function Shell() {
  const dialog = useRef<HTMLDialogElement>(null)
  const showShortcuts = () => dialog.current?.showModal()
  useShortcuts({ '?': showShortcuts })
  return (
    <>
      <IconSprite />
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <TopBar onShowShortcuts={showShortcuts} />
        <Outlet />
      </div>
      <ShortcutsDialog ref={dialog} />
    </>
  )
}
