// The consortium's rules, which its members can change. A proposal is {"actions": [{"name": ..., "args": {...}}]}:
// validate says whether it is well formed, resolve what its votes make of it, apply what it does.

const SINGLE = new ArrayBuffer(8);
const DAYS_MAX = 365;

// ---- tables

const table = (name) => ccf.kv[`public:ccf.gov.${name}`];

function read(name, key) {
  const row = table(name).get(key);
  return row === undefined ? undefined : ccf.bufToJsonCompatible(row);
}

function write(name, key, value) {
  table(name).set(key, ccf.jsonCompatibleToBuf(value));
}

function change(name, key, what, changes) {
  const row = read(name, key);
  if (row === undefined) throw new Error(`there is no such ${what}`);
  write(name, key, { ...row, ...changes });
}

function rows(name) {
  const all = [];
  table(name).forEach((value, key) => all.push([ccf.bufToStr(key), ccf.bufToJsonCompatible(value)]));
  return all;
}

// A set's members are keys; their value means nothing.
const add = (name, key) => table(name).set(ccf.strToBuf(key), ccf.jsonCompatibleToBuf("AllowedToJoin"));
const remove = (name, key) => table(name).delete(ccf.strToBuf(key));

// Who mistypes what is to go would otherwise believe that it is gone.
function removeKnown(name, key, what) {
  if (!remove(name, key)) throw new Error(`there is no ${what} ${key}`);
}

const isActive = ([, member]) => member.status === "Active";
const activeMembers = () => rows("members.info").filter(isActive);

// Who has an encryption key takes part in recoveries, unless it was said otherwise.
const isParticipant = ([member, { recovery_role }]) =>
  (recovery_role ?? "Participant") === "Participant" && table("members.encryption_public_keys").has(ccf.strToBuf(member));

// What an open proposal was made under has changed: its members decide anew.
function dropOtherProposals(proposalId) {
  for (const [id, proposal] of rows("proposals_info")) {
    if (id !== proposalId && proposal.state === "Open") {
      write("proposals_info", ccf.strToBuf(id), { ...proposal, state: "Dropped" });
    }
  }
}

// ---- what arguments must be: each gives what is wrong, or nothing

const is = (type, what) => (value) => (typeof value === type ? undefined : `must be ${what}`);
const text = (value) => (typeof value === "string" && value.length > 0 ? undefined : "must be a text");
const flag = is("boolean", "true or false");
const object = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "must be an object";
const count = (value) => (Number.isInteger(value) && value >= 0 ? undefined : "must be a whole number");
const between = (least, most) => (value) =>
  Number.isInteger(value) && value >= least && value <= most ? undefined : `must be a whole number from ${least} to ${most}`;
const days = (value) =>
  Number.isInteger(value) && value > 0 && value <= DAYS_MAX ? undefined : `must be a number of days, at most ${DAYS_MAX}`;
const certificate = (value) =>
  typeof value === "string" && ccf.crypto.isValidX509CertBundle(value) ? undefined : "must be a certificate in PEM";
const oneCertificate = (value) =>
  certificate(value) ?? (value.split("-----BEGIN ").length === 2 ? undefined : "must be one certificate, and nothing else");
const id = (value) =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? undefined : "must be an id: 64 lower-case hexadecimal digits";
const hex = (bytes) => (value) =>
  typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]+$/.test(value)
    ? undefined
    : `must be ${2 * bytes} lower-case hexadecimal digits`;
const measurement = hex(48);
const hostData = hex(32);
const cpuid = hex(4);
const oneOf = (...names) => (value) => (names.includes(value) ? undefined : `must be one of ${names.join(", ")}`);
const listOf = (check) => (value) =>
  Array.isArray(value) ? value.map(check).find((fault) => fault !== undefined) : "must be a list";
const anything = () => undefined;
const userPrefix = (value) =>
  typeof value === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(value) ? undefined : "must be letters, digits, dots, dashes or underscores";
