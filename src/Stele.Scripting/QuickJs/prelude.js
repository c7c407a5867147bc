'use strict';
(host) => {
  const { parse, stringify } = JSON;
  const { isView } = ArrayBuffer;
  const { getPrototypeOf, setPrototypeOf } = Object;
  const toText = String;
  const uncurried = (method) => Function.prototype.call.bind(method);

  // All that goes to the host is JSON text and at most two buffers; what comes back is JSON text or a buffer. What has no prototype
  // is written as it is: a script that gives all arrays and objects a toJSON has no say in it.
  const ask = (operation, args, first, second) => {
    const answer = host(operation, stringify(setPrototypeOf(args, null)), first, second);
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

  // Promises, and what generators return: nothing waits for them, so what is not done yet is never done.
  const unfinished = [Promise.prototype, getPrototypeOf(function* () {}).prototype, getPrototypeOf(async function* () {}).prototype];
  const isPrototypeOf = uncurried(Object.prototype.isPrototypeOf);
  const isUnfinished = (value) => {
    for (let i = 0; i < 3; i++) if (isPrototypeOf(unfinished[i], value)) return true;
    return false;
  };

  const functionOf = (namespace, name) => {
    const called = namespace[name];
    if (typeof called !== 'function') throw new TypeError(`The script exports no function '${name}'`);
    return called;
  };

  // A result as JSON; false where there is none yet.
  const call = (namespace, name, args) => {
    const called = functionOf(namespace, name);
    const result = called(...parse(args));
    return isUnfinished(result) ? false : stringify(result);
  };

  // Texts are written as they are; objects ask scripts (toJSON) what they are to become.
  const toWellFormed = uncurried(String.prototype.toWellFormed);
  const quote = (text) => stringify(toWellFormed(text));
  const describe = (error) => {
    try {
      if (!(error instanceof Error)) return `{"message":${quote(toText(error))}}`;
      return `{"message":${quote(`${error.name}: ${error.message}`)},"stack":${quote(toText(error.stack))}}`;
    } catch {
      return '{"message":"an error that cannot be shown"}';
    }
  };

  // The first of some names that is no function's; undefined where all are.
  const missing = (namespace, json) => {
    const names = parse(json);
    for (let i = 0; i < names.length; i++) if (typeof namespace[names[i]] !== 'function') return names[i];
  };

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
    const called = functionOf(namespace, name);
    const answer = called(requestOf(parse(json)));
    const { statusCode, headers, body } = answer ?? {};
    if (isUnfinished(answer) || isUnfinished(body)) return false;
    return stringify({ __proto__: null, statusCode, headers, type: tellBody(body) });
  };

  const begin = (json) => {
    const { request, ...context } = parse(json);
    globalThis.context = Object.freeze({ ...context, request: requestOf(request) });
  };
  return [call, describe, missing, serve, begin];
};
