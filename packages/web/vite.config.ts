import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Naming conditions replaces the defaults, so the defaults are repeated. */
const conditions = ['@clew/source', 'module', 'browser', 'development|production']

export default defineConfig({
  plugins: [react()],
  resolve: { conditions },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://127.0.0.1:5000' } },
})
