// The measure of all things: a Node server that holds finished answers and does nothing but send them. A process of its own,
// in plain JavaScript so that its start is that of Node; told by its parent what to answer (`Recorded` in one-size.ts).
import { createServer } from 'node:http'

const answers = new Map()

const server = createServer((request, response) => {
  const answer = answers.get(request.url)
  request.resume()
  if (answer === undefined) response.writeHead(404).end()
  else response.writeHead(answer.status, answer.headers).end(answer.body)
})

process.on('message', ({ path, status, headers, body }) => {
  answers.set(path, { status, headers, body: Buffer.from(body, 'base64') })
  process.send({ path })
})
process.on('disconnect', () => process.exit())

server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
