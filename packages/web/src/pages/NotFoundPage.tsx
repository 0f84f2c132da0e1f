import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tabTitle } from '../logic/format.ts'

export function NotFoundPage() {
  return <MissingPage title="There is no such page" what="The address may be cut or mistyped." />
}

export interface MissingPageProps {
  readonly title: string
  readonly what: string
}

export function MissingPage({ title, what }: MissingPageProps) {
  useEffect(() => {
    document.title = tabTitle(title)
  }, [title])
  return (
    <main id="main">
      <section className="none" aria-labelledby="missing-title">
        <h1 id="missing-title">{title}</h1>
        <p>{what}</p>
        <Link className="btn" to="/experiments">
          All experiments
        </Link>
      </section>
    </main>
  )
}
