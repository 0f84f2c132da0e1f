// The one file that must run on any Node from 20.9 on: makes sure the locked dependencies are installed, then runs the
// given script on the Node the repository pins (dev dependency `node`), so that `npm start` and `npm test` work from a
// clean clone and never depend on what the machine has.
//
//     node scripts/run.mjs <script> [arguments]

import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const pinnedNode = `node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`
const installLock = '.installing'
const { npm_node_execpath: npmNode, npm_execpath: npm, npm_lifecycle_event: startedByNpm } = process.env

// Sources run as they are, so every start, and each thread of the server, strips and compiles some 300 files. Kept, that
// takes half the time and 50 MB less.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compile')

let child
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // On a terminal Ctrl-C reaches the child by itself; passing it on would look like a second, impatient one.
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child?.kill(signal))
}
if (startedByNpm) stopWithParents()

process.exitCode =
  (isFresh() ? 0 : await install()) || (await run(pinnedNode, [...nodeFlags(), ...process.argv.slice(2)]))

/**
 * V8's protection of compiled code by memory protection keys aborts processes that start and end many threads
 * (`Check failed: jit_page.has_value()`, nodejs/node#64500). Only Linux on x64 has the switch.
 */
function nodeFlags() {
  const isAffected = process.platform === 'linux' && process.arch === 'x64'
  return ['--conditions=@clew/source', ...(isAffected ? ['--no-memory-protection-keys'] : [])]
}

/**
 * True when every package of the lock file is there in its version, and the pinned Node starts. Both npm's record of
 * the last install and each package's own manifest are asked: the record alone is also rewritten by
 * `npm install --package-lock-only`, and is absent after an install that was killed.
 */
function isFresh() {
  try {
    const wanted = readJson('package-lock.json').packages
    const installed = readJson('node_modules/.package-lock.json').packages
    for (const [path, { version, integrity, optional, link }] of Object.entries(wanted)) {
      if (!path.includes('node_modules/') || optional || link) continue
      const have = installed[path]
      if (have?.version !== version || have.integrity !== integrity) return false
      if (readJson(`${path}/package.json`).version !== version) return false
    }
    return (
      spawnSync(pinnedNode, ['-v'], { encoding: 'utf8' }).stdout.trim() === `v${wanted['node_modules/node'].version}`
    )
  } catch {
    return false
  }
}

/** Runs `npm ci`, one at a time however many commands were started at once. Resolves to an exit code. */
async function install() {
  await takeInstallLock()
  try {
    if (isFresh()) return 0
    console.error('Clew: installing the locked dependencies. This happens once and takes a minute or two …')
    const started = Date.now()
    const beat = setInterval(() => console.error(`  … still installing, ${seconds(started)}`), 15_000)
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
    // Spawned asynchronously: a killed script must be able to stop npm, or the next install meets a half-made tree.
    const code = npm && npmNode ? await run(npmNode, [npm, ...args]) : await run('npm', args, true)
    clearInterval(beat)
    if (code !== 0) {
      console.error(
        'Clew: the dependencies could not be installed; npm says why above. Check the network, then try again.',
      )
      return code
    }
    if (!isFresh()) {
      console.error('Clew: npm finished, but the pinned Node is missing. If install scripts are switched off, run:')
      console.error('  npm rebuild node --ignore-scripts=false')
      return 1
    }
    console.error(`Clew: dependencies installed, ${seconds(started)}.`)
    return 0
  } finally {
    rmSync(installLock, { force: true })
  }
}

async function takeInstallLock() {
  for (;;) {
    try {
      return writeFileSync(installLock, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = Number(read(installLock))
    if (owner && isAlive(owner)) await sleep(300)
    else rmSync(installLock, { force: true })
  }
}

function run(file, args, shell = false) {
  return new Promise((done) => {
    child = spawn(file, args, { stdio: 'inherit', shell })
    child.on('error', (error) => {
      console.error(String(error))
      done(1)
    })
    child.on('exit', (code, signal) => done(signal ? 128 + constants.signals[signal] : code))
  })
}

/** npm runs scripts through a shell that does not pass signals on, so a killed npm would leave a server behind. */
function stopWithParents() {
  const grandparent = spawnSync('ps', ['-o', 'ppid=', '-p', String(process.ppid)], { encoding: 'utf8' }).stdout
  const parents = [process.ppid, Number(grandparent) || process.ppid]
  setInterval(() => parents.every(isAlive) || child?.kill('SIGTERM'), 500).unref()
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function seconds(since) {
  return `${Math.round((Date.now() - since) / 1000)} s`
}
