#!/usr/bin/env node
import { Command } from 'commander'
import { serveCommand } from './commands/serve.ts'
import { CLEW_VERSION } from './version.ts'

await new Command('clew')
  .description('Tracing for GenAI applications: an MLflow-compatible tracking server with its web UI.')
  .version(CLEW_VERSION)
  .addCommand(serveCommand())
  .parseAsync()