const keys = (value) => object(value) ?? listOf((key) => object(key) ?? text(key.kid))(value.keys);
const script = (value) => {
  if (text(value)) return text(value);
  try {
    ccf.gov.validateConstitution(value);
  } catch (error) {
    return `is refused: ${error.message}`;
  }
};
const optional = (check) => {
  const optionalCheck = (value) => (value === undefined || value === null ? undefined : check(value));
  optionalCheck.isOptional = true;
  return optionalCheck;
};

function faultsOf(schema, args) {
  if (object(args)) return ["args must be an object"];
  const unknown = Object.keys(args).filter((name) => !Object.hasOwn(schema, name));
  const missing = Object.keys(schema).filter((name) => !Object.hasOwn(args, name) && !schema[name].isOptional);
  const wrong = Object.keys(schema)
    .filter((name) => Object.hasOwn(args, name))
    .map((name) => [name, schema[name](args[name])])
    .filter(([, fault]) => fault !== undefined);
  return [
    ...unknown.map((name) => `${name} is unknown`),
    ...missing.map((name) => `${name} is missing`),
    ...wrong.map(([name, fault]) => `${name} ${fault}`),
  ];
}

// A misspelt name must not pass as one that was left out.
const othersThan = (value, ...names) =>
  Object.keys(value).filter((name) => !names.includes(name)).map((name) => `${name} is unknown`);

// What may be left out and is null was left out.
const given = (schema, args) =>
  Object.fromEntries(Object.entries(args).filter(([name, value]) => value !== null || !schema[name].isOptional));

// ---- actions: name, arguments, and what is done

const memberActions = {
  set_member: [
    {
      cert: oneCertificate,
      encryption_pub_key: optional(text),
      member_data: optional(object),
      recovery_role: optional(oneOf("NonParticipant", "Participant", "Owner")),
    },
    (args) => {
      const key = ccf.strToBuf(ccf.pemToId(args.cert));
      // What is left out of a member is left as it was; who is given a key has to acknowledge the state with it.
      const known = read("members.info", key);
      const { member_data = known?.member_data, recovery_role = known?.recovery_role } = args;
      const status = args.encryption_pub_key ? "Accepted" : (known?.status ?? "Accepted");
      write("members.info", key, { member_data, recovery_role, status });
      if (known && !args.encryption_pub_key) return;
      if (args.encryption_pub_key) table("members.encryption_public_keys").set(key, ccf.strToBuf(args.encryption_pub_key));
      table("members.certs").set(key, ccf.strToBuf(args.cert));
      const { root } = ccf.bufToJsonCompatible(ccf.kv["public:ccf.internal.signatures"].get(SINGLE));
      write("members.acks", key, { state_digest: root });
    },
  ],
  remove_member: [
    { member_id: id },
    (args) => {
      const key = ccf.strToBuf(args.member_id);
      if (!table("members.certs").has(key)) throw new Error(`there is no member ${args.member_id}`);
      const others = activeMembers().filter(([member]) => member !== args.member_id);
      if (others.length === 0) throw new Error("no active member would be left");
      const sharing = others.filter(isParticipant);
      const { recovery_threshold } = read("service.config", SINGLE);
      if (activeMembers().filter(isParticipant).length !== sharing.length && sharing.length < recovery_threshold) {
        throw new Error(`fewer members would hold recovery shares than the recovery threshold, ${recovery_threshold}`);
      }
      for (const name of ["certs", "info", "encryption_public_keys", "acks"]) table(`members.${name}`).delete(key);
    },
  ],
  set_member_data: [
    { member_id: id, member_data: object },
    (args) => change("members.info", ccf.strToBuf(args.member_id), "member", { member_data: args.member_data }),
  ],
  set_recovery_threshold: [
    { recovery_threshold: count },
    (args) => {
      const sharing = activeMembers().filter(isParticipant);
      if (args.recovery_threshold < 1 || args.recovery_threshold > Math.max(1, sharing.length)) {
        throw new Error(`the threshold must be between 1 and the number of active members with a share, ${sharing.length}`);
      }
      change("service.config", SINGLE, "configuration", { recovery_threshold: args.recovery_threshold });
    },
  ],
};

