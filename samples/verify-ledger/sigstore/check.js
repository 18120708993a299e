'use strict';
// node check.js INPUT.json              exit 0 accepted, 1 refused, 2 couldn't run
// node check.js --mutations INPUT.json  exit 0 if it is accepted and each of five mutations is refused
//
// INPUT: {"logPublicKey","checkpoint","entry","index","proof"}: the log's Ed25519 key (32 bytes or SPKI) in base64, the signed note, the log's
// entry (the 32 bytes of an event's hash) in base64, its index, and the hashes of RFC 6962's audit path in base64, leaf side first.
//
// The two functions are internal to the package, so its version is pinned.
const crypto = require('node:crypto');
const fs = require('node:fs');
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js');
const { VerificationError } = require('@sigstore/verify/dist/error.js');

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410 section 4: Ed25519, and the key in 33 bytes of bit string

function raw(publicKey) {
  const bytes = Buffer.from(publicKey, 'base64');
  const key = bytes.length === 32 ? bytes : bytes.subarray(spkiPrefix.length);
  if (key.length !== 32) throw new Error('The key is neither 32 bytes nor the SPKI of an Ed25519 key.');
  return key;
}

// C2SP signed-note: an Ed25519 key's id. The package looks for it as the first bytes of the log's id.
function keyId(name, key) {
  return crypto.createHash('sha256').update(`${name}\n\x01`, 'latin1').update(key).digest().subarray(0, 4);
}

function read(input) {
  const origin = input.checkpoint.split('\n', 1)[0];
  const key = raw(input.logPublicKey);
  return {
    entry: {
      canonicalizedBody: Buffer.from(input.entry, 'base64'),
      inclusionProof: {
        logIndex: String(input.index),
        hashes: input.proof.map((hash) => Buffer.from(hash, 'base64')),
        checkpoint: { envelope: input.checkpoint },
      },
    },
    log: {
      logID: keyId(origin, key),
      baseURL: `https://${origin}`,
      publicKey: crypto.createPublicKey({ key: Buffer.concat([spkiPrefix, key]), format: 'der', type: 'spki' }),
    },
  };
}

// Null if accepted, or why the package refuses. Any other exception isn't a refusal and passes.
function refusal({ entry, log }) {
  try {
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
    return null;
  } catch (error) {
    if (error instanceof VerificationError) return error.message;
    throw error;
  }
}

function flip(bytes, at) {
  bytes[at] ^= 1;
}

function editNote(proof, line, edit) {
  const lines = proof.checkpoint.envelope.split('\n');
  lines[line(lines)] = edit(lines[line(lines)]);
  proof.checkpoint.envelope = lines.join('\n');
}

const mutations = {
  'another index': ({ entry: { inclusionProof } }) => { inclusionProof.logIndex = String(BigInt(inclusionProof.logIndex) ^ 1n); },
  'a proof hash altered': ({ entry: { inclusionProof } }) => {
    if (inclusionProof.hashes.length === 0) inclusionProof.hashes.push(Buffer.alloc(32));
    else flip(inclusionProof.hashes[0], 0);
  },
  'the root line altered': ({ entry: { inclusionProof } }) => editNote(inclusionProof, () => 2, (root) => {
    const bytes = Buffer.from(root, 'base64');
    flip(bytes, 0);
    return bytes.toString('base64');
  }),
  'a signature byte altered': ({ entry: { inclusionProof }, log }) => editNote(
    inclusionProof,
    (lines) => lines.findIndex((line) => line.startsWith('\u2014 ') && Buffer.from(line.split(' ')[2], 'base64').subarray(0, 4).equals(log.logID)),
    (line) => {
      const [dash, name, signature] = line.split(' ');
      const bytes = Buffer.from(signature, 'base64');
      flip(bytes, bytes.length - 40);
      return [dash, name, bytes.toString('base64')].join(' ');
    }),
  // Under the id of the true one, so that it is the signature that fails.
  'another key': ({ log }) => { log.publicKey = crypto.generateKeyPairSync('ed25519').publicKey; },
};

function main(args) {
  const input = JSON.parse(fs.readFileSync(args[args.length - 1], 'utf8'));
  const why = refusal(read(input));
  console.log(why === null ? 'accepted' : `refused: ${why}`);
  if (why !== null) return 1;
  if (args[0] !== '--mutations') return 0;
  const accepted = Object.entries(mutations).filter(([name, mutate]) => {
    const mutated = read(input);
    mutate(mutated);
    const reason = refusal(mutated);
    console.log(`${name}: ${reason === null ? 'accepted' : `refused: ${reason}`}`);
    return reason === null;
  });
  return accepted.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`couldn't run: ${error.message}`);
  process.exitCode = 2;
}
