'use strict';
(host) => {
  const { parse, stringify } = JSON;
  const { isView } = ArrayBuffer;

  // All that goes to the host is JSON text and at most two buffers; what comes back is JSON text or a buffer.
  const ask = (operation, args, first, second) => {
    const answer = host(operation, stringify(args), first, second);
    return typeof answer === 'string' ? parse(answer) : answer;
  };

  const bytes = (value) => {
    if (value instanceof ArrayBuffer) return value;
    if (isView(value)) return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
    throw new TypeError('Argument must be an ArrayBuffer');
  };

  const text = (value) => {
    if (typeof value === 'string') return value;
    throw new TypeError('Argument must be a string');
  };

  const table = (name) => {
    const keys = () => ask('kv.keys', [name]);
    return Object.freeze({
      has: (key) => ask('kv.has', [name], bytes(key)),
      get: (key) => ask('kv.get', [name], bytes(key)),
      set(key, value) {
        ask('kv.set', [name], bytes(key), bytes(value));
        return this;
      },
      delete: (key) => ask('kv.delete', [name], bytes(key)),
      clear() {
        for (const key of keys()) ask('kv.delete', [name], ask('decode', [key]));
      },
      forEach(visit) {
        for (const key of keys()) {
          const buffer = ask('decode', [key]);
          visit(ask('kv.get', [name], buffer), buffer, this);
        }
      },
      get size() {
        return keys().length;
      },
    });
  };

  const forward = (prefix, names) =>
    Object.freeze(Object.fromEntries(names.map((name) => [name, (...args) => ask(prefix + name, args)])));

  const strToBuf = (value) => ask('strToBuf', [text(value)]);
  const bufToStr = (value) => ask('bufToStr', [], bytes(value));
  const digest = (algorithm, data) => ask('digest', [text(algorithm)], bytes(data));

  const ccf = {
    kv: new Proxy(Object.freeze({}), { get: (_, name) => (typeof name === 'string' ? table(name) : undefined) }),
    strToBuf,
    bufToStr,
    jsonCompatibleToBuf: (value) => strToBuf(stringify(value)),
    bufToJsonCompatible: (value) => parse(bufToStr(value)),
    digest,
    pemToId: (pem) => ask('pemToId', [text(pem)]),
    isValidX509CertBundle: (pem) => ask('isValidX509CertBundle', [text(pem)]),
    crypto: Object.freeze({
      digest,
      isValidX509CertBundle: (pem) => ask('isValidX509CertBundle', [text(pem)]),
      isValidX509CertChain: (chain, trusted) => ask('isValidX509CertChain', [text(chain), text(trusted)]),
      pubPemToId: (pem) => ask('pubPemToId', [text(pem)]),
      verifySignature: (algorithm, key, signature, data) =>
        ask('verifySignature', [algorithm, text(key), bufToBase64(signature)], bytes(data)),
    }),
    node: forward('node.', [
      'triggerLedgerRekey', 'transitionServiceToOpen', 'triggerRecoverySharesRefresh', 'triggerLedgerChunk', 'triggerSnapshot',
    ]),
    network: forward('network.', ['generateEndorsedCertificate', 'generateNetworkCertificate', 'getLatestLedgerSecretSeqno']),
    setJwtPublicSigningKeys: (...args) => ask('setJwtPublicSigningKeys', args),
    removeJwtPublicSigningKeys: (...args) => ask('removeJwtPublicSigningKeys', args),
    refreshAppBytecodeCache: () => undefined,
  };
  const bufToBase64 = (value) => ask('encode', [], bytes(value));
  Object.defineProperty(globalThis, 'ccf', { value: Object.freeze(ccf), enumerable: true });
  const log = (...args) => ask('log', [args.map(String).join(' ')]);
  globalThis.console = { log, info: log, warn: log, error: log, debug: log };

  const call = (namespace, name, args) => {
    const called = namespace[name];
    if (typeof called !== 'function') throw new TypeError(`The script exports no function '${name}'`);
    return stringify(called(...parse(args)));
  };

  const describe = (error) => {
    try {
      if (!(error instanceof Error)) return stringify({ message: String(error) });
      return stringify({ message: `${error.name}: ${error.message}`, stack: String(error.stack) });
    } catch {
      return '{"message":"an error that cannot be shown"}';
    }
  };
  return [call, describe];
};
