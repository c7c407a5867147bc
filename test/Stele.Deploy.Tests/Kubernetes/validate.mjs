// Reads {schema, values, objects} as JSON; prints what the values' schema and Kubernetes' own schemas find, one a line.
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const { schema, values, objects } = JSON.parse(readFileSync(0, "utf8"));
const findings = [];

const validateValues = new Ajv({ allErrors: true }).compile(schema);
if (!validateValues(values))
    for (const error of validateValues.errors)
        findings.push(`values${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);

// Kubernetes' schemas let unknown fields pass, and the API server drops them. What no validator has looked at is unknown.
function watched(value, path, unseen) {
    if (value === null || typeof value !== "object") return value;
    const inner = new Map(Object.keys(value).map((key) => [key, watched(value[key], `${path}/${key}`, unseen)]));
    const fields = new Set(inner.keys());
    unseen.push(() => [...fields].map((field) => `${path}/${field}`));
    return new Proxy(value, {
        get: (target, key) => (fields.delete(key), inner.get(key) ?? target[key]),
        ownKeys: (target) => (fields.clear(), Reflect.ownKeys(target)),
    });
}

async function validatorOf({ apiVersion, kind }) {
    const models = await import(`kubernetes-models/${apiVersion}/${kind}`);
    // On the object itself: a model made of it would be a copy, and have looked at everything.
    return (object) => models[kind].prototype.validate.call(object);
}

// Kinds that Kubernetes has not by itself.
const foreign = new Set(["ServiceMonitor"]);

for (const { template, object } of objects) {
    const name = `${template}: ${object.kind} ${object.metadata?.name}`;
    if (foreign.has(object.kind)) continue;
    const unseen = [];
    try {
        const validate = await validatorOf(object);
        validate(watched(object, "", unseen));
        for (const field of unseen.flatMap((rest) => rest())) findings.push(`${name}: ${field} is unknown`);
    } catch (error) {
        findings.push(`${name}: ${error.message}`);
    }
}
for (const finding of findings) console.log(finding);
