// The consortium's rules. A proposal is {"actions": [{"name": ..., "args": {...}}]}.
// validate says whether a proposal is well formed, resolve what its ballots make of it, apply what it does.

const SINGLE = new ArrayBuffer(8);

function table(name) {
  return ccf.kv["public:ccf.gov." + name];
}

function isText(value) {
  return typeof value === "string" && value.length > 0;
}

const actions = {
  set_constitution: {
    validate: (args) => isText(args.constitution) ? null : "constitution must be a script",
    apply: (args) => table("constitution").set(SINGLE, ccf.jsonCompatibleToBuf(args.constitution)),
  },
  set_member: {
    validate: (args) => isText(args.cert) ? null : "cert must be a PEM certificate",
    apply: (args) => {
      const id = ccf.strToBuf(ccf.pemToId(args.cert));
      table("members.certs").set(id, ccf.strToBuf(args.cert));
      table("members.info").set(id, ccf.jsonCompatibleToBuf({ member_data: args.member_data || null, status: "Accepted" }));
    },
  },
  remove_member: {
    validate: (args) => isText(args.member_id) ? null : "member_id must be a member's id",
    apply: (args) => {
      const id = ccf.strToBuf(args.member_id);
      table("members.certs").delete(id);
      table("members.info").delete(id);
    },
  },
};

export function validate(input) {
  const proposal = JSON.parse(input);
  if (!Array.isArray(proposal.actions) || proposal.actions.length === 0) {
    return { valid: false, description: "actions must be an array with at least one action" };
  }
  const faults = proposal.actions.map((action, i) => {
    const known = actions[action.name];
    const fault = known ? known.validate(action.args || {}) : "no such action: " + action.name;
    return fault ? "action " + i + ": " + fault : null;
  }).filter((fault) => fault !== null);
  return { valid: faults.length === 0, description: faults.join("; ") };
}

// A strict majority of the active members decides.
export function resolve(proposal, proposerId, votes) {
  let active = 0;
  table("members.info").forEach((info) => {
    if (ccf.bufToJsonCompatible(info).status === "Active") active++;
  });
  const inFavour = votes.filter((ballot) => ballot.vote === true).length;
  const against = votes.filter((ballot) => ballot.vote === false).length;
  if (inFavour * 2 > active) return "Accepted";
  if (against * 2 >= active) return "Rejected";
  return "Open";
}

export function apply(proposal, proposalId) {
  for (const action of JSON.parse(proposal).actions) {
    actions[action.name].apply(action.args || {}, proposalId);
  }
}
