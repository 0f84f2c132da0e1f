import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Naming conditions replaces the defaults, so the defaults are repeated. */
const conditions = ['@clew/source', 'module', 'browser', 'development|production']

/** A file of its own: it stays in the browser's cache when a new version changes only our code. */
const framework = {
  name: 'framework',
  test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-)?(router|query)[^/]*)\//,
}

export default defineConfig({
  plugins: [react()],
  resolve: { conditions },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [framework] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:5000' } },
})
