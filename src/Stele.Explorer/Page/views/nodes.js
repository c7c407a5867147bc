// @ts-check
import { get } from '../api.js';
import { h } from '../dom.js';
import { digest } from '../format.js';
import { badge, card, facts, heading, notice } from '../parts.js';
import { state } from '../state.js';

const FORMATS = /** @type {Record<string, string>} */ ({
  AMD_SEV_SNP_v1: 'AMD SEV-SNP',
  Intel_TDX_v1: 'Intel TDX',
  OE_SGX_v1: 'Intel SGX',
});

/** The network's nodes, and what each shows of the platform it runs on. @type {import('../app.js').View} */
export async function nodes({ signal }) {
  const [network, governance, quotes, policy] = await Promise.all([
    get('/node/network/nodes', {}, signal),
    get('/gov/service/nodes', {}, signal),
    get('/node/quotes', {}, signal),
    get('/gov/service/join-policy', {}, signal),
  ]);
  const roles = new Map(network.nodes.map((/** @type {any} */ node) => [node.node_id, node]));
  const evidence = new Map(quotes.quotes.map((/** @type {any} */ quote) => [quote.node_id, quote]));
  return h(
    'div',
    null,
    heading(
      'Nodes',
      'A node proves by evidence of its enclave what code it runs. By that evidence the other nodes let it in; verify it yourself before ' +
        'you trust the node.',
    ),
    governance.value.map((/** @type {any} */ node) => one(node, roles.get(node.nodeId), evidence.get(node.nodeId))),
    card('Who may join', joinPolicy(policy)),
  );
}

/** @param {any} node @param {any} role @param {any} quote */
function one(node, role, quote) {
  const format = node.quoteInfo?.format ?? '';
  const isVirtual = !(format in FORMATS);
  return h(
    'section.card.node',
    { 'aria-label': `Node ${node.nodeId}` },
    h(
      'h2',
      null,
      digest(node.nodeId, 16),
      ' ',
      badge(node.status === 'Trusted' ? 'good' : node.status === 'Pending' ? 'warn' : 'plain', node.status),
      ' ',
      role?.primary ? badge('plain', 'primary') : null,
      ' ',
      node.nodeId === state.config.nodeId ? badge('plain', 'this node') : null,
    ),
    isVirtual
      ? notice('bad', h('strong', null, 'Virtual. '), 'No enclave, no evidence: nothing that this node says of itself is proven.')
      : notice(
          'plain',
          h('strong', null, FORMATS[format]),
          ' evidence, verified by the node that let this one in. Verify it yourself, by a policy of what you accept: ',
          h('code', null, `stele attest ${node.address ?? location.origin} --policy policy.json --service-cert service_cert.pem`),
        ),
    facts([
      ['Address', node.address ?? 'none published'],
      ['Platform', FORMATS[format] ?? (format || 'none')],
      ...(quote?.measurement ? /** @type {[string, any][]} */ ([['Measurement', digest(quote.measurement, 32)]]) : []),
      ['Evidence', size(node.quoteInfo?.quote)],
      ['Endorsements', size(node.quoteInfo?.endorsements)],
    ]),
    node.quoteInfo?.quote
      ? h('details', null, h('summary', null, 'The evidence, in Base64'), h('pre.contents', { tabindex: 0 }, node.quoteInfo.quote))
      : null,
    node.certificate
      ? h('details', null, h('summary', null, 'The node’s certificate'), h('pre.contents', { tabindex: 0 }, node.certificate))
      : null,
  );
}

/** @param {string | undefined} base64 */
const size = (base64) => (base64 ? `${Math.floor((base64.replace(/=+$/, '').length * 3) / 4).toLocaleString('en')} bytes` : 'none');

/** @param {any} policy */
function joinPolicy(policy) {
  /** @type {[string, string[]][]} */
  const kinds = [
    ['SEV-SNP measurements', policy.snp.measurements],
    ['SEV-SNP host data', Object.keys(policy.snp.hostData)],
    ['TDX measurements', Object.keys(policy.tdx.measurements)],
    ['SGX measurements', policy.sgx.measurements],
    ['Virtual', policy.virtual.measurements],
  ];
  const there = kinds.filter(([, values]) => values.length > 0);
  return there.length === 0
    ? h('p.quiet', null, 'The members have named no measurement: no further node is let in by evidence.')
    : facts(there.map(([name, values]) => [name, values.map((value) => h('div', null, digest(value, 40)))]));
}