// The ledger names a user by the fingerprint of its certificate, or by the object id of its tokens.
const roles = ccf.kv["public:confidentialledger.roles.user_roles_mapping"];
const fingerprint = (userId) => userId.toUpperCase().match(/../g).join(":");
const isFingerprint = (userId) => /^([0-9a-f]{2}:){31}[0-9a-f]{2}$/i.test(userId);
const nameOf = (userId) => (isFingerprint(userId) ? userId.toUpperCase() : userId);

const builtInRoles = ["Reader", "Contributor", "Administrator"];
function roleOf(name) {
  const builtIn = builtInRoles.find((role) => role.toLowerCase() === name.toLowerCase());
  if (builtIn) return builtIn;
  return ccf.kv[`public:confidentialledger.roles.user_roles_definitions.${name}`].size > 0 ? name : undefined;
}

const userId = (value) =>
  text(value) ?? (value.trim() !== "" && value.length <= 256 && !/\p{Cc}/u.test(value)
    ? undefined
    : "must be a certificate's fingerprint, or the id that a token has");
const role = (value) => text(value) ?? (roleOf(value) ? undefined : `has ${value}, and there is no such role`);
const someRoles = (value) => listOf(role)(value) ?? (value.length > 0 ? undefined : "must have at least one role");

function setRoles(user, names) {
  const gone = names.find((name) => roleOf(name) === undefined);
  if (gone !== undefined) throw new Error(`there is no role ${gone}`);
  roles.set(ccf.jsonCompatibleToBuf(nameOf(user)), ccf.jsonCompatibleToBuf(names.map(roleOf)));
}

// A row may have been set under the name as it was written.
function removeRoles(user) {
  const keys = [user, nameOf(user)].map((name) => ccf.jsonCompatibleToBuf(name)).filter((key) => roles.has(key));
  if (keys.length === 0) throw new Error("there is no such user");
  keys.forEach((key) => roles.delete(key));
}

const userActions = {
  set_user: [
    { cert: oneCertificate, user_data: optional(object), roles: optional(someRoles) },
    (args) => {
      const user = ccf.pemToId(args.cert);
      table("users.certs").set(ccf.strToBuf(user), ccf.strToBuf(args.cert));
      write("users.info", ccf.strToBuf(user), { user_data: args.user_data ?? null });
      if (args.roles) setRoles(fingerprint(user), args.roles);
    },
  ],
  remove_user: [
    { user_id: id },
    (args) => {
      const rows = [
        remove("users.certs", args.user_id),
        remove("users.info", args.user_id),
        roles.delete(ccf.jsonCompatibleToBuf(fingerprint(args.user_id))),
      ];
      if (!rows.includes(true)) throw new Error(`there is no user ${args.user_id}`);
    },
  ],
  set_user_data: [
    { user_id: id, user_data: object },
    (args) => change("users.info", ccf.strToBuf(args.user_id), "user", { user_data: args.user_data }),
  ],
  set_user_roles: [{ user_id: userId, roles: someRoles }, (args) => setRoles(args.user_id, args.roles)],
  remove_user_roles: [{ user_id: text }, (args) => removeRoles(args.user_id)],
};

const serviceActions = {
  set_constitution: [
    { constitution: script },
    (args, proposalId) => {
      write("constitution", SINGLE, args.constitution);
      dropOtherProposals(proposalId);
    },
  ],
  transition_service_to_open: [
    { next_service_identity: certificate, previous_service_identity: optional(certificate) },
    (args) => {
      const previous = args.previous_service_identity ? ccf.strToBuf(args.previous_service_identity) : undefined;
      ccf.node.transitionServiceToOpen(previous, ccf.strToBuf(args.next_service_identity));
    },
  ],
  transition_service_to_closed: [{}, () => change("service.info", SINGLE, "service", { status: "Closed" })],
  assert_service_identity: [
    { service_identity: certificate },
    (args) => {
      if (read("service.info", SINGLE).cert !== args.service_identity) throw new Error("this is another service");
    },
  ],
  set_service_configuration: [
    {
      reconfiguration_type: optional(text),
      recent_cose_proposals_window_size: optional(between(1, 10000)),
      maximum_node_certificate_validity_days: optional(days),
      maximum_service_certificate_validity_days: optional(days),
    },
    (args) => change("service.config", SINGLE, "configuration", args),
  ],
  trigger_ledger_rekey: [{}, () => ccf.node.triggerLedgerRekey()],
  trigger_recovery_shares_refresh: [{}, () => ccf.node.triggerRecoverySharesRefresh()],
  trigger_ledger_chunk: [{}, () => ccf.node.triggerLedgerChunk()],
  trigger_snapshot: [{}, () => ccf.node.triggerSnapshot()],
  set_js_runtime_options: [
    {
      max_heap_bytes: between(1, Number.MAX_SAFE_INTEGER),
      max_stack_bytes: between(1, Number.MAX_SAFE_INTEGER),
      max_execution_time_ms: between(1, Number.MAX_SAFE_INTEGER),
      log_exception_details: optional(flag),
      return_exception_details: optional(flag),
      max_cached_interpreters: optional(count),
    },
    (args) => write("js_runtime_options", SINGLE, args),
  ],
};

