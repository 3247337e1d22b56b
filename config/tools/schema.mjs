// Writes config/graphdav.schema.json from the built configuration schema: `npm run schema`.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jsonSchema } from '../../dist/config/schema.js'

const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'graphdav.schema.json')
writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`)
