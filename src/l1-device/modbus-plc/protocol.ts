/*
 * Modbus TCP as a server speaks it (Modbus Application Protocol V1.1b3; Modbus Messaging on TCP/IP V1.0b): an MBAP
 * header of seven bytes, then the PDU. Only what a register map needs: functions 3, 6 and 16.
 */

export const modbusLimits = { lengthMax: 254, readRegistersMax: 125, writeRegistersMax: 123 } as const;

export const functionCode = { readHolding: 3, writeSingle: 6, writeMultiple: 16 } as const;
export const exceptionCode = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3 } as const;

export type ModbusRequest = { readonly transaction: number; readonly unit: number } & (
  | { readonly type: "read"; readonly address: number; readonly count: number }
  | { readonly type: "write"; readonly address: number; readonly values: readonly number[]; readonly single: boolean }
  | { readonly type: "invalid"; readonly functionCode: number; readonly exception: number }
);

export type FramerResult = { readonly requests: readonly ModbusRequest[]; readonly broken: boolean };

/** Bytes to requests. A wrong protocol id or an impossible length cannot be resynchronised: `broken`, hang up. */
export function requestFramer(): (chunk: Uint8Array) => FramerResult {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const requests: ModbusRequest[] = [];
    while (rest.length >= 8) {
      const length = rest.readUInt16BE(4);
      if (rest.readUInt16BE(2) !== 0 || length < 2 || length > modbusLimits.lengthMax)
        return { requests, broken: true };
      if (rest.length < 6 + length) break;
      requests.push(parseRequest(rest.subarray(0, 6 + length)));
      rest = rest.subarray(6 + length);
    }
    return { requests, broken: false };
  };
}

function parseRequest(frame: Buffer): ModbusRequest {
  const base = { transaction: frame.readUInt16BE(0), unit: frame[6] as number };
  const code = frame[7] as number;
  const invalid = (exception: number): ModbusRequest => ({ ...base, type: "invalid", functionCode: code, exception });
  if (code === functionCode.readHolding) {
    if (frame.length !== 12) return invalid(exceptionCode.illegalValue);
    const count = frame.readUInt16BE(10);
    if (count < 1 || count > modbusLimits.readRegistersMax) return invalid(exceptionCode.illegalValue);
    return { ...base, type: "read", address: frame.readUInt16BE(8), count };
  }
  if (code === functionCode.writeSingle) {
    if (frame.length !== 12) return invalid(exceptionCode.illegalValue);
    return { ...base, type: "write", address: frame.readUInt16BE(8), values: [frame.readUInt16BE(10)], single: true };
  }
  if (code === functionCode.writeMultiple) {
    const count = frame.length >= 13 ? frame.readUInt16BE(10) : 0;
    const right =
      count >= 1 &&
      count <= modbusLimits.writeRegistersMax &&
      frame[12] === count * 2 &&
      frame.length === 13 + count * 2;
    if (!right) return invalid(exceptionCode.illegalValue);
    const values = Array.from({ length: count }, (_, i) => frame.readUInt16BE(13 + i * 2));
    return { ...base, type: "write", address: frame.readUInt16BE(8), values, single: false };
  }
  return invalid(exceptionCode.illegalFunction);
}

export function printReadAnswer(request: ModbusRequest, values: readonly number[]): Buffer {
  const body = Buffer.alloc(2 + values.length * 2);
  body[0] = functionCode.readHolding;
  body[1] = values.length * 2;
  values.forEach((value, i) => body.writeUInt16BE(value & 0xffff, 2 + i * 2));
  return frame(request, body);
}

/** Function 6 echoes the value, function 16 the count. */
export function printWriteAnswer(request: ModbusRequest & { readonly type: "write" }): Buffer {
  const body = Buffer.alloc(5);
  body[0] = request.single ? functionCode.writeSingle : functionCode.writeMultiple;
  body.writeUInt16BE(request.address, 1);
  body.writeUInt16BE(request.single ? (request.values[0] as number) : request.values.length, 3);
  return frame(request, body);
}

export function printException(request: ModbusRequest, code: number, exception: number): Buffer {
  return frame(request, Buffer.of(code | 0x80, exception));
}

function frame(request: ModbusRequest, body: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(request.transaction, 0);
  header.writeUInt16BE(body.length + 1, 4);
  header[6] = request.unit;
  return Buffer.concat([header, body]);
}
