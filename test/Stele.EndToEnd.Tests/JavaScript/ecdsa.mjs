// ECDSA over a digest that is signed as it is. node:crypto always hashes its input first, so the curve is walked here.

const curves = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    g: [
      0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    ],
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    g: [
      0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    ],
  },
};

const modulo = (value, m) => ((value % m) + m) % m;
const toBigInt = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

function inverse(value, m) {
  let [r0, r1, s0, s1] = [modulo(value, m), m, 1n, 0n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  return modulo(s0, m);
}

/** The sum of two points of a curve with a = -3; null is the point at infinity. */
function add(left, right, p) {
  if (left === null || right === null) {
    return left ?? right;
  }
  const [[x1, y1], [x2, y2]] = [left, right];
  if (x1 === x2 && modulo(y1 + y2, p) === 0n) {
    return null;
  }
  const slope = x1 === x2
    ? (3n * x1 * x1 - 3n) * inverse(2n * y1, p)
    : (y2 - y1) * inverse(x2 - x1, p);
  const x = modulo(slope * slope - x1 - x2, p);
  return [x, modulo(slope * (x1 - x) - y1, p)];
}

function multiply(factor, point, p) {
  let sum = null;
  for (let rest = factor, power = point; rest > 0n; rest >>= 1n, power = add(power, power, p)) {
    sum = rest & 1n ? add(sum, power, p) : sum;
  }
  return sum;
}

/** The two numbers of a signature in DER: SEQUENCE { INTEGER r, INTEGER s }, each shorter than 128 bytes. */
function readSignature(der) {
  const rLength = der[3];
  const sLength = der[5 + rLength];
  const whole = der[0] === 0x30 && der[1] === der.length - 2 && der[2] === 2 && der[4 + rLength] === 2;
  if (!whole || der.length !== 6 + rLength + sLength) {
    throw new Error('the signature is not DER');
  }
  return [toBigInt(der.subarray(4, 4 + rLength)), toBigInt(der.subarray(6 + rLength))];
}

/** Whether `signature` (DER) is the key's over `digest` (bytes no longer than the curve's order). */
export function verifyDigest(publicKey, digest, signature) {
  const jwk = publicKey.export({ format: 'jwk' });
  const { p, n, g } = curves[jwk.crv];
  const key = [jwk.x, jwk.y].map((text) => toBigInt(Buffer.from(text, 'base64url')));
  const [r, s] = readSignature(signature);
  if (r <= 0n || r >= n || s <= 0n || s >= n) {
    return false;
  }
  const w = inverse(s, n);
  const u1 = modulo(toBigInt(digest) * w, n);
  const u2 = modulo(r * w, n);
  const point = add(multiply(u1, g, p), multiply(u2, key, p), p);
  return point !== null && modulo(point[0], n) === r;
}
