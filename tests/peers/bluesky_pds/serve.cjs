// The reference server of the AT protocol with its directory of identities, on this machine's loopback only.
// Prints {"url": …} when it is ready and ends when its standard input does.
// Run as: node serve.cjs FOLDER_WITH_NODE_MODULES DATA_FOLDER
const net = require('node:net');
const path = require('node:path');
const { createRequire } = require('node:module');

// Both servers listen on every interface; a test must not be reachable from outside.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'number' && typeof given[1] !== 'string') given.splice(1, 0, '127.0.0.1');
  return listen.apply(this, given);
};

const [modules, data] = process.argv.slice(2);
const need = createRequire(path.join(modules, 'package.json'));
const { PDS, envToCfg, envToSecrets } = need('@atproto/pds');
const { PlcServer, Database } = need('@did-plc/server');

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const main = async () => {
  const plcPort = await freePort();
  const plc = PlcServer.create({ db: Database.mock(), port: plcPort });
  await plc.start();
  const port = await freePort();
  const env = {
    port,
    hostname: 'localhost',
    devMode: true,
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    blobstoreDiskTmpLocation: path.join(data, 'blobs_tmp'),
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    disableSsrfProtection: true,
    crawlers: [],
    jwtSecret: 'made for one test run',
    dpopSecret: '11'.repeat(32),
    adminPassword: 'made for one test run',
    plcRotationKeyK256PrivateKeyHex: '22'.repeat(32),
  };
  const pds = await PDS.create(envToCfg(env), envToSecrets(env));
  await pds.start();
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  process.stdin.on('end', async () => {
    await pds.destroy();
    await plc.destroy();
    process.exit(0);
  });
  process.stdin.resume();
};

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
