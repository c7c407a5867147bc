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
    tcbHexToPolicy: (cpuid, tcb) => ask('tcbHexToPolicy', [text(cpuid), text(tcb)]),
    crypto: Object.freeze({ digest, isValidX509CertBundle: (pem) => ask('isValidX509CertBundle', [text(pem)]) }),
    node: Object.freeze({
      ...forward('node.', ['triggerLedgerRekey', 'triggerRecoverySharesRefresh', 'triggerLedgerChunk', 'triggerSnapshot']),
      transitionServiceToOpen: (previous, next) =>
        ask('node.transitionServiceToOpen', [], next && bytes(next), previous && bytes(previous)),
    }),
    network: forward('network.', ['generateEndorsedCertificate', 'generateNetworkCertificate', 'getLatestLedgerSecretSeqno']),
    setJwtPublicSigningKeys: (...args) => ask('setJwtPublicSigningKeys', args),
    removeJwtPublicSigningKeys: (...args) => ask('removeJwtPublicSigningKeys', args),
    gov: Object.freeze({ validateConstitution: (script) => ask('gov.validateConstitution', [text(script)]) }),
    refreshAppBytecodeCache: () => undefined,
    rpc: Object.freeze({ setApplyWrites: (value) => ask('rpc.setApplyWrites', [!!value]) }),
  };
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
  const { keys: namesOf } = Object;
  const filter = Function.prototype.call.bind(Array.prototype.filter);
  const functionsOf = (namespace) => stringify(filter(namesOf(namespace), (name) => typeof namespace[name] === 'function'));

  // A request as CCF's endpoints see it; its body stays with the host until it is asked for.
  const requestOf = (request) => {
    const arrayBuffer = () => ask('request.body', []);
    const text = () => bufToStr(arrayBuffer());
    return Object.freeze({ ...request, body: Object.freeze({ arrayBuffer, text, json: () => parse(text()) }) });
  };

  const isBytes = (value) => value instanceof ArrayBuffer || isView(value);

  const tellBody = (body) => {
    if (body === undefined) return undefined;
    if (isBytes(body)) return ask('response.body', [], bytes(body)) ?? 'application/octet-stream';
    if (typeof body === 'string') return ask('response.body', [body]) ?? 'text/plain';
    return ask('response.body', [stringify(body) ?? 'null']) ?? 'application/json';
  };

  const serve = (namespace, name, json) => {
    const called = namespace[name];
    if (typeof called !== 'function') throw new TypeError(`The script exports no function '${name}'`);
    const { statusCode, headers, body } = called(requestOf(parse(json))) ?? {};
    return stringify({ statusCode, headers, type: tellBody(body) });
  };

  const begin = (json) => {
    const { request, ...context } = parse(json);
    globalThis.context = Object.freeze({ ...context, request: requestOf(request) });
  };
  return [call, describe, functionsOf, serve, begin];
};