const tokenActions = {
  set_ca_cert_bundle: [
    { name: text, cert_bundle: certificate },
    (args) => write("tls.ca_cert_bundles", ccf.strToBuf(args.name), args.cert_bundle),
  ],
  remove_ca_cert_bundle: [
    { name: text },
    ({ name }) => {
      const user = rows("jwt.issuers").find(([, issuer]) => issuer.ca_cert_bundle_name === name);
      if (user) throw new Error(`the issuer ${user[0]} uses it`);
      if (!remove("tls.ca_cert_bundles", name)) throw new Error(`there is no bundle ${name}`);
    },
  ],
  set_jwt_issuer: [
    {
      issuer: text,
      auto_refresh: optional(flag),
      ca_cert_bundle_name: optional(text),
      audience: optional(text),
      user_prefix: optional(userPrefix),
      jwks: optional(keys),
    },
    ({ jwks, ...issuer }) => {
      if (issuer.auto_refresh) {
        if (!/^https:\/\/[^?#]+$/.test(issuer.issuer)) throw new Error("an issuer that is asked for keys is an https address");
        const bundle = issuer.ca_cert_bundle_name;
        if (!bundle || !table("tls.ca_cert_bundles").has(ccf.strToBuf(bundle))) {
          throw new Error("an issuer that is asked for keys needs ca_cert_bundle_name, a bundle that was set");
        }
      }
      write("jwt.issuers", ccf.strToBuf(issuer.issuer), issuer);
      if (jwks) ccf.setJwtPublicSigningKeys(issuer.issuer, issuer, jwks);
    },
  ],
  set_jwt_public_signing_keys: [
    { issuer: text, jwks: keys },
    (args) => {
      const issuer = read("jwt.issuers", ccf.strToBuf(args.issuer));
      if (issuer === undefined) throw new Error("there is no such issuer");
      ccf.setJwtPublicSigningKeys(args.issuer, issuer, args.jwks);
    },
  ],
  remove_jwt_issuer: [
    { issuer: text },
    (args) => {
      removeKnown("jwt.issuers", args.issuer, "issuer");
      ccf.removeJwtPublicSigningKeys(args.issuer);
    },
  ],
};

function endorse(key, node, args) {
  if (!node.certificate_signing_request) {
    throw new Error(`node ${ccf.bufToStr(key)} has given no certificate request: it gives one when it starts again`);
  }
  const longest = read("service.config", SINGLE).maximum_node_certificate_validity_days ?? DAYS_MAX;
  if ((args.validity_period_days ?? longest) > longest) throw new Error(`a node's certificate counts for at most ${longest} days`);
  const endorsed = ccf.network.generateEndorsedCertificate(
    node.certificate_signing_request, args.valid_from ?? null, args.validity_period_days ?? longest);
  table("nodes.endorsed_certificates").set(key, ccf.strToBuf(endorsed));
}

const nodeActions = {
  transition_node_to_trusted: [
    { node_id: id, valid_from: optional(text), validity_period_days: optional(days) },
    (args) => {
      const key = ccf.strToBuf(args.node_id);
      const node = read("nodes.info", key);
      if (node === undefined) throw new Error("no such node has asked to join");
      if (node.status === "Trusted") return;
      if (node.status !== "Pending") throw new Error("the node is retired, and stays so");
      const ledger_secret_seqno = ccf.network.getLatestLedgerSecretSeqno();
      write("nodes.info", key, { ...node, status: "Trusted", ledger_secret_seqno });
      if (node.certificate_signing_request) endorse(key, node, args);
    },
  ],
  remove_node: [
    { node_id: id },
    (args) => {
      const node = read("nodes.info", ccf.strToBuf(args.node_id));
      if (node === undefined) throw new Error(`there is no node ${args.node_id}`);
      if (node.status === "Pending") return remove("nodes.info", args.node_id);
      const trusted = rows("nodes.info").filter(([one, other]) => one !== args.node_id && other.status === "Trusted");
      if (trusted.length === 0) throw new Error("no trusted node would be left");
      write("nodes.info", ccf.strToBuf(args.node_id), { ...node, status: "Retired" });
    },
  ],
  set_node_data: [
    { node_id: id, node_data: anything },
    (args) => change("nodes.info", ccf.strToBuf(args.node_id), "node", { node_data: args.node_data }),
  ],
  set_node_certificate_validity: [
    { node_id: id, valid_from: text, validity_period_days: optional(days) },
    (args) => {
      const node = read("nodes.info", ccf.strToBuf(args.node_id));
      if (node?.status !== "Trusted") throw new Error("there is no such trusted node");
      endorse(ccf.strToBuf(args.node_id), node, args);
    },
  ],
  set_all_nodes_certificate_validity: [
    { valid_from: text, validity_period_days: optional(days) },
    (args) => {
      for (const [node, info] of rows("nodes.info")) if (info.status === "Trusted") endorse(ccf.strToBuf(node), info, args);
    },
  ],
};

// Which nodes may join: what they must run on, and run. Whoever allows more changes what open proposals would do.
const allowing = (perform) => (args, proposalId) => {
  perform(args);
  dropOtherProposals(proposalId);
};

const toHex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const snpActions = {
  add_snp_measurement: [{ measurement }, allowing((args) => add("nodes.snp.measurements", args.measurement))],
  remove_snp_measurement: [{ measurement }, (args) => removeKnown("nodes.snp.measurements", args.measurement, "measurement")],
  add_snp_host_data: [
    { host_data: hostData, security_policy: optional(is("string", "a text")) },
    allowing(({ host_data, security_policy }) => {
      if (security_policy && toHex(ccf.crypto.digest("SHA-256", ccf.strToBuf(security_policy))) !== host_data) {
        throw new Error("host_data is not the digest of security_policy");
      }
      write("nodes.snp.host_data", ccf.strToBuf(host_data), security_policy ?? "");
    }),
  ],
  remove_snp_host_data: [{ host_data: hostData }, (args) => removeKnown("nodes.snp.host_data", args.host_data, "host data")],
  add_snp_uvm_endorsement: [
    { did: text, feed: text, svn: text },
    allowing(({ did, feed, svn }) => {
      const feeds = read("nodes.snp.uvm_endorsements", ccf.strToBuf(did)) ?? {};
      write("nodes.snp.uvm_endorsements", ccf.strToBuf(did), { ...feeds, [feed]: { svn } });
    }),
  ],
  remove_snp_uvm_endorsement: [
    { did: text, feed: text },
    ({ did, feed }) => {
      const { [feed]: _, ...others } = read("nodes.snp.uvm_endorsements", ccf.strToBuf(did)) ?? {};
      if (Object.keys(others).length === 0) remove("nodes.snp.uvm_endorsements", did);
      else write("nodes.snp.uvm_endorsements", ccf.strToBuf(did), others);
    },
  ],
  set_snp_minimum_tcb_version: [
    { cpuid, tcb_version: object },
    allowing((args) => write("nodes.snp.tcb_versions", ccf.strToBuf(args.cpuid), args.tcb_version)),
  ],
  set_snp_minimum_tcb_version_hex: [
    { cpuid, tcb_version: hex(8) },
    allowing((args) =>
      write("nodes.snp.tcb_versions", ccf.strToBuf(args.cpuid), ccf.tcbHexToPolicy(args.cpuid, args.tcb_version)),
    ),
  ],
  remove_snp_minimum_tcb_version: [
    { cpuid },
    (args) => {
      if (!remove("nodes.snp.tcb_versions", args.cpuid)) throw new Error(`there is no minimum for ${args.cpuid}`);
    },
  ],
};

// A trust domain's measurement says what firmware it began with; its registers say what that has started.
const register = optional(measurement);
const trustDomain = { measurement, rtmr0: register, rtmr1: register, rtmr2: register, rtmr3: register };
const registersOf = ({ rtmr0, rtmr1, rtmr2, rtmr3 }) =>
  Object.fromEntries(Object.entries({ rtmr0, rtmr1, rtmr2, rtmr3 }).filter(([, value]) => value));
const otherSets = (args) =>
  (read("nodes.tdx.measurements", ccf.strToBuf(args.measurement)) ?? []).filter(
    (set) => JSON.stringify(registersOf(set)) !== JSON.stringify(registersOf(args)),
  );

const otherPlatformActions = {
  add_tdx_measurement: [
    trustDomain,
    allowing((args) =>
      write("nodes.tdx.measurements", ccf.strToBuf(args.measurement), [...otherSets(args), registersOf(args)]),
    ),
  ],
  remove_tdx_measurement: [
    trustDomain,
    (args) => {
      const others = otherSets(args);
      if (others.length === 0) remove("nodes.tdx.measurements", args.measurement);
      else write("nodes.tdx.measurements", ccf.strToBuf(args.measurement), others);
    },
  ],
  add_virtual_measurement: [
    { measurement: text },
    allowing((args) => add("nodes.virtual.measurements", args.measurement)),
  ],
  remove_virtual_measurement: [
    { measurement: text },
    (args) => removeKnown("nodes.virtual.measurements", args.measurement, "measurement"),
  ],
  add_virtual_host_data: [
    { host_data: hostData },
    allowing((args) => table("nodes.virtual.host_data").set(ccf.strToBuf(args.host_data), SINGLE)),
  ],
  remove_virtual_host_data: [
    { host_data: hostData },
    (args) => removeKnown("nodes.virtual.host_data", args.host_data, "host data"),
  ],
};

const actions = new Map(
  [memberActions, userActions, serviceActions, tokenActions, nodeActions, snpActions, otherPlatformActions].flatMap((group) =>
    Object.entries(group),
  ),
);

// What CCF's members know, and what takes its place here.
const application = "members install no application here: an administrator sets user-defined endpoints (PUT /app/userDefinedEndpoints)";
const elsewhere = new Map([
  ["set_js_app", application],
  ["remove_js_app", application],
  [
    "set_service_certificate_validity",
    "the service's certificate is what clients and verifiers pin: it stays as it was made, for ten years",
  ],
]);

// ---- what the service calls

export function validate(input) {
  const proposal = JSON.parse(input);
  if (!Array.isArray(proposal.actions) || proposal.actions.length === 0) {
    return { valid: false, description: "actions must be a list of at least one action" };
  }
  const faults = proposal.actions.flatMap((action, position) => {
    const known = actions.get(action?.name);
    const found = known
      ? [...othersThan(action, "name", "args"), ...faultsOf(known[0], action.args ?? {})]
      : [elsewhere.get(action?.name) ?? "there is no such action"];
    return found.map((fault) => `${action?.name} at position ${position}: ${fault}`);
  });
  faults.unshift(...othersThan(proposal, "actions"));
  return { valid: faults.length === 0, description: faults.join("; ") };
}

// A strict majority of the active members decides; as soon as there can be none any more, the proposal is rejected.
export function resolve(proposal, proposerId, votes) {
  const active = activeMembers().length;
  const inFavour = votes.filter(({ vote }) => vote).length;
  const against = votes.length - inFavour;
  if (inFavour * 2 > active) return "Accepted";
  return against * 2 >= active ? "Rejected" : "Open";
}

export function apply(proposal, proposalId) {
  for (const { name, args } of JSON.parse(proposal).actions) {
    const [schema, perform] = actions.get(name);
    perform(given(schema, args ?? {}), proposalId);
  }
}
