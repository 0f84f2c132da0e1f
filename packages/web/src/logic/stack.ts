/** One line of a stack trace. */
export interface Frame {
  /** What was called; empty when the trace does not say. */
  readonly call: string
  /** `tools/refund.ts:42`; empty when the trace does not say. */
  readonly place: string
  /** The line of code, when the trace carries it (Python's do). */
  readonly source?: string
  /** Package the frame belongs to, when it is not the application's own code. */
  readonly library?: string
}

/** Frames of one owner in a row: one of the application's, or a run of libraries' to fold. */
export type FrameGroup =
  | { readonly type: 'own'; readonly frame: Frame }
  | { readonly type: 'library'; readonly frames: readonly Frame[]; readonly libraries: readonly string[] }

/** More frames than anyone reads; the raw text has them all. */
const MAX_FRAMES = 200

/**
 * Reads a stack trace of V8 (Node, Chromium), JavaScriptCore and Firefox (`call@place`), or CPython. The innermost
 * call comes first, whichever way round the language prints it. Empty when the text is no stack trace.
 */
export function readStack(text: string): readonly FrameGroup[] {
  const lines = text.split('\n')
  const frames = readV8(lines) ?? readPython(lines) ?? readAt(lines) ?? []
  return group(frames.slice(0, MAX_FRAMES))
}

function readV8(lines: readonly string[]): readonly Frame[] | undefined {
  const frames: Frame[] = []
  for (const line of lines) {
    const match = /^\s+at (?:async )?(?:(.*?) \((.*)\)|(\S.*?))(?: \{)?$/.exec(line)
    if (match === null) continue
    const [, call = '', inside, bare = ''] = match
    frames.push(frameOf(call, inside ?? bare))
  }
  return frames.length === 0 ? undefined : frames
}

function readPython(lines: readonly string[]): readonly Frame[] | undefined {
  const frames: Frame[] = []
  for (const [index, line] of lines.entries()) {
    const match = /^\s*File "(.+)", line (\d+)(?:, in (.+))?$/.exec(line)
    if (match === null) continue
    const next = lines[index + 1]
    const source = next !== undefined && /^\s{3,}\S/.test(next) && !/^\s*File "/.test(next) ? next.trim() : undefined
    const frame = frameOf(match[3] ?? '', `${match[1]}:${match[2]}`)
    frames.push(source === undefined ? frame : { ...frame, source })
  }
  return frames.length === 0 ? undefined : frames.reverse()
}

function readAt(lines: readonly string[]): readonly Frame[] | undefined {
  const frames = lines.flatMap((line) => {
    const match = /^(\S*)@(\S+:\d+:\d+)$/.exec(line.trim())
    return match === null ? [] : [frameOf(match[1]!, match[2]!)]
  })
  return frames.length === 0 ? undefined : frames
}

function frameOf(call: string, location: string): Frame {
  const path = location.replace(/^\w+:\/\//, '').replaceAll('\\', '/')
  const library = libraryOf(path)
  const place = shortPlace(path.replace(/:(\d+):\d+$/, ':$1'))
  return { call, place, ...(library === undefined ? {} : { library }) }
}

function libraryOf(path: string): string | undefined {
  if (path.startsWith('node:')) return /^node:[\w-]+/.exec(path)![0]
  if (path === 'native' || path === '<anonymous>') return 'native code'
  if (path.startsWith('<frozen ')) return 'python'
  const packages = path.split(/\/(?:node_modules|site-packages|dist-packages)\//)
  if (packages.length > 1) return /^(?:\.pnpm\/.*\/node_modules\/)?(@[^/]+\/[^/]+|[^/:]+)/.exec(packages.at(-1)!)?.[1]
  return /\/lib\/python3\.\d+\//.test(path) ? 'python' : undefined
}

/** The last three parts of a path: enough to know it by, short enough to read. The raw text has the whole. */
function shortPlace(path: string): string {
  const parts = path.split('/')
  return parts.length <= 3 ? path : parts.slice(-3).join('/')
}

function group(frames: readonly Frame[]): readonly FrameGroup[] {
  const groups: FrameGroup[] = []
  for (const frame of frames) {
    const last = groups.at(-1)
    if (frame.library === undefined) groups.push({ type: 'own', frame })
    else if (last?.type === 'library') {
      const libraries = last.libraries.includes(frame.library) ? last.libraries : [...last.libraries, frame.library]
      groups[groups.length - 1] = { type: 'library', frames: [...last.frames, frame], libraries }
    } else groups.push({ type: 'library', frames: [frame], libraries: [frame.library] })
  }
  return groups
}
